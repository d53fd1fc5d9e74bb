"""Indicators worked out for a period, beside the period before, against their targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from knowledge.reports.definitions import Definitions, Indicator, Target, Unit
from knowledge.reports.measures import Counter, Scope, Values, Window, open_window
from knowledge.reports.numbers import Interval, percent, quotient, wilson
from knowledge.reports.periods import Period


@dataclass(frozen=True)
class Figure:
    """One value with what it was made of.

    ``value`` is None when there is nothing to divide by; ``numerator`` when the store cannot tell.
    """

    numerator: int | None
    denominator: int | None
    value: Decimal | None
    interval: Interval | None = None


@dataclass(frozen=True)
class Result:
    """An indicator of a report. ``part`` names what it is told apart by, empty for the whole."""

    indicator: Indicator
    part: str
    now: Figure
    before: Figure
    target: Target | None

    @property
    def change(self) -> Decimal | None:
        """Difference to the period before, in the indicator's unit."""
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value


def figure(indicator: Indicator, values: Values) -> Figure:
    """Work an indicator out from its measures."""
    numerator = indicator.numerator.value(values)
    if indicator.denominator is None:
        return Figure(numerator, None, None if numerator is None else Decimal(numerator))
    denominator = indicator.denominator.value(values)
    if numerator is None or denominator is None:
        return Figure(None, None, None)
    share = percent if indicator.unit is Unit.PERCENT else quotient
    value = share(numerator, denominator)
    interval = wilson(numerator, denominator) if indicator.sampled else None
    return Figure(numerator, denominator, value, interval)


@dataclass(frozen=True)
class Reading:
    """What was read for a report: the period, the one before, and how to count more of either."""

    now: Counter
    before: Counter

    @property
    def window(self) -> Window:
        """The report's period."""
        return self.now.window

    def results(self, indicators: Iterable[Indicator]) -> list[Result]:
        """Work out indicators, in order; those told apart by something give one result a part."""
        wanted = list(indicators)
        whole = [indicator for indicator in wanted if not indicator.by]
        measures = [name for indicator in whole for name in indicator.measures]
        values, earlier = self.now.values(measures), self.before.values(measures)
        results: list[Result] = []
        for indicator in wanted:
            if indicator.by:
                results += self._parts(indicator)
            else:
                results.append(self._result(indicator, "", values, earlier))
        return results

    def _parts(self, indicator: Indicator) -> list[Result]:
        now = self.now.by((indicator.by,), indicator.measures)
        before = self.before.by((indicator.by,), indicator.measures)
        nothing: Values = dict.fromkeys(indicator.measures, 0)
        keys = [key for key in sorted(set(now) | set(before)) if self._has(now, before, key)]
        return [
            self._result(indicator, key[0], now.get(key, nothing), before.get(key, nothing)) for key in keys
        ]

    @staticmethod
    def _has(
        now: dict[tuple[str, ...], Values], before: dict[tuple[str, ...], Values], key: tuple[str, ...]
    ) -> bool:
        return any(value for values in (now.get(key), before.get(key)) for value in (values or {}).values())

    def _result(self, indicator: Indicator, part: str, values: Values, earlier: Values) -> Result:
        return Result(
            indicator,
            part,
            figure(indicator, values),
            figure(indicator, earlier),
            indicator.target(self.window.end),
        )


def read_period(
    connection: Connection,
    definitions: Definitions,
    period: Period,
    now: datetime,
    scope: Scope | None = None,
    previous: Period | None = None,
) -> Reading:
    """Open a period and the one before for counting.

    A period that still runs is compared with as much of the one before as has passed: the whole of it
    would always look better.
    """
    window = open_window(connection, period, now)
    earlier = previous or period.previous()
    before = open_window(connection, earlier, now)
    if window.end < period.end:
        passed = earlier.start + (window.end - period.start)
        before = Window(
            earlier, min(earlier.end, passed), before.release, before.releases, before.store_since
        )
    place = scope or Scope()
    return Reading(
        Counter(connection, definitions, window, place), Counter(connection, definitions, before, place)
    )
