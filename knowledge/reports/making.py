"""Makes reports: what each kind contains, for a period and a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from knowledge.department.reporting import Reporting
from knowledge.reports import reform, sections
from knowledge.reports.content import Report, Section
from knowledge.reports.definitions import Confidence, Definitions, Target, load_definitions
from knowledge.reports.measures import Scope, Window
from knowledge.reports.periods import Period
from knowledge.reports.results import Reading, Result, read_period
from knowledge.reports.sections import Material
from knowledge.reports.targets import Standing
from knowledge.yaml_fields import DataError

Part = Callable[[Material, list[Result]], list[Section]]
_SETTLEMENT: tuple[Part, tuple[str, ...]] = (sections.settlement, ("settlement",))
_ONLINE: tuple[Part, tuple[str, ...]] = (sections.online, ("online",))
_SATISFACTION: tuple[Part, tuple[str, ...]] = (sections.satisfaction, ("satisfaction",))
_CASES: tuple[Part, tuple[str, ...]] = (sections.cases, ("cases",))
_BOT: tuple[Part, tuple[str, ...]] = (sections.bot, ("bot",))
_ESTIMATES: tuple[Part, tuple[str, ...]] = (sections.estimates, sections.ESTIMATES)
KINDS: dict[str, tuple[str, tuple[tuple[Part, tuple[str, ...]], ...]]] = {
    "settlement": ("Tình hình, kết quả giải quyết thủ tục hành chính", (_SETTLEMENT,)),
    "online": ("Kết quả cung cấp dịch vụ công trực tuyến", (_ONLINE,)),
    "satisfaction": (
        "Kết quả lấy ý kiến về mức độ hài lòng và xử lý phản ánh, kiến nghị",
        (_SATISFACTION, _CASES),
    ),
    "bot": ("Hoạt động của trợ lý hỏi đáp thủ tục hành chính", (_BOT,)),
    "all": (
        "Kết quả cải cách thủ tục hành chính, giải quyết thủ tục hành chính và mức độ hài lòng",
        (_SETTLEMENT, _ONLINE, _SATISFACTION, _CASES, _BOT, _ESTIMATES),
    ),
}
"""Kind of report -> its subject and parts."""


def own_definitions(reporting: Reporting) -> Definitions:
    """Return the definitions with the department's own targets.

    Raises:
        DataError: a target names no indicator.
    """
    definitions = load_definitions()
    own: dict[str, tuple[Target, ...]] = {}
    for target in reporting.targets:
        if target.indicator not in definitions.indicators:
            raise DataError(f"reporting, targets: there is no indicator '{target.indicator}'")
        found = Target(target.value, target.since, target.until, target.basis, Confidence.HIGH)
        own[target.indicator] = (*own.get(target.indicator, ()), found)
    return definitions.with_targets(own)


def scope_of(
    reporting: Reporting,
    units: tuple[str, ...] = (),
    fields: tuple[str, ...] = (),
    procedures: tuple[str, ...] = (),
) -> Scope:
    """Return what a report is about; a unit stands for the names it had as well."""
    names = [name for unit in units for name in (unit, *reporting.renamed_units.get(unit, ()))]
    return Scope(tuple(dict.fromkeys(names)), fields, procedures)


def make_report(
    connection: Connection, kind: str, period: Period, now: datetime, reporting: Reporting, scope: Scope
) -> Report:
    """Read the store and put a report together."""
    definitions = own_definitions(reporting)
    reading = read_period(connection, definitions, period, now, scope)
    return write_report(kind, reading, definitions, reporting, now)


def write_report(
    kind: str, reading: Reading, definitions: Definitions, reporting: Reporting, now: datetime
) -> Report:
    """Put a report together from what was read."""
    renamed = {old: new for new, names in reporting.renamed_units.items() for old in names}
    material = Material(reading, definitions, renamed)
    title, parts = KINDS[kind]
    groups = [name for _, names in parts for name in names]
    results = material.results(*groups)
    content: list[Section] = []
    for part, names in parts:
        content += part(material, [found for found in results if found.indicator.group in names])
    if kind != "satisfaction":
        content += sections.warnings(material, results)
    window = reading.window
    return Report(
        kind,
        title,
        window.period,
        reading.before.window.period,
        window.end,
        now,
        _place(reading.now.scope),
        tuple(content),
        tuple(results),
    )


DASHBOARD = ("settlement", "online", "satisfaction", "cases", "bot")
"""Groups of the indicators that the console shows at a glance."""


@dataclass(frozen=True)
class Board:
    """The dashboard: results by group, their targets, and what needs looking at."""

    window: Window
    previous: Period
    groups: dict[str, list[Result]]
    standings: dict[int, Standing]
    alerts: list[str]


def dashboard(
    connection: Connection,
    period: Period,
    now: datetime,
    reporting: Reporting,
    scope: Scope,
    more: tuple[str, ...] = (),
) -> Board:
    """Work out what the dashboard shows: `DASHBOARD`, and ``more`` groups without alerts."""
    definitions = own_definitions(reporting)
    reading = read_period(connection, definitions, period, now, scope)
    material = Material(reading, definitions, {})
    results = material.results(*DASHBOARD, *more)
    told = [result for result in results if result.indicator.group in DASHBOARD]
    names = reform.procedure_names(reading.now)
    return Board(
        reading.window,
        reading.before.window.period,
        {
            group: [found for found in results if found.indicator.group == group]
            for group in (*DASHBOARD, *more)
        },
        material.standings(results),
        reform.alerts(told, reform.surging_topics(reading, names)),
    )


def _place(scope: Scope) -> str:
    chosen = [", ".join(names) for names in scope.chosen.values()]
    return "; ".join(chosen) if chosen else "toàn Sở"
