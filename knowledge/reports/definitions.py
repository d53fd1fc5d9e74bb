"""Measures and indicators as data: what is counted, how it is divided, against which target."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path

from knowledge.yaml_fields import Fields, read_entries, read_mapping

DATA = Path(__file__).parent / "data"
INDICATORS = DATA / "indicators"
_TERM = re.compile(r"\s*(?P<sign>[+-]?)\s*(?:(?P<factor>\d+)\s*\*\s*)?(?P<name>[a-z_0-9]+)")


class Over(str, Enum):
    """Which days a measure adds up."""

    PERIOD = "period"
    BEFORE = "before"
    UNTIL = "until"


class Unit(str, Enum):
    """What an indicator's value is in, and how it is made of numerator and denominator."""

    PERCENT = "percent"
    COUNT = "count"
    DAYS = "days"
    SECONDS = "seconds"
    POINTS = "points"


class Confidence(str, Enum):
    """How well the formula is established: two sources, one source, general knowledge."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"


class Better(str, Enum):
    """Which direction is an improvement; NEITHER is a plain figure."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True)
class Measure:
    """Something that is counted. Either ``sum`` with ``where``, or ``sql`` of its own."""

    id: str
    name: str
    source: str
    sum: str = ""
    where: str = ""
    over: Over = Over.PERIOD
    date: str = "day"
    sql: str = ""
    needs_months: int = 0
    """The store must reach back so many months, otherwise the measure says nothing."""


