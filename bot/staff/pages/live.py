"""Conversations that wait for an officer, and talking with one citizen at once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.choices import officers
from bot.staff.forms import form_of
from bot.staff.guard import change, see_other
from bot.staff.keys import DESK, PAGES, PROFILE
from bot.staff.rendering import moment
from bot.staff.talk import read_talk
from bot.staff.visitor import now, officer
from knowledge.cases.handover import give_back, queue, send_message, take_over
from knowledge.cases.models import TEXT_CHARS, Handover
from knowledge.cases.records import CaseError
from knowledge.cases.wording import problem
from knowledge.messaging.models import Conversation

ROUTES = web.RouteTableDef()


def _queue(session: Session, cursor: str | None) -> dict[str, Any]:
    return {"page": queue(session, cursor), "officers": officers(session)}


@ROUTES.get("/live")
@needs("live.queue")
async def show(request: web.Request) -> web.StreamResponse:
    """The queue, the longest waiting first."""
    shown = await request.config_dict[DESK].run(_queue, request.query.get("after"))
    return request.config_dict[PAGES].page(request, "live.html", query=request.query, **shown)


def _talk(session: Session, conversation_id: int) -> dict[str, Any] | None:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return None
    return {
        "conversation": conversation,
        "handover": _open(session, conversation_id),
        "lines": read_talk(session, conversation_id),
        "officers": officers(session),
    }


def _open(session: Session, conversation_id: int) -> Handover | None:
    return session.scalar(
        sa.select(Handover).where(Handover.conversation_id == conversation_id, Handover.ended_at.is_(None))
    )


@ROUTES.get(r"/live/{id:\d{1,9}}")
@needs("live.view")
async def one(request: web.Request) -> web.StreamResponse:
    """The talk with one citizen."""
    return await _page(request)


async def _page(request: web.Request, error: str = "", text: str = "") -> web.Response:
    shown = await request.config_dict[DESK].run(_talk, int(request.match_info["id"]))
    if shown is None:
        raise web.HTTPNotFound
    handover = shown["handover"]
    return request.config_dict[PAGES].page(
        request,
        "live_talk.html",
        422 if error else 200,
        is_mine=handover is not None and handover.taken_by == officer(request).id,
        error=error,
        text=text,
        most=TEXT_CHARS,
        **shown,
    )


def _lines(session: Session, conversation_id: int, account_id: int) -> list[dict[str, str]] | None:
    """What was said, for the officer who has the conversation; None for everybody else."""
    handover = _open(session, conversation_id)
    if handover is None or handover.taken_by != account_id:
        return None
    return [
        {"key": line.key, "author": line.author, "at": moment(line.at), "text": line.text}
        for line in read_talk(session, conversation_id)
    ]


@ROUTES.get(r"/live/{id:\d{1,9}}/lines")
@needs("live.work")
async def lines(request: web.Request) -> web.StreamResponse:
    """What was said, asked for every two seconds by the page of the officer who took it over.

    Taking over was written into the audit log; the single questions are not.
    """
    found = await request.config_dict[DESK].run(_lines, int(request.match_info["id"]), officer(request).id)
    if found is None:
        return web.json_response({"lines": [], "ended": True})
    return web.json_response({"lines": found, "ended": False})


@ROUTES.post(r"/live/{id:\d{1,9}}/{action:take|send|back}")
@needs("live.work")
async def act(request: web.Request) -> web.StreamResponse:
    """Take a conversation over, say something, or give it back to the assistant."""
    conversation_id, action = int(request.match_info["id"]), request.match_info["action"]
    by, text, unit = (
        officer(request).id,
        form_of(request).text("text"),
        request.config_dict[PROFILE].short_name,
    )

    def work(session: Session) -> object:
        if action == "take":
            return take_over(session, conversation_id, by, unit, now())
        if action == "send":
            return send_message(session, conversation_id, text, by, now())
        return give_back(session, conversation_id, by, now())

    try:
        await change(request, work, f"live.{action}", f"conversation {conversation_id}")
    except CaseError as error:
        return await _page(request, problem(error.reason, most=TEXT_CHARS), text)
    if action == "send":
        return see_other(f"/staff/live/{conversation_id}")
    if action == "take":
        return see_other(f"/staff/live/{conversation_id}?done=taken")
    return see_other("/staff/live?done=given_back")
