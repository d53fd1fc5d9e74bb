"""Review of questions that were not answered: what they mean becomes what the assistant learns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.export import send_export, table
from bot.staff.forms import form_of
from bot.staff.guard import change, see_other
from bot.staff.keys import DESK, PAGES
from bot.staff.visitor import officer
from knowledge.catalogue.releases import published_release_id, read_release
from knowledge.learning.models import MissedQuestion
from knowledge.learning.review import (
    FACETS,
    Meaning,
    ReviewError,
    Target,
    assign,
    ignore,
    open_groups,
)

ROUTES = web.RouteTableDef()
SHOWN_GROUPS = 30
SHOWN_WORDINGS = 40


def _read(session: Session) -> dict[str, Any]:
    groups = open_groups(session)
    return {
        "groups": groups[:SHOWN_GROUPS],
        "has_more": len(groups) > SHOWN_GROUPS,
    }


@ROUTES.get("/questions")
@needs("questions.view")
async def show(request: web.Request) -> web.StreamResponse:
    """The largest groups."""
    return await _page(request)


async def _page(request: web.Request, error: str = "") -> web.Response:
    pages = request.config_dict[PAGES]
    return pages.page(
        request,
        "questions.html",
        422 if error else 200,
        facets=sorted(FACETS),
        error=pages.texts["questions"]["errors"][error] if error else "",
        **await request.config_dict[DESK].run(_read),
    )


@ROUTES.get(r"/questions/export.{kind:csv|xlsx}")
@needs("questions.view")
async def export(request: web.Request) -> web.StreamResponse:
    """The open questions, those of a group together, the largest group first."""
    columns = request.config_dict[PAGES].texts["questions"]["columns"]
    rows = table(request.config_dict[DESK].sessions, columns, _questions)
    return await send_export(request, "cau-chua-tra-loi", list(columns.values()), rows)


def _questions(session: Session) -> Iterator[MissedQuestion]:
    for group in open_groups(session):
        yield from group.questions


@ROUTES.post("/questions")
@needs("questions.work")
async def decide(request: web.Request) -> web.StreamResponse:
    """Say what a group means, or put it aside."""
    form, by = form_of(request), officer(request).name
    chosen, target = form.ids("id"), form.text("target")
    value = form.text("value" if target == Target.PROCEDURE.value else "facet").strip() or None
    wordings = form.text("wordings").splitlines()[:SHOWN_WORDINGS]

    def work(session: Session) -> int:
        if target == "ignore":
            return ignore(session, chosen)
        meaning = Meaning(Target(target), None if target == Target.NOT_OURS.value else value)
        published = published_release_id(session)
        if published is None:
            raise ReviewError("no catalogue is published")
        return assign(session, chosen, meaning, read_release(session, published), by, wordings).id

    try:
        await change(
            request, work, "questions.review", target=target, value=value or "", questions=len(chosen)
        )
    except (ReviewError, ValueError):
        return await _page(request, "bad")
    return see_other("/staff/questions?done=reviewed")
