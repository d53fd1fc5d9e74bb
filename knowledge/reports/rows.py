"""The rows behind a figure: what a measure counted, one by one, newest first.

Every measure has the same condition here as where it is added up, so that there are as many rows as the
figure says (days and other amounts are added up over the rows shown).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from knowledge.database.base import Base
from knowledge.dossiers.models import Dossier
from knowledge.reports.definitions import Measure
from knowledge.reports.measures import Counter, condition
from knowledge.reports.models import (
    DimProcedure,
    FactCase,
    FactDossier,
    FactHandover,
    FactLookup,
    FactRating,
    FactRatingRequest,
    FactTurn,
)
from knowledge.reports.rollups import DOSSIER_EVENTS, TIMED

PAGE_ROWS = 50
_SHOWN: dict[type[Base], tuple[str, ...]] = {
    FactDossier: (
        "procedure_code", "unit", "channel", "received_day", "due_day", "finished_day", "outcome",
        "supplement_rounds", "working_days", "promised_days",
    ),
    FactRating: ("day", "occasion", "factor", "score", "scale", "procedure_code", "unit", "channel"),
    FactRatingRequest: ("day", "occasion", "outcome", "reason", "procedure_code", "unit", "channel"),
    FactCase: ("code", "kind", "stage", "day", "handle_by", "handled_day", "published_day", "unit"),
    FactTurn: ("day", "hour", "outcome", "procedure_code", "field", "channel", "milliseconds"),
    FactLookup: ("day", "result", "overdue", "channel"),
    FactHandover: ("day", "reason", "taken", "wait_seconds", "outcome", "channel"),
    DimProcedure: ("procedure_code", "name", "field", "online_level", "statutory_days", "committed_days"),
}  # fmt: skip
_FACTS: dict[str, type[Base]] = {
    "rollup_dossier": FactDossier,
    "rollup_turn": FactTurn,
    **{model.__tablename__: model for model in _SHOWN},
}
_STANDING = {
    "carried_over": "received_day < :start AND (finished_day IS NULL OR finished_day >= :start)",
    "open": "received_day <= :end AND (finished_day IS NULL OR finished_day > :end)",
    "open_overdue": "overdue_day <= :end AND (finished_day IS NULL OR finished_day > :end)",
}
"""Of measures that a rollup has as a difference of sums."""


@dataclass(frozen=True)
class Behind:
    """A page of rows. ``keys`` are their ids in their own room; ``next`` goes on after the last one."""

    table: str
    columns: tuple[str, ...]
    keys: Sequence[int | str]
    rows: Sequence[Sequence[object]]
    next: str | None


def rows_behind(
    counter: Counter, measure_id: str, after: str = "", factor: str = "", limit: int = PAGE_ROWS
) -> Behind | None:
    """Return a page of what a measure counted; None when it has no rows of its own or is not known here.

    ``after`` is the ``next`` of the page before, ``factor`` narrows scores to one question of the survey.

    Raises:
        KeyError: there is no such measure.
    """
    measure = counter.definitions.measures[measure_id]
    facts = _FACTS.get(measure.source)
    if facts is None or not counter.answerable(measure):
        return None
    table = Base.metadata.tables[facts.__tablename__]
    key = table.c.procedure_code if facts is DimProcedure else table.c.id
    columns = [table.c[name] for name in _SHOWN[facts]]
    query = sa.select(key.label("key"), *columns).where(counter.bound(*_where(counter, measure)))
    if factor:
        query = query.where(table.c.factor == factor)
    if after and (facts is DimProcedure or after.isdecimal()):
        query = query.where(key < (after if facts is DimProcedure else int(after)))
    found = counter.connection.execute(query.order_by(key.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    keys, rows = [row[0] for row in shown], [tuple(row[1:]) for row in shown]
    following = str(keys[-1]) if len(found) > limit else None
    if facts is FactDossier:
        return Behind(table.name, ("code", *_SHOWN[facts]), keys, _with_codes(counter, keys, rows), following)
    return Behind(table.name, _SHOWN[facts], keys, rows, following)


def _where(counter: Counter, measure: Measure) -> tuple[str, dict[str, list[str]]]:
    """The condition of the rows, and the names that narrow it."""
    clause, names = counter.narrowed(measure.source)
    return f"({_counted(measure)}){clause}", names


def _counted(measure: Measure) -> str:
    if measure.sql:
        return measure.sql.partition(" WHERE ")[2]
    if measure.source == "rollup_dossier":
        return _of_dossier(measure)
    counted = condition(measure)
    if measure.source == "rollup_turn":
        return f"{counted} AND question = 1" if measure.sum == "questions" else counted
    return counted if measure.sum == "1" else f"{counted} AND ({measure.sum}) > 0"


def _of_dossier(measure: Measure) -> str:
    standing = _STANDING.get(measure.id)
    if standing is not None:
        return standing
    day, sums = next((day, sums) for day, sums in DOSSIER_EVENTS.items() if measure.sum in sums)
    one = TIMED if measure.sum in {"working_days", "promised_days"} else sums[measure.sum]
    where = f" AND ({measure.where})" if measure.where else ""
    return f"{day} >= :start AND {day} <= :end AND ({one}) > 0{where}"


def _with_codes(
    counter: Counter, keys: list[int], rows: list[tuple[object, ...]]
) -> list[tuple[object, ...]]:
    """Put the code of each dossier first, as the register has it today."""
    wanted = sa.select(Dossier.id, Dossier.code).where(Dossier.id.in_(keys))
    codes = {row.id: row.code for row in counter.connection.execute(wanted)}
    return [(codes.get(key, ""), *row) for key, row in zip(keys, rows, strict=True)]
