"""Periodic work of cases: nobody waits for an officer longer than promised."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.handover import end, nobody_came
from knowledge.cases.hours import OfficeHours, read_hours
from knowledge.cases.models import Handover
from knowledge.cases.policy import case_policy
from knowledge.cases.wording import to_citizen
from knowledge.jobs import Job, JobContext
from knowledge.messaging.models import InboxMessage

AT_ONCE = 100
WORDS_KEPT = 5


def watch_queue(context: JobContext) -> None:
    """Make cases of what nobody took, and give back the conversations that officers left."""
    now, hours = context.now(), read_hours(context.profile.working_hours)
    for handover_id in _waiting(context, now, hours):
        with context.sessions.begin() as session:
            handover = _locked(session, handover_id)
            if handover is not None and handover.taken_at is None:
                text = to_citizen("wants_person") + _words_since(session, handover)
                nobody_came(session, handover, context.profile.short_name, text, hours, context.sealer, now)
    for handover_id in _left(context, now):
        with context.sessions.begin() as session:
            handover = _locked(session, handover_id)
            if handover is not None and _is_left(handover, now):
                end(session, handover, "idle", now, to_citizen("idle"))


def _waiting(context: JobContext, now: datetime, hours: OfficeHours) -> list[int]:
    """Those who waited long enough, or whose working hours are over."""
    until = now - case_policy().handover_wait if hours.is_open(now) else now
    query = sa.select(Handover.id).where(
        Handover.ended_at.is_(None), Handover.taken_at.is_(None), Handover.requested_at <= until
    )
    return _some(context, query)


def _left(context: JobContext, now: datetime) -> list[int]:
    since = now - case_policy().handover_idle
    query = sa.select(Handover.id).where(Handover.ended_at.is_(None), Handover.last_staff_at <= since)
    return _some(context, query)


def _is_left(handover: Handover, now: datetime) -> bool:
    written = handover.last_staff_at
    return written is not None and written <= now - case_policy().handover_idle


def _some(context: JobContext, query: sa.Select[tuple[int]]) -> list[int]:
    with context.sessions() as session:
        return list(session.scalars(query.order_by(Handover.id).limit(AT_ONCE)))


def _locked(session: Session, handover_id: int) -> Handover | None:
    query = sa.select(Handover).where(Handover.id == handover_id, Handover.ended_at.is_(None))
    return session.scalar(query.with_for_update())


def _words_since(session: Session, handover: Handover) -> str:
    """What the citizen wrote while waiting, for the officer who answers the case."""
    query = sa.select(InboxMessage.text).where(
        InboxMessage.conversation_id == handover.conversation_id,
        InboxMessage.text.is_not(None),
        InboxMessage.received_at >= handover.requested_at,
    )
    words = session.scalars(query.order_by(InboxMessage.id).limit(WORDS_KEPT)).all()
    return "".join(f"\n{text}" for text in words)


JOBS = (Job("hand-over-queue", every_seconds=60, run=watch_queue),)
