"""What was decided about wordings: its difference from what is live, its effect, going live, and back."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.guard import change, see_other
from bot.staff.keys import DESK, MEASURING, PAGES
from bot.staff.visitor import now, officer
from knowledge.learning.learned import difference, from_lessons, live
from knowledge.learning.publishing import (
    Proposal,
    PublicationError,
    WorseError,
    bring_live,
    is_current,
    withdraw,
)
from knowledge.learning.review import ReviewError, drop, lessons

ROUTES = web.RouteTableDef()
SHOWN_LESSONS = 100
SHOWN_LINES = 400


def _read(session: Session, proposal: Proposal | None) -> dict[str, Any]:
    decided, present = lessons(session), live(session)
    lines = difference(present, from_lessons(decided)).splitlines()[2:]
    return {
        "lessons": decided[-SHOWN_LESSONS:][::-1],
        "lines": [line for line in lines if not line.startswith("@@")][:SHOWN_LINES],
        "is_cut": len(lines) > SHOWN_LINES,
        "live": present.id,
        "proposal": proposal if proposal is not None and is_current(session, proposal) else None,
    }


@ROUTES.get("/lessons")
@needs("lessons.view")
async def show(request: web.Request) -> web.StreamResponse:
    """What was decided, what it changes, and what that does."""
    return await _page(request)


async def _page(request: web.Request, error: str = "") -> web.Response:
    pages, measuring = request.config_dict[PAGES], request.config_dict[MEASURING]
    return pages.page(
        request,
        "lessons.html",
        422 if error else 200,
        error=pages.texts["lessons"]["errors"][error] if error else "",
        since=measuring.since,
        has_failed=measuring.has_failed,
        **await request.config_dict[DESK].run(_read, measuring.proposal),
    )


@ROUTES.post("/lessons/measure")
@needs("lessons.work")
async def measure(request: web.Request) -> web.StreamResponse:
    """Begin to measure; the page shows the figures when they are there."""

    def differs(session: Session) -> None:
        if not difference(live(session), from_lessons(lessons(session))):
            raise PublicationError("nothing differs")

    try:
        await change(request, differs, "lessons.measure")
    except PublicationError:
        return await _page(request, "nothing")
    request.config_dict[MEASURING].start(now())
    return see_other("/staff/lessons")


@ROUTES.post("/lessons/publish")
@needs("lessons.work")
async def publish(request: web.Request) -> web.StreamResponse:
    """Bring live what was measured, unless a figure drops."""
    proposal, by = request.config_dict[MEASURING].proposal, officer(request).name
    if proposal is None:
        return await _page(request, "not_measured")
    try:
        await change(
            request,
            lambda session: bring_live(session, proposal, by),
            "lessons.publish",
            "learned {result}",
            after=str(proposal.effect.as_json()["after"]),
        )
    except WorseError:
        return await _page(request, "worse")
    except PublicationError:
        return await _page(request, "not_measured")
    return see_other("/staff/lessons?done=learned")


@ROUTES.post("/lessons/rollback")
@needs("lessons.work")
async def roll_back(request: web.Request) -> web.StreamResponse:
    """Go back to what was live before."""
    by = officer(request).name
    try:
        await change(
            request, lambda session: withdraw(session, by).id, "lessons.rollback", "learned {result}"
        )
    except PublicationError:
        return await _page(request, "not_live")
    return see_other("/staff/lessons?done=unlearned")


@ROUTES.post(r"/lessons/{id:\d{1,9}}/drop")
@needs("lessons.work")
async def drop_lesson(request: web.Request) -> web.StreamResponse:
    """Take a decision back."""
    lesson = int(request.match_info["id"])
    try:
        await change(request, lambda session: drop(session, lesson), "lessons.drop", f"lesson {lesson}")
    except ReviewError as error:
        raise web.HTTPNotFound from error
    return see_other("/staff/lessons?done=reviewed")
