"""Claiming what is due: the oldest row of each conversation, for one of several gateways."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import aliased

from knowledge.messaging.models import InboxMessage, OutboxMessage

LEASE = timedelta(seconds=12)
"""How long a gateway's claim holds when it is not renewed: how long others wait after a crash."""


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


def renew_claims(
    connection: Connection,
    table: type[InboxMessage] | type[OutboxMessage],
    rows: Sequence[int],
    until: datetime,
) -> list[int]:
    """Lengthen claims until then; return the rows that had them.

    What another gateway claimed later than the caller last did ends later too, and is left as it is.
    """
    held = sa.update(table).where(table.id.in_(rows), table.due_at < until).values(due_at=until)
    return list(connection.execute(held.returning(table.id)).scalars())
