"""Conversations with the masked transcript and why the assistant answered so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.choices import values_in_use
from bot.staff.export import all_pages, send_export, table
from bot.staff.keys import DESK, PAGES
from bot.staff.periods import since, until
from bot.staff.talk import read_talk
from knowledge.database.paging import PAGE_ROWS, Cursor, Page, after, read_cursor
from knowledge.messaging.models import Conversation

ROUTES = web.RouteTableDef()


def list_conversations(
    session: Session, channel: str, first: datetime | None, last: datetime | None, cursor: str | None
) -> Page[Conversation]:
    """A page of conversations, the one used last first."""
    query = sa.select(Conversation).order_by(Conversation.last_seen_at.desc(), Conversation.id.desc())
    if channel:
        query = query.where(Conversation.channel == channel)
    if first:
        query = query.where(Conversation.last_seen_at >= first)
    if last:
        query = query.where(Conversation.last_seen_at < last)
    if cursor:
        place = read_cursor(cursor)
        query = query.where(after(Conversation.last_seen_at, Conversation.id, place, descending=True))
    found = list(session.scalars(query.limit(PAGE_ROWS + 1)))
    rows = found[:PAGE_ROWS]
    following = str(Cursor(rows[-1].last_seen_at, rows[-1].id)) if len(found) > PAGE_ROWS else None
    return Page(rows, following)


def _page(session: Session, query: Mapping[str, str], cursor: str | None) -> Page[Conversation]:
    first, last = since(query.get("since", "")), until(query.get("until", ""))
    return list_conversations(session, query.get("channel", ""), first, last, cursor)


def _list(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    page = _page(session, query, query.get("after"))
    return {"page": page, "channels": values_in_use(session, Conversation.channel)}


@ROUTES.get("/conversations")
@needs("conversations.view")
async def show(request: web.Request) -> web.StreamResponse:
    """A page of the list."""
    shown = await request.config_dict[DESK].run(_list, request.query)
    return request.config_dict[PAGES].page(request, "conversations.html", query=request.query, **shown)


@ROUTES.get(r"/conversations/export.{kind:csv|xlsx}")
@needs("conversations.view")
async def export(request: web.Request) -> web.StreamResponse:
    """When conversations were held and by whom they are answered; not what was said."""
    columns, query = request.config_dict[PAGES].texts["conversations"]["columns"], request.query
    rows = table(
        request.config_dict[DESK].sessions,
        columns,
        lambda session: all_pages(session, lambda place: _page(session, query, place)),
    )
    return await send_export(request, "cuoc-tro-chuyen", list(columns.values()), rows)


def _one(session: Session, conversation_id: int) -> dict[str, Any] | None:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return None
    return {"conversation": conversation, "lines": read_talk(session, conversation_id)}


@ROUTES.get(r"/conversations/{id:\d{1,9}}")
@needs("conversations.view")
async def one(request: web.Request) -> web.StreamResponse:
    """One conversation."""
    shown = await request.config_dict[DESK].run(_one, int(request.match_info["id"]))
    if shown is None:
        raise web.HTTPNotFound
    return request.config_dict[PAGES].page(request, "conversation.html", **shown)
