"""The figures of today's board: counted up to a bound, so that a million rows do not slow it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.staff.rendering import TIME_ZONE
from knowledge.cases.listing import CaseFilter, count_cases, list_cases
from knowledge.cases.models import CaseFile, Handover
from knowledge.catalogue.records import ReleaseInfo
from knowledge.catalogue.releases import published_release
from knowledge.feedback.listing import FeedbackFilter, count_feedback, list_feedback
from knowledge.feedback.models import Rating
from knowledge.jobs.models import JobRun
from knowledge.learning.models import OPEN, MissedQuestion
from knowledge.messaging.models import DEAD, Conversation, InboxMessage, OutboxMessage

MOST = 1000
"""Beyond it the board says "more than"."""
SHOWN = 8
UNHAPPY_SHOWN = timedelta(days=30)
LATE_SENDING = timedelta(minutes=10)
GIVEN_UP_SHOWN = timedelta(days=1)


@dataclass(frozen=True)
class Board:
    """What the board shows; figures are at most `MOST`."""

    waiting: int
    overdue: int
    running: int
    mine: int
    new_feedback: int
    unhappy: int
    """Worst scores of the last 30 days that nobody looked at."""
    unanswered: int
    unsent: int
    """Messages to citizens that were given up in the last day, or wait for longer than ten minutes."""
    failing_jobs: list[str]
    unhappy_since: datetime
    messages: int
    conversations: int
    due: list[CaseFile]
    comments: list[Rating]
    release: ReleaseInfo | None
    now: datetime
    most: int = MOST


def read_board(session: Session, account_id: int, now: datetime) -> Board:
    """Read the figures for one officer."""
    today = datetime.combine(now.astimezone(TIME_ZONE).date(), time(), TIME_ZONE)
    lately = today - UNHAPPY_SHOWN
    waiting = sa.select(Handover.id).where(Handover.ended_at.is_(None), Handover.taken_at.is_(None))
    messages = sa.select(InboxMessage.id).where(
        InboxMessage.id > _first_id_since(session, today), InboxMessage.received_at >= today
    )
    return Board(
        waiting=_count(session, waiting),
        overdue=count_cases(session, CaseFilter(overdue_at=now), MOST),
        running=count_cases(session, CaseFilter(due=True), MOST),
        mine=count_cases(session, CaseFilter(due=True, assigned_to=account_id), MOST),
        unhappy=count_feedback(session, FeedbackFilter(score=1, reviewed=False, since=lately), MOST),
        unhappy_since=lately,
        unanswered=_count(session, sa.select(MissedQuestion.id).where(MissedQuestion.state == OPEN)),
        unsent=_unsent(session, now),
        failing_jobs=list(session.scalars(sa.select(JobRun.name).where(JobRun.failures > 0))),
        new_feedback=count_feedback(session, FeedbackFilter(since=today), MOST),
        messages=_count(session, messages),
        conversations=_count(session, sa.select(Conversation.id).where(Conversation.last_seen_at >= today)),
        due=list(list_cases(session, CaseFilter(due=True), limit=SHOWN).rows),
        comments=list(list_feedback(session, FeedbackFilter(commented=True), limit=SHOWN).rows),
        release=published_release(session),
        now=now,
    )


def _count(session: Session, query: sa.Select[tuple[int]]) -> int:
    counted = query.limit(MOST).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def _unsent(session: Session, now: datetime) -> int:
    waiting = sa.select(OutboxMessage.id).where(
        OutboxMessage.due_at.is_not(None), OutboxMessage.created_at < now - LATE_SENDING
    )
    given_up = sa.select(OutboxMessage.id).where(
        OutboxMessage.done_at >= now - GIVEN_UP_SHOWN, OutboxMessage.state == DEAD
    )
    return _count(session, waiting) + _count(session, given_up)


def _first_id_since(session: Session, moment: datetime) -> int:
    """An id below all messages since ``moment``: ids grow with time, so halving finds it without an index."""
    low, high = 0, session.scalar(sa.select(sa.func.max(InboxMessage.id))) or 0
    while high - low > MOST:
        middle = (low + high) // 2
        found = session.execute(
            sa.select(InboxMessage.id, InboxMessage.received_at)
            .where(InboxMessage.id > middle)
            .order_by(InboxMessage.id)
            .limit(1)
        ).one()
        if found.received_at < moment:
            low = middle
        else:
            high = middle
    return low
