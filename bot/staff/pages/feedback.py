"""Ratings and surveys: filtered lists, one or many at once, notes, labels, assignment, export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.choices import back_to, number, officers, values_in_use, words, yes_no
from bot.staff.export import send_export, table
from bot.staff.forms import form_of
from bot.staff.guard import change, see_other
from bot.staff.keys import DESK, PAGES, SETTINGS
from bot.staff.periods import since, until
from bot.staff.visitor import now, officer
from knowledge.database.paging import PAGE_ROWS
from knowledge.feedback.desk import (
    add_label,
    add_note,
    assign,
    labels_of,
    mark_reviewed,
    notes_of,
    remove_label,
)
from knowledge.feedback.listing import FeedbackFilter, export_feedback, list_feedback
from knowledge.feedback.models import Rating, RatingLabel
from knowledge.feedback.survey import survey

ROUTES = web.RouteTableDef()


def read_filter(query: Mapping[str, str], account_id: int) -> FeedbackFilter:
    """Read the filter of a list; what is malformed is left out."""
    return FeedbackFilter(
        factor=words(query, "factor"),
        procedure_code=words(query, "procedure_code"),
        field=words(query, "field"),
        unit=words(query, "unit"),
        channel=words(query, "channel"),
        occasion=words(query, "occasion"),
        score=number(query.get("score", "")),
        assigned_to=account_id if query.get("mine") else number(query.get("assigned_to", "")),
        label=words(query, "label"),
        reviewed=yes_no(query.get("reviewed", "")),
        commented=bool(query.get("commented")),
        since=since(query.get("since", "")),
        until=until(query.get("until", "")),
        text=words(query, "text") or "",
    )


def _list(session: Session, wanted: FeedbackFilter, cursor: str | None) -> dict[str, Any]:
    page = list_feedback(session, wanted, cursor)
    return {
        "page": page,
        "labels": labels_of(session, [rating.id for rating in page.rows]),
        "officers": officers(session),
        "units": values_in_use(session, Rating.unit),
        "fields": values_in_use(session, Rating.field),
        "channels": values_in_use(session, Rating.channel),
        "all_labels": values_in_use(session, RatingLabel.label),
    }


@ROUTES.get("/feedback")
@needs("feedback.view")
async def show(request: web.Request) -> web.StreamResponse:
    """A page of the list."""
    wanted = read_filter(request.query, officer(request).id)
    shown = await request.config_dict[DESK].run(_list, wanted, request.query.get("after"))
    return request.config_dict[PAGES].page(
        request, "feedback.html", query=request.query, survey=_survey(request), page_rows=PAGE_ROWS, **shown
    )


def _survey(request: web.Request) -> object:
    settings = request.config_dict[SETTINGS].feedback
    return survey(settings.survey_file, settings.survey_scale)


@ROUTES.get(r"/feedback/export.{kind:csv|xlsx}")
@needs("feedback.export")
async def export(request: web.Request) -> web.StreamResponse:
    """The whole list as a file."""
    texts = request.config_dict[PAGES].texts["feedback"]
    wanted = read_filter(request.query, officer(request).id)
    sessions = request.config_dict[DESK].sessions

    rows = table(sessions, texts["columns"], lambda session: export_feedback(session, wanted))
    return await send_export(request, "danh-gia", list(texts["columns"].values()), rows)


@ROUTES.post("/feedback/bulk")
@needs("feedback.work")
async def bulk(request: web.Request) -> web.StreamResponse:
    """Do one thing with all chosen ratings."""
    form, moment = form_of(request), now()
    chosen, value = form.ids("id"), form.text("value").strip()
    action = form.text("action")

    def work(session: Session) -> int:
        if action == "assign":
            return assign(session, chosen, number(form.text("account")), moment)
        if action == "label":
            return add_label(session, chosen, value)
        if action == "unlabel":
            remove_label(session, chosen, value)
            return len(chosen)
        if action in {"reviewed", "unreviewed"}:
            return mark_reviewed(session, chosen, moment, reviewed=action == "reviewed")
        raise ValueError(action)

    if not chosen:
        return request.config_dict[PAGES].error(request, 400, "none_chosen")
    try:
        await change(
            request,
            work,
            f"feedback.{action[:20]}",
            f"rating {chosen[0]}" if len(chosen) == 1 else "",
            ratings=chosen,
            value=value or form.text("account"),
        )
    except ValueError as error:
        raise web.HTTPBadRequest from error
    if form.is_on("one"):
        return see_other(f"/staff/feedback/{chosen[0]}?done=one_feedback")
    return see_other(back_to("/staff/feedback", form.text("back"), "feedback"))


def _one(session: Session, rating_id: int) -> dict[str, Any] | None:
    rating = session.get(Rating, rating_id)
    if rating is None:
        return None
    return {
        "rating": rating,
        "labels": labels_of(session, [rating_id]).get(rating_id, []),
        "notes": notes_of(session, rating_id),
        "officers": officers(session),
    }


@ROUTES.get(r"/feedback/{id:\d{1,9}}")
@needs("feedback.view")
async def one(request: web.Request) -> web.StreamResponse:
    """A rating with its notes."""
    shown = await request.config_dict[DESK].run(_one, int(request.match_info["id"]))
    if shown is None:
        raise web.HTTPNotFound
    return request.config_dict[PAGES].page(request, "rating.html", survey=_survey(request), **shown)


@ROUTES.post(r"/feedback/{id:\d{1,9}}/note")
@needs("feedback.work")
async def note(request: web.Request) -> web.StreamResponse:
    """Write an internal note."""
    rating_id, text, by = int(request.match_info["id"]), form_of(request).text("text"), officer(request).id
    try:
        await change(
            request,
            lambda session: add_note(session, rating_id, text, by, now()),
            "feedback.note",
            f"rating {rating_id}",
        )
    except LookupError as error:
        raise web.HTTPNotFound from error
    except ValueError as error:
        raise web.HTTPBadRequest from error
    return see_other(f"/staff/feedback/{rating_id}?done=noted")
