"""What the database says of a conversation before it is asked for a rating: two statements, built once.

Every answer goes through here, so what the rules need is read at once and not rule by rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.models import CaseFile, Handover
from knowledge.feedback.models import RatingRequest
from knowledge.feedback.records import NOT_ASKED
from knowledge.messaging.models import STAFF, Conversation

NEWEST_REQUESTS = 3
"""How many requests the rules look back on."""


@dataclass(frozen=True)
class Requested:
    """A time at which the conversation was asked for a rating, and what came of it."""

    outcome: str
    created_at: datetime


@dataclass(frozen=True)
class Past:
    """A conversation as the rules see it."""

    channel: str
    is_group: bool
    is_gone: bool
    """The person blocked or left us."""
    last_seen_at: datetime
    with_staff: bool
    """An officer has the talk, or it waits for one."""
    has_case: bool
    """A case is open, or was opened since the moment given."""
    occasions: int
    """Occasions of the kind so far, asked or not."""
    requests: tuple[Requested, ...]
    """The newest ones of the kind that were asked, newest first."""


def look_back(session: Session, conversation_id: int | None, kind: str, cases_since: datetime) -> Past | None:
    """Return the past of a conversation, None when it was erased; ``kind`` is the kind of occasion."""
    session.flush()
    here = {"conversation": conversation_id, "kind": kind}
    row = session.execute(_CONVERSATION, {**here, "since": cases_since}).one_or_none()
    if row is None:
        return None
    asked = session.execute(_REQUESTS, here) if row.occasions else ()
    return Past(
        channel=row.channel,
        is_group=row.is_group,
        is_gone=row.gone_at is not None,
        last_seen_at=row.last_seen_at,
        with_staff=row.handler == STAFF or row.waits,
        has_case=row.has_case,
        occasions=row.occasions,
        requests=tuple(Requested(outcome, created_at) for outcome, created_at in asked),
    )


def _conversation() -> sa.Select[tuple[object, ...]]:
    talks, cases = Conversation.__table__.c, CaseFile.__table__.c
    handovers, requests = Handover.__table__.c, RatingRequest.__table__.c
    is_recent = sa.or_(cases.created_at > sa.bindparam("since"), cases.closed_at.is_(None))
    occasions = sa.select(sa.func.count()).where(
        requests.conversation_id == talks.id, requests.occasion == sa.bindparam("kind")
    )
    return sa.select(
        talks.channel,
        talks.is_group,
        talks.gone_at,
        talks.handler,
        talks.last_seen_at,
        sa.exists().where(handovers.conversation_id == talks.id, handovers.ended_at.is_(None)).label("waits"),
        sa.exists().where(cases.conversation_id == talks.id, is_recent).label("has_case"),
        occasions.scalar_subquery().label("occasions"),
    ).where(talks.id == sa.bindparam("conversation"))


def _requests() -> sa.Select[tuple[object, ...]]:
    requests = RatingRequest.__table__.c
    own = (
        requests.conversation_id == sa.bindparam("conversation"),
        requests.occasion == sa.bindparam("kind"),
        requests.outcome != NOT_ASKED,
    )
    newest = sa.select(requests.outcome, requests.created_at).where(*own)
    return newest.order_by(requests.id.desc()).limit(NEWEST_REQUESTS)


_CONVERSATION = _conversation()
_REQUESTS = _requests()
