"""The audit log, for administrators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.export import Cell, all_pages, send_export
from bot.staff.keys import DESK, PAGES
from bot.staff.periods import since, until
from knowledge.database.paging import MOST_PAGE_ROWS, Page, read_cursor
from knowledge.staff.audit import AuditFilter, entries
from knowledge.staff.models import AuditEntry

ROUTES = web.RouteTableDef()


def read_filter(query: Mapping[str, str]) -> AuditFilter:
    """Read the filter of the list."""
    return AuditFilter(
        actor=query.get("actor", "").strip().lower(),
        action=query.get("action", "").strip(),
        subject=query.get("subject", "").strip(),
        since=since(query.get("since", "")),
        until=until(query.get("until", "")),
    )


@ROUTES.get("/audit")
@needs("audit.view")
async def show(request: web.Request) -> web.StreamResponse:
    """The newest entries that fit the filter."""
    query = request.query
    cursor = read_cursor(query["after"]) if query.get("after") else None
    page = await request.config_dict[DESK].run(entries, read_filter(query), cursor)
    return request.config_dict[PAGES].page(request, "audit.html", page=page, query=query)


@ROUTES.get(r"/audit/export.{kind:csv|xlsx}")
@needs("audit.view")
async def export(request: web.Request) -> web.StreamResponse:
    """The entries that fit the filter as a file."""
    wanted, columns = read_filter(request.query), request.config_dict[PAGES].texts["audit"]["columns"]
    sessions = request.config_dict[DESK].sessions

    def rows() -> Iterator[list[Cell]]:
        with sessions() as session:
            for entry in all_pages(session, lambda place: _following(session, wanted, place)):
                yield [_cell(getattr(entry, name)) for name in columns]

    return await send_export(request, "nhat-ky", list(columns.values()), rows())


def _cell(value: Any) -> Cell:  # noqa: ANN401 - a column of the log
    return "; ".join(f"{name}: {item}" for name, item in value.items()) if isinstance(value, dict) else value


def _following(session: Session, wanted: AuditFilter, place: str | None) -> Page[AuditEntry]:
    return entries(session, wanted, read_cursor(place) if place else None, MOST_PAGE_ROWS)
