"""Replies on their way: what waits for long, what was given up and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.messaging.models import DEAD, OutboxMessage
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix, note

LATE_AFTER = timedelta(minutes=15)
LOOKED_BACK = timedelta(days=7)
SHOWN = 10
NOT_OUR_FAULT = {"the person left", "window closed"}
"""Reasons of `bot.gateway.outbox` by which nothing is broken."""


def check(context: Context) -> Iterator[Finding]:
    """Count both, by channel and reason."""
    if context.sessions is None:
        return
    with context.sessions() as session:
        found = [*_late(session, context.now()), *_dead(session, context.now())]
    yield from found or [good("outbox.empty")]


def _late(session: Session, now: datetime) -> Iterator[Finding]:
    query = (
        sa.select(OutboxMessage.channel, sa.func.count(), sa.func.max(OutboxMessage.reason))
        .where(OutboxMessage.due_at.is_not(None), OutboxMessage.created_at < now - LATE_AFTER)
        .group_by(OutboxMessage.channel)
    )
    for channel, count, reason in session.execute(query):
        yield must_fix("outbox.late", channel=channel, count=count, reason=reason or "chưa rõ")


def _dead(session: Session, now: datetime) -> Iterator[Finding]:
    query = (
        sa.select(OutboxMessage.channel, OutboxMessage.reason, sa.func.count())
        .where(OutboxMessage.state == DEAD, OutboxMessage.done_at > now - LOOKED_BACK)
        .group_by(OutboxMessage.channel, OutboxMessage.reason)
        .order_by(sa.func.count().desc())
        .limit(SHOWN)
    )
    for channel, reason, count in session.execute(query):
        tell = good if reason in NOT_OUR_FAULT else note
        yield tell("outbox.dead", channel=channel, count=count, reason=reason)
