"""Periodic work of messaging."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from knowledge.jobs import Job, JobContext
from knowledge.messaging.models import DEAD, ButtonPayload, OutboxMessage

KEPT = timedelta(days=30)
"""How long the outbox remembers when something was sent, or why not. Texts are gone once it was."""
BUTTONS_KEPT = timedelta(days=180)
"""How long a button on a phone can be tapped: after that the citizen is asked to type."""
ABANDONED = "given up: its channel is not connected"


def clean_outbox(context: JobContext) -> None:
    """Forget old deliveries; give up what waits for a channel that nobody connects any more."""
    now = context.now()
    too_old = now - timedelta(hours=context.settings.delivery.give_up_after_hours + 1)
    with context.sessions.begin() as session:
        session.execute(sa.delete(OutboxMessage).where(OutboxMessage.done_at < now - KEPT))
        session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.due_at < too_old, OutboxMessage.created_at < too_old)
            .values(state=DEAD, reason=ABANDONED, due_at=None, done_at=now, replies=None, parts=None)
        )


def forget_buttons(context: JobContext) -> None:
    """Forget what buttons carried that nobody was shown for long."""
    with context.sessions.begin() as session:
        session.execute(sa.delete(ButtonPayload).where(ButtonPayload.used_at < context.now() - BUTTONS_KEPT))


JOBS = (
    Job("clean-outbox", every_seconds=3600, run=clean_outbox),
    Job("forget-buttons", every_seconds=86_400, run=forget_buttons),
)
