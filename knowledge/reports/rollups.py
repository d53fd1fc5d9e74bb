"""Adds up days whose facts changed: one statement a rollup, over the changed days or over everything."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from knowledge.reports.models import (
    ReportWatermark,
    RollupDirty,
    RollupDossier,
    RollupTalk,
    RollupTurn,
)

Rollup: TypeAlias = "RollupDossier | RollupTurn | RollupTalk"
MOST_DAYS = 200
"""More changed days than this are not worth picking out: everything is added up again."""

_IN_TIME = "CASE WHEN outcome IN ('early', 'on_time') THEN 1 ELSE 0 END"
TIMED = "CASE WHEN refused = 0 AND working_days IS NOT NULL AND promised_days IS NOT NULL THEN 1 ELSE 0 END"
DOSSIER_EVENTS: dict[str, dict[str, str]] = {
    "received_day": {"received": "1", "with_fee": "has_fee", "paid_online": "paid_online * has_fee"},
    "finished_day": {
        "early": "CASE WHEN outcome = 'early' THEN 1 ELSE 0 END",
        "on_time": "CASE WHEN outcome = 'on_time' THEN 1 ELSE 0 END",
        "late": "CASE WHEN outcome = 'late' THEN 1 ELSE 0 END",
        "refused": "refused",
        "supplemented": "CASE WHEN supplement_rounds > 0 THEN 1 ELSE 0 END",
        "repeated": "CASE WHEN supplement_rounds > 1 THEN 1 ELSE 0 END",
        "repeated_in_time": f"CASE WHEN supplement_rounds > 1 THEN {_IN_TIME} ELSE 0 END",
        "due_unknown": "due_unknown",
        "finish_estimated": "finish_estimated",
        "timed": TIMED,
        "working_days": f"CASE WHEN {TIMED} = 1 THEN working_days ELSE 0 END",
        "promised_days": f"CASE WHEN {TIMED} = 1 THEN promised_days ELSE 0 END",
    },
    "overdue_day": {"became_overdue": "1"},
    "returned_day": {
        "returned": "1",
        "returned_by_post": "CASE WHEN returned_via = 'post' THEN 1 ELSE 0 END",
    },
}
"""Column of ``fact_dossier`` with the day -> columns of the rollup and what is added up."""
_GROUP = "unit, field, procedure_code, channel"


def _dossier_sql(days: str) -> str:
    """One pass for each kind of day, each grouped, then brought together."""
    columns = [name for sums in DOSSIER_EVENTS.values() for name in sums]
    parts = []
    for day, sums in DOSSIER_EVENTS.items():
        values = ", ".join(
            f"SUM({sums[name]}) AS {name}" if name in sums else f"0 AS {name}" for name in columns
        )
        parts.append(
            f"SELECT {day} AS day, {_GROUP}, {values} FROM fact_dossier "
            f"WHERE {day} IS NOT NULL{days.format(day=day)} GROUP BY {day}, {_GROUP}"
        )
    together = ", ".join(f"SUM({name})" for name in columns)
    return (
        f"INSERT INTO rollup_dossier (day, {_GROUP}, {', '.join(columns)}) "
        f"SELECT day, {_GROUP}, {together} FROM ({' UNION ALL '.join(parts)}) AS events "
        f"GROUP BY day, {_GROUP}"
    )


_TURN_SQL = (
    "INSERT INTO rollup_turn (day, channel, field, procedure_code, outcome, turns, questions, milliseconds) "
    "SELECT day, channel, field, procedure_code, outcome, COUNT(*), SUM(question), SUM(milliseconds) "
    "FROM fact_turn WHERE day IS NOT NULL{days} GROUP BY day, channel, field, procedure_code, outcome"
)
_TALK_SQL = (
    "INSERT INTO rollup_talk (day, channel, talks, with_question, contained) "
    "SELECT day, channel, COUNT(*), SUM(asked), SUM(asked * answered * (1 - person)) FROM ("
    "SELECT day, channel, talk, MAX(question) AS asked, "
    "MAX(CASE WHEN outcome IN ('answered', 'listed', 'withdrawn', 'dossier') THEN 1 ELSE 0 END) AS answered, "
    "MAX(CASE WHEN outcome = 'handoff' THEN 1 ELSE 0 END) AS person "
    "FROM fact_turn WHERE day IS NOT NULL{days} GROUP BY day, channel, talk) AS talks GROUP BY day, channel"
)


def refresh_rollups(engine: Engine) -> None:
    """Add up again what changed since the last time."""
    for rollup, source in (("rollup_dossier", "dossier"), ("rollup_turn", "inbox_message")):
        with engine.begin() as connection:
            _lock(connection, source)
            days = list(connection.scalars(sa.select(RollupDirty.day).filter_by(rollup=rollup)))
            if days:
                _add_up(connection, rollup, days if len(days) <= MOST_DAYS else None)
                connection.execute(sa.delete(RollupDirty).where(RollupDirty.rollup == rollup))


def rebuild_rollups(connection: Connection) -> None:
    """Add up everything from the facts there are."""
    for rollup in ("rollup_dossier", "rollup_turn"):
        _add_up(connection, rollup, None)


def _lock(connection: Connection, source: str) -> None:
    """Let one refresh at a time touch what is made from ``source``."""
    own = sa.update(ReportWatermark).where(ReportWatermark.source == source)
    connection.execute(own.values(source=source))


def _add_up(connection: Connection, rollup: str, days: list[date] | None) -> None:
    picked = "" if days is None else " AND {day} IN :days"
    if rollup == "rollup_dossier":
        statements: list[tuple[type[Rollup], str]] = [(RollupDossier, _dossier_sql(picked))]
    else:
        by_day = picked.format(day="day")
        statements = [
            (RollupTurn, _TURN_SQL.format(days=by_day)),
            (RollupTalk, _TALK_SQL.format(days=by_day)),
        ]
    for rollup_model, sql in statements:
        gone = sa.delete(rollup_model)
        if days is None:
            connection.execute(gone)
            connection.execute(sa.text(sql))
            continue
        connection.execute(gone.where(rollup_model.day.in_(days)))
        chosen = sa.bindparam("days", days, expanding=True, type_=sa.Date())
        connection.execute(sa.text(sql).bindparams(chosen))
