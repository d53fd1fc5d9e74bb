"""Copies what changed in the other rooms' tables into the facts, in short transactions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row

from knowledge.cases.models import CaseFile, Handover
from knowledge.database.base import Base
from knowledge.dossiers.models import Dossier, DossierLookup
from knowledge.feedback.models import Rating, RatingRequest
from knowledge.messaging.models import Conversation, InboxMessage
from knowledge.reports import facts
from knowledge.reports.facts import Copier, Fact, RowToFact
from knowledge.reports.models import (
    FactCase,
    FactDossier,
    FactHandover,
    FactLookup,
    FactRating,
    FactRatingRequest,
    FactTurn,
    ReportWatermark,
    RollupDirty,
)

OVERLAP = timedelta(minutes=10)
"""A row may be committed this long after the moment it says that it changed at."""
TURNS_WAIT = timedelta(days=1)
"""A message not handled after so long never will be."""
ROWS_A_TRANSACTION = 1000
NO_MARK = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Source:
    """A table to copy from, by the moment its rows last changed."""

    name: str
    rows: type[Any]
    facts: type[Base]
    to_fact: RowToFact
    rollup: str | None = None
    days: tuple[str, ...] = ()
    """Columns of the fact whose days' rollups it enters."""


SOURCES = (
    Source(
        "dossier",
        Dossier,
        FactDossier,
        facts.dossier_fact,
        "rollup_dossier",
        ("received_day", "finished_day", "returned_day", "overdue_day"),
    ),
    Source("rating", Rating, FactRating, facts.rating_fact),
    Source("rating_request", RatingRequest, FactRatingRequest, facts.request_fact),
    Source("case_file", CaseFile, FactCase, facts.case_fact),
    Source("dossier_lookup", DossierLookup, FactLookup, facts.lookup_fact),
    Source("handover", Handover, FactHandover, facts.handover_fact),
)
TURNS = Source("inbox_message", InboxMessage, FactTurn, facts.turn_fact, "rollup_turn", ("day",))


def copy_changes(engine: Engine, copier: Copier, now: datetime) -> dict[str, int]:
    """Copy every source's changes; return how many facts of each were written."""
    written = {source.name: _copy(engine, source, copier, now) for source in SOURCES}
    written[TURNS.name] = _copy_turns(engine, copier, now)
    return written


def _copy(engine: Engine, source: Source, copier: Copier, now: datetime) -> int:
    table = source.rows.__table__
    own = [column for column in table.columns if column.name != "channel"] + (
        [(table.c.submitted_via if source.rows is Dossier else table.c.channel).label("channel")]
    )
    mark = _mark(engine, source.name)
    changed = sa.select(*own).where(table.c.updated_at > mark.copied_until).order_by(table.c.updated_at)
    written = _stream(engine, source, changed, copier)
    _set_mark(engine, replace(mark, copied_until=now - OVERLAP))
    return written


def _copy_turns(engine: Engine, copier: Copier, now: datetime) -> int:
    mark = _mark(engine, TURNS.name)
    inbox = InboxMessage.__table__
    unhandled = sa.select(sa.func.min(inbox.c.id)).where(
        inbox.c.handled_at.is_(None), inbox.c.id > mark.last_id, inbox.c.received_at > now - TURNS_WAIT
    )
    newest = sa.select(sa.func.max(inbox.c.id))
    with engine.connect() as connection:
        waiting, last = connection.scalar(unhandled), connection.scalar(newest)
    handled = (
        sa.select(
            inbox.c.id,
            inbox.c.conversation_id,
            inbox.c.text,
            inbox.c.received_at,
            inbox.c.handled_at,
            inbox.c.replies,
            Conversation.channel,
        )
        .join(Conversation, Conversation.id == inbox.c.conversation_id)
        .where(inbox.c.id > mark.last_id, inbox.c.handled_at.is_not(None))
        .order_by(inbox.c.id)
    )
    written = _stream(engine, TURNS, handled, copier)
    done = waiting - 1 if waiting else last or mark.last_id
    _set_mark(engine, replace(mark, copied_until=now, last_id=max(done, mark.last_id)))
    return written


@dataclass(frozen=True)
class _Mark:
    source: str
    copied_until: datetime
    last_id: int


def _mark(engine: Engine, name: str) -> _Mark:
    with engine.begin() as connection:
        found = connection.execute(sa.select(ReportWatermark.__table__).filter_by(source=name)).first()
        if found is not None:
            return _Mark(found.source, found.copied_until, found.last_id)
        mark = _Mark(name, NO_MARK, 0)
        connection.execute(sa.insert(ReportWatermark).values(**mark.__dict__))
        return mark


def _set_mark(engine: Engine, mark: _Mark) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.update(ReportWatermark).where(ReportWatermark.source == mark.source).values(**mark.__dict__)
        )


def _stream(engine: Engine, source: Source, rows: sa.Select[Any], copier: Copier) -> int:
    """Read on one connection and write on another, so that no write transaction lasts long."""
    written = 0
    with engine.connect() as reading:
        found = iter(reading.execution_options(yield_per=ROWS_A_TRANSACTION).execute(rows))
        while batch := list(islice(found, ROWS_A_TRANSACTION)):
            with engine.begin() as writing:
                written += _write(writing, source, batch, copier)
    return written


def _write(connection: Connection, source: Source, batch: Iterable[Row[Any]], copier: Copier) -> int:
    """Write the facts of rows that changed since they were copied; two refreshes at once wait here."""
    connection.execute(
        sa.update(ReportWatermark)
        .where(ReportWatermark.source == source.name)
        .values(source=ReportWatermark.source)
    )
    table = Base.metadata.tables[source.facts.__tablename__]
    rows = {row.id: row for row in batch}
    known = {row.id: row for row in connection.execute(sa.select(table).where(table.c.id.in_(list(rows))))}
    moved = "source_at" in table.c
    fresh: list[Fact] = []
    stale: list[int] = []
    days = set()
    for key, row in rows.items():
        old = known.get(key)
        if old is not None and (not moved or old.source_at == row.updated_at):
            continue
        if old is not None:
            stale.append(key)
            days |= {getattr(old, name) for name in source.days}
        fact = source.to_fact(row, copier)
        if fact is not None:
            fresh.append({**fact, "id": key, **({"source_at": row.updated_at} if moved else {})})
            days |= {fact[name] for name in source.days}
    if stale:
        connection.execute(sa.delete(table).where(table.c.id.in_(stale)))
    if fresh:
        connection.execute(sa.insert(table), fresh)
    if source.rollup:
        _mark_dirty(connection, source.rollup, days - {None})
    return len(fresh)


def _mark_dirty(connection: Connection, rollup: str, days: set[Any]) -> None:
    known = set(connection.scalars(sa.select(RollupDirty.day).filter_by(rollup=rollup)))
    new = [{"rollup": rollup, "day": day} for day in sorted(days - known)]
    if new:
        connection.execute(sa.insert(RollupDirty), new)
