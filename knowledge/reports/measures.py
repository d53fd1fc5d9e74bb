"""Counts measures for a period and a place: one statement for all that is of the same table and days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from knowledge.reports.definitions import Definitions, Measure, Over
from knowledge.reports.facts import local_day
from knowledge.reports.models import DimRelease, FactDossier
from knowledge.reports.periods import Period, months_before

Values = dict[str, "int | None"]
_OVER = {
    Over.PERIOD: "{date} >= :start AND {date} <= :end",
    Over.BEFORE: "{date} < :start",
    Over.UNTIL: "{date} <= :end",
}
DIMENSIONS = ("unit", "field", "procedure_code")


@dataclass(frozen=True)
class Scope:
    """What a report is about; empty means everything. A unit's former names count as it."""

    units: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The dimensions it narrows, with the names that count."""
        all_of = dict(zip(DIMENSIONS, (self.units, self.fields, self.procedures), strict=True))
        return {name: names for name, names in all_of.items() if names}


@dataclass(frozen=True)
class Window:
    """A period as far as it has passed, and what is known of it."""

    period: Period
    end: date
    """The period's last day, or today while it runs."""
    release: int | None
    """Of the catalogue, in force on that day; the first one ever for earlier days."""
    releases: int
    """How many releases came into force within the period."""
    store_since: date | None
    """The first day a dossier was received on, as far as the store knows."""

    @property
    def parameters(self) -> dict[str, object]:
        """What the statements are run with."""
        return {
            "start": self.period.start,
            "end": self.end,
            "back36": months_before(self.end, 36),
            "release": self.release,
        }


def open_window(connection: Connection, period: Period, now: datetime) -> Window:
    """Find what is known of a period at the moment ``now``."""
    end = min(period.end, max(local_day(now), period.start))
    releases = connection.execute(
        sa.select(DimRelease.since, DimRelease.release_id).order_by(DimRelease.since)
    ).all()
    in_force = [row for row in releases if row.since <= end] or releases[:1]
    return Window(
        period,
        end,
        in_force[-1].release_id if in_force else None,
        sum(period.start < row.since <= end for row in releases),
        connection.scalar(sa.select(sa.func.min(FactDossier.received_day))),
    )


@dataclass(frozen=True)
class Counter:
    """Counts measures over one period and one place."""

    connection: Connection
    definitions: Definitions
    window: Window
    scope: Scope = field(default_factory=Scope)

    def values(self, measures: Iterable[str]) -> Values:
        """Return each measure; None where the store cannot tell it for this place or so far back."""
        wanted = [self.definitions.measures[name] for name in dict.fromkeys(measures)]
        values: Values = {measure.id: None for measure in wanted}
        answerable = [measure for measure in wanted if self.answerable(measure)]
        for measure in answerable:
            if measure.sql:
                values[measure.id] = self._scalar(measure)
        for group in _by_days(answerable):
            values.update(self._sums(group[0].source, group, ())[()])
        return values

    def by(self, dimensions: tuple[str, ...], measures: Iterable[str]) -> dict[tuple[str, ...], Values]:
        """Return the measures for each value of some columns, the columns in order.

        Raises:
            ValueError: a measure's table has no such column.
        """
        wanted = [self.definitions.measures[name] for name in dict.fromkeys(measures)]
        found: dict[tuple[str, ...], Values] = {}
        for group in _by_days(wanted):
            source = group[0].source
            missing = set(dimensions) - set(self.definitions.sources[source])
            if missing:
                raise ValueError(f"{source} is not told apart by {missing.pop()}")
            for key, values in self._sums(source, group, dimensions).items():
                found.setdefault(key, dict.fromkeys((measure.id for measure in wanted), 0)).update(values)
        return dict(sorted(found.items()))

    def answerable(self, measure: Measure) -> bool:
        """Tell whether the store knows the measure for this place, and far enough back."""
        if not set(self.scope.chosen) <= set(self.definitions.sources[measure.source]):
            return False
        if measure.source == "dim_procedure" and self.window.release is None:
            return False
        since = self.window.store_since
        needed = months_before(self.window.end, measure.needs_months)
        return not measure.needs_months or (since is not None and since <= needed)

    def narrowed(self, source: str) -> tuple[str, dict[str, Any]]:
        """Return the condition of this place for a table, beginning with AND, and its names."""
        chosen = {
            name: names
            for name, names in self.scope.chosen.items()
            if name in self.definitions.sources[source]
        }
        clause = "".join(f" AND {name} IN :{name}" for name in chosen)
        return clause, {name: list(names) for name, names in chosen.items()}

    def bound(self, sql: str, names: Mapping[str, Any]) -> sa.TextClause:
        """Return a piece of SQL with the days, the release and the names it uses."""
        dates = {"start", "end", "back36"}
        given = {**self.window.parameters, **names}
        used = {name: value for name, value in given.items() if f":{name}" in sql}
        return sa.text(sql).bindparams(
            *(
                sa.bindparam(
                    name,
                    value,
                    expanding=name in names,
                    type_=sa.Date() if name in dates else None,
                )
                for name, value in used.items()
            )
        )

    def _run(self, sql: str, names: Mapping[str, Any]) -> sa.CursorResult[Any]:
        return self.connection.execute(self.bound(sql, names))

    def _scalar(self, measure: Measure) -> int:
        clause, names = self.narrowed(measure.source)
        return int(self._run(measure.sql + clause, names).scalar_one())

    def _sums(
        self, source: str, measures: list[Measure], dimensions: tuple[str, ...]
    ) -> dict[tuple[str, ...], Values]:
        clause, names = self.narrowed(source)
        sql = sums_sql(source, measures, dimensions, clause)
        found: dict[tuple[str, ...], Values] = {}
        for row in self._run(sql, names):
            key = tuple(row[: len(dimensions)])
            values = row[len(dimensions) :]
            found[key] = {
                measure.id: int(value or 0) for measure, value in zip(measures, values, strict=True)
            }
        return found


def sums_sql(source: str, measures: list[Measure], dimensions: tuple[str, ...] = (), clause: str = "") -> str:
    """Return the statement that adds up measures of one table, as the documentation shows it too.

    The measures are of the same days: only rows of those days are read.
    """
    sums = ", ".join(
        f"SUM(CASE WHEN {measure.where} THEN {measure.sum} ELSE 0 END)"
        if measure.where
        else f"SUM({measure.sum})"
        for measure in measures
    )
    columns = "".join(f"{name}, " for name in dimensions)
    group = f" GROUP BY {', '.join(dimensions)}" if dimensions else ""
    return f"SELECT {columns}{sums} FROM {source} WHERE {_days(measures[0])}{clause}{group}"


def condition(measure: Measure) -> str:
    """Return which rows of its table a measure adds up."""
    return f"{_days(measure)} AND ({measure.where})" if measure.where else _days(measure)


def _days(measure: Measure) -> str:
    return _OVER[measure.over].format(date=measure.date)


def _by_days(measures: list[Measure]) -> list[list[Measure]]:
    """Bring together what one statement can add up: of one table and the same days."""
    grouped: dict[tuple[str, Over, str], list[Measure]] = {}
    for measure in measures:
        if measure.sum:
            grouped.setdefault((measure.source, measure.over, measure.date), []).append(measure)
    return list(grouped.values())
