"""Claiming what is due: the oldest row of each conversation, for one of several gateways."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import aliased

from knowledge.messaging.models import InboxMessage, OutboxMessage


def claim_heads(
    connection: Connection,
    table: type[InboxMessage] | type[OutboxMessage],
    limit: int,
    now: datetime,
    until: datetime,
    *conditions: sa.ColumnElement[bool],
) -> list[int]:
    """Claim until then up to ``limit`` rows that are due; return their ids.

    A row that waits behind another one of its conversation is not taken: that keeps the order, whoever
    handles them. PostgreSQL passes over rows that another gateway is just claiming; SQLite has one writer.
    The oldest rows are read off the index of what waits: what is done, which is nearly all, is not looked at.
    """
    waiting = aliased(table)
    oldest = (
        sa.select(sa.func.min(waiting.id))
        .where(waiting.due_at.is_not(None))
        .group_by(waiting.conversation_id)
    )
    heads = (
        sa.select(table.id)
        .where(table.id.in_(oldest), table.due_at.is_not(None), table.due_at <= now, *conditions)
        .order_by(table.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=table)
    )
    rows = list(connection.execute(heads).scalars())
    if not rows:
        return []
    taken = sa.update(table).where(table.id.in_(rows), table.due_at <= now).values(due_at=until)
    return sorted(connection.execute(taken.returning(table.id)).scalars())
