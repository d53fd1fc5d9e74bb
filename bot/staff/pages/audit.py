"""The audit log, for administrators."""

from __future__ import annotations

from aiohttp import web

from bot.staff.access import needs
from bot.staff.keys import DESK, PAGES
from bot.staff.periods import since, until
from knowledge.database.paging import CursorError, read_cursor
from knowledge.staff.audit import AuditFilter, entries

ROUTES = web.RouteTableDef()


@ROUTES.get("/audit")
@needs("audit.view")
async def show(request: web.Request) -> web.StreamResponse:
    """The newest entries that fit the filter."""
    query = request.query
    wanted = AuditFilter(
        actor=query.get("actor", "").strip().lower(),
        action=query.get("action", "").strip(),
        subject=query.get("subject", "").strip(),
        since=since(query.get("since", "")),
        until=until(query.get("until", "")),
    )
    try:
        cursor = read_cursor(query["after"]) if query.get("after") else None
    except CursorError as error:
        raise web.HTTPBadRequest from error
    page = await request.config_dict[DESK].run(entries, wanted, cursor)
    return request.config_dict[PAGES].page(request, "audit.html", page=page, query=query)