@dataclass(frozen=True)
class Sum:
    """Measures added with whole factors, as ``early + on_time`` or ``2 * early - late``."""

    terms: tuple[tuple[int, str], ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures it needs."""
        return tuple(name for _, name in self.terms)

    def value(self, values: dict[str, int | None]) -> int | None:
        """Return the sum; None when a measure of it is not known."""
        total = 0
        for factor, name in self.terms:
            found = values[name]
            if found is None:
                return None
            total += factor * found
        return total


@dataclass(frozen=True)
class Target:
    """A value to reach, and for which days it holds (``until`` included; open when empty)."""

    value: Decimal
    since: date
    until: date | None
    basis: str
    confidence: Confidence

    def holds(self, day: date) -> bool:
        """Tell whether it holds on ``day``."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Example:
    """Worked figures: the test of the definition."""

    values: dict[str, int]
    result: str


@dataclass(frozen=True)
class Indicator:
    """One figure of a report with everything needed to defend it."""

    id: str
    group: str
    name: str
    formula: str
    numerator: Sum
    denominator: Sum | None
    unit: Unit
    better: Better
    by: str
    """Empty, or the dimension that it is told apart by (``factor``)."""
    basis: str
    confidence: Confidence
    note: str
    internal: bool
    """An estimate of an official indicator, or an own measure: reports label it so."""
    sampled: bool
    """A share of people who chose to answer: shown with n and Wilson's interval."""
    targets: tuple[Target, ...]
    example: Example

    def target(self, day: date) -> Target | None:
        """Return the target that holds on ``day``."""
        return next((target for target in self.targets if target.holds(day)), None)

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures it needs."""
        return self.numerator.measures + (self.denominator.measures if self.denominator else ())


@dataclass(frozen=True)
class Definitions:
    """Everything that can be counted and reported."""

    sources: dict[str, tuple[str, ...]]
    measures: dict[str, Measure]
    indicators: dict[str, Indicator]

    def group(self, *names: str) -> tuple[Indicator, ...]:
        """Return the indicators of groups, in the order of the files."""
        return tuple(found for found in self.indicators.values() if found.group in names)

    def with_targets(self, own: dict[str, tuple[Target, ...]]) -> Definitions:
        """Return the definitions with a department's own targets before those that ship.

        Raises:
            DataError: a target is set for an indicator that is not there.
        """
        changed = dict(self.indicators)
        for name, targets in own.items():
            changed[name] = replace(changed[name], targets=(*targets, *changed[name].targets))
        return replace(self, indicators=changed)


@cache
def load_definitions() -> Definitions:
    """Read ``data/measures.yml`` and ``data/indicators``.

    Raises:
        DataError: a file is malformed, or an indicator names a measure that is not there.
    """
    content = read_mapping(DATA / "measures.yml")
    tables = content.section("sources")
    measures = [_measure(entry) for entry in content.entries("measures")]
    content.refuse_unknown()
    sources: dict[str, tuple[str, ...]] = {}
    for measure in measures:
        if measure.source not in sources:
            sources[measure.source] = tables.texts(measure.source)
    tables.refuse_unknown()
    known = {measure.id: measure for measure in measures}
    indicators: dict[str, Indicator] = {}
    for path in sorted(INDICATORS.glob("*.yml")):
        for entry in read_entries(path, "indicators"):
            indicator = _indicator(entry, path.stem.lstrip("0123456789_"))
            if indicator.id in indicators:
                raise entry.fail("this id is used twice")
            missing = sorted(set(indicator.measures) - set(known))
            if missing:
                raise entry.fail(f"there is no measure '{missing[0]}'")
            indicators[indicator.id] = indicator
    return Definitions(sources, known, indicators)


def _measure(entry: Fields) -> Measure:
    measure = Measure(
        id=entry.text("id"),
        name=entry.text("name"),
        source=entry.text("from"),
        sum=entry.optional_text("sum") or "",
        where=entry.optional_text("where") or "",
        over=entry.choice("over", Over, Over.PERIOD),
        date=entry.optional_text("date") or "day",
        sql=entry.optional_text("sql") or "",
        needs_months=entry.number("needs_months", 1, 120) if entry.has("needs_months") else 0,
    )
    if bool(measure.sum) == bool(measure.sql):
        raise entry.fail("give either 'sum' or 'sql'")
    entry.refuse_unknown()
    return measure


def _indicator(entry: Fields, group: str) -> Indicator:
    denominator = entry.optional_text("denominator")
    unit = entry.choice("unit", Unit, Unit.PERCENT)
    indicator = Indicator(
        id=entry.text("id"),
        group=group,
        name=entry.text("name"),
        formula=entry.text("formula"),
        numerator=parse_sum(entry.text("numerator"), entry),
        denominator=parse_sum(denominator, entry) if denominator else None,
        unit=unit,
        better=entry.choice("better", Better, Better.NEITHER),
        by=entry.optional_text("by") or "",
        basis=entry.text("basis"),
        confidence=entry.choice("confidence", Confidence),
        note=entry.optional_text("note") or "",
        internal=entry.flag("internal"),
        sampled=entry.flag("sampled"),
        targets=tuple(read_target(target) for target in entry.entries("targets"))
        if entry.has("targets")
        else (),
        example=_example(entry.section("example")),
    )
    if (unit is Unit.COUNT) == (indicator.denominator is not None):
        raise entry.fail("every indicator but a count needs a denominator")
    entry.refuse_unknown()
    return indicator


def read_target(entry: Fields) -> Target:
    """Read one target."""
    target = Target(
        Decimal(entry.text("value")),
        entry.day("since"),
        entry.optional_day("until"),
        entry.text("basis"),
        entry.choice("confidence", Confidence),
    )
    entry.refuse_unknown()
    return target


def _example(entry: Fields) -> Example:
    result = entry.text("result")
    return Example({name: entry.number(name, 0, 10**9) for name in entry.names()}, result)


def parse_sum(text: str, entry: Fields) -> Sum:
    """Read ``early + on_time`` or ``2 * early - late``.

    Raises:
        DataError: the text is no such sum.
    """
    terms, place = [], 0
    while place < len(text):
        found = _TERM.match(text, place)
        if found is None or (place and not found["sign"]):
            raise entry.fail(f"'{text}' is no sum of measures")
        factor = int(found["factor"] or 1) * (-1 if found["sign"] == "-" else 1)
        terms.append((factor, found["name"]))
        place = found.end()
        if not text[place:].strip():
            break
    if not terms:
        raise entry.fail("an empty sum")
    return Sum(tuple(terms))
