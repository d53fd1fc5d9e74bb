"""The figures of a period: every indicator beside the period before and its target, and the rows behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.indicator_lines import WIDTH, line, lines
from bot.staff.keys import DESK, PAGES, PROFILE
from bot.staff.periods import today
from bot.staff.report_choice import Choice, offered, read_choice
from bot.staff.visitor import now
from knowledge.department.reporting import Reporting
from knowledge.reports.making import DASHBOARD, dashboard, own_definitions
from knowledge.reports.models import ReportWatermark
from knowledge.reports.reform import proposals
from knowledge.reports.results import Result, read_period
from knowledge.reports.rows import rows_behind
from knowledge.reports.sections import ESTIMATES

ROUTES = web.RouteTableDef()


def _board(session: Session, choice: Choice, reporting: Reporting, moment: datetime) -> dict[str, Any]:
    board = dashboard(
        session.connection(), choice.period, moment, reporting, choice.scope(reporting), ESTIMATES
    )
    main = [found for group in DASHBOARD for found in board.groups[group]]
    missed = proposals([board.standings[id(result)] for result in main if id(result) in board.standings])
    return {
        "board": board,
        "groups": {group: lines(board, group) for group in board.groups},
        "proposals": missed,
        "offer": offered(session, reporting, today()),
        "copied": session.scalar(sa.select(sa.func.min(ReportWatermark.copied_until))),
    }


@ROUTES.get("/indicators")
@needs("reports.view")
async def show(request: web.Request) -> web.StreamResponse:
    """All indicators of a period."""
    choice, reporting = read_choice(request.query, today()), request.config_dict[PROFILE].reporting
    shown = await request.config_dict[DESK].run(_board, choice, reporting, now())
    return request.config_dict[PAGES].page(
        request, "indicators.html", choice=choice, estimated=ESTIMATES, width=WIDTH, **shown
    )


def _one(
    session: Session, query: dict[str, str], choice: Choice, reporting: Reporting, moment: datetime
) -> dict[str, Any] | None:
    """An indicator with a page of the rows that one of its measures counted."""
    definitions = own_definitions(reporting)
    indicator = definitions.indicators.get(query.get("id", ""))
    if indicator is None:
        return None
    measure = query.get("measure") or indicator.measures[0]
    if measure not in indicator.measures:
        return None
    scope = choice.scope(reporting)
    reading = read_period(session.connection(), definitions, choice.period, moment, scope)
    part = query.get("for", "")
    result = _of_part(reading.results([indicator]), part)
    factor = part if indicator.by == "factor" else ""
    return {
        "indicator": indicator,
        "line": line(result) if result is not None else None,
        "measures": {name: definitions.measures[name].name for name in dict.fromkeys(indicator.measures)},
        "numerator": indicator.numerator.measures,
        "measure": measure,
        "behind": rows_behind(reading.now, measure, query.get("after", ""), factor),
        "target": indicator.target(reading.window.end),
        "part": part,
        "as_of": reading.window.end,
    }


def _of_part(results: list[Result], part: str) -> Result | None:
    return next((result for result in results if result.part == part), None)


@ROUTES.get("/indicators/rows")
@needs("reports.rows")
async def rows(request: web.Request) -> web.StreamResponse:
    """What an indicator was made of, row by row."""
    choice, reporting = read_choice(request.query, today()), request.config_dict[PROFILE].reporting
    shown = await request.config_dict[DESK].run(_one, dict(request.query), choice, reporting, now())
    if shown is None:
        raise web.HTTPNotFound
    return request.config_dict[PAGES].page(
        request, "indicator_rows.html", choice=choice, written=_writer(request), width=WIDTH, **shown
    )


def _writer(request: web.Request) -> Callable[[str, object], str]:
    """Return what writes a cell of a column in Vietnamese."""
    pages = request.config_dict[PAGES]
    words: dict[str, dict[str, str]] = pages.texts["indicators"]["cells"]

    def written(column: str, value: object) -> str:
        if value is None or value == "":
            return "–"
        if hasattr(value, "strftime"):
            return f"{value:%d/%m/%Y}"
        return words.get(column, {}).get(str(value), str(value))

    return written
