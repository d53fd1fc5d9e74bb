"""Messages that came in and wait for their answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from knowledge.messaging.models import InboxMessage
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix

LATE_AFTER = timedelta(minutes=10)


def check(context: Context) -> Iterator[Finding]:
    """Count what waits for too long."""
    if context.sessions is None:
        return
    query = sa.select(sa.func.count()).where(
        InboxMessage.due_at.is_not(None), InboxMessage.received_at < context.now() - LATE_AFTER
    )
    with context.sessions() as session:
        late = session.execute(query).scalar_one()
    yield must_fix("inbox.late", count=late) if late else good("inbox.empty")
