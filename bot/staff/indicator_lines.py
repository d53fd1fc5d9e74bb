"""Indicators as the page of figures shows them: in words and as bars that need no colour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from knowledge.reports.definitions import Better, Indicator, Unit
from knowledge.reports.making import Board
from knowledge.reports.numbers import vietnamese
from knowledge.reports.results import Figure, Result
from knowledge.reports.tables import result_name
from knowledge.reports.targets import Standing

WIDTH = 160
"""Of a full bar."""
SIGNS = {Unit.PERCENT: "%", Unit.COUNT: "", Unit.DAYS: " ngày", Unit.SECONDS: " giây", Unit.POINTS: " điểm"}


@dataclass(frozen=True)
class Bar:
    """Widths of this period's bar and the last one's, and where the target stands; None: no value."""

    now: int | None
    before: int | None
    target: int | None


@dataclass(frozen=True)
class Line:
    """One indicator, every figure as it is read."""

    indicator: Indicator
    part: str
    name: str
    value: str
    made_of: str
    """Numerator and denominator."""
    interval: str
    before: str
    before_made_of: str
    change: str
    worse: bool
    target: str
    reached: bool | None
    gap: str
    missing: str
    fixed: bool
    forecast: str
    bar: Bar


def lines(board: Board, group: str) -> list[Line]:
    """Return the lines of a group."""
    return [line(result, board.standings.get(id(result))) for result in board.groups[group]]


def line(result: Result, standing: Standing | None = None) -> Line:
    """Write an indicator's figures."""
    unit = result.indicator.unit
    interval = result.now.interval
    missing = standing.missing if standing is not None else None
    return Line(
        indicator=result.indicator,
        part=result.part,
        name=result_name(result),
        value=_value(result.now.value, unit),
        made_of=_made_of(result.now),
        interval=f"{vietnamese(interval.low)} – {vietnamese(interval.high)}%" if interval else "",
        before=_value(result.before.value, unit),
        before_made_of=_made_of(result.before),
        change=_change(result),
        worse=_is_worse(result),
        target=_value(result.target.value, unit) if result.target else "",
        reached=standing.reached if standing is not None else None,
        gap=vietnamese(-standing.gap) if standing is not None and not standing.reached else "",
        missing=vietnamese(missing) if missing is not None else "",
        fixed=standing is not None and standing.fixed,
        forecast=_value(standing.forecast, unit) if standing is not None and standing.forecast else "",
        bar=_bar(result),
    )


def _value(value: Decimal | None, unit: Unit) -> str:
    if value is None:
        return "–"
    return vietnamese(int(value)) if unit is Unit.COUNT else f"{vietnamese(value)}{SIGNS[unit]}"


def _made_of(figure: Figure) -> str:
    if figure.denominator is None:
        return ""
    return f"{vietnamese(figure.numerator)} / {vietnamese(figure.denominator)}"


def _change(result: Result) -> str:
    if result.change is None:
        return ""
    written = _value(abs(result.change), result.indicator.unit)
    if result.indicator.unit is Unit.PERCENT:
        written = f"{vietnamese(abs(result.change))} điểm"
    return f"{'tăng' if result.change > 0 else 'giảm'} {written}" if result.change else "không đổi"


def _is_worse(result: Result) -> bool:
    if not result.change or result.indicator.better is Better.NEITHER:
        return False
    return (result.change < 0) is (result.indicator.better is Better.HIGHER)


def _bar(result: Result) -> Bar:
    now, before = result.now.value, result.before.value
    target = result.target.value if result.target else None
    full = Decimal(100)
    if result.indicator.unit is not Unit.PERCENT:
        full = max(_known((now, before, target)), default=Decimal(0)) or Decimal(1)
    return Bar(*(_width(value, full) for value in (now, before, target)))


def _known(values: Iterable[Decimal | None]) -> list[Decimal]:
    return [value for value in values if value is not None]


def _width(value: Decimal | None, full: Decimal) -> int | None:
    return None if value is None else int(max(Decimal(0), min(value / full, Decimal(1))) * WIDTH)
