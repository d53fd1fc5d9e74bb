"""What the database says of a conversation before it is asked for a rating: one statement, built once.

Every answer goes through here, so what the rules need is read at once and not rule by rule. A second
statement reads the requests of those few conversations that were asked before.
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
from knowledge.preferences.models import PreferenceRow
from knowledge.preferences.store import ON, in_force

NEWEST_REQUESTS = 3
"""How many requests the rules look back on."""

Talk = int | tuple[str, str] | None
"""A conversation by its row, or by channel and key; None: it was erased."""


@dataclass(frozen=True)
class Requested:
    """A time at which the conversation was asked for a rating, and what came of it."""

    outcome: str
    created_at: datetime


@dataclass(frozen=True)
class Wanted:
    """What is looked for: ``origin`` names the occasion at hand, ``switch`` the preference that allows it."""

    kind: str
    switch: str
    cases_since: datetime
    origin: str = ""


@dataclass(frozen=True)
class Past:
    """A conversation as the rules see it."""

    conversation_id: int
    channel: str
    is_group: bool
    is_gone: bool
    """The person blocked or left us."""
    last_seen_at: datetime
    with_staff: bool
    """An officer has the talk, or it waits for one."""
    has_case: bool
    """A case is open, or was opened since the moment given."""
    is_allowed: bool
    """The preference lets such occasions be asked about."""
    outcome: str | None
    """What came of the occasion at hand, when the message was answered before."""
    occasions: int
    """Occasions of the kind so far, asked or not."""
    requests: tuple[Requested, ...]
    """The newest ones of the kind that were asked, newest first."""


def look_back(session: Session, talk: Talk, wanted: Wanted) -> Past | None:
    """Return the past of a conversation, None when there is no such conversation (any more)."""
    session.flush()
    connection = session.connection()
    row = connection.execute(*_statement(talk, wanted)).one_or_none()
    if row is None:
        return None
    here = {"conversation": row.id, "kind": wanted.kind}
    asked = connection.execute(_REQUESTS, here) if row.asked else ()
    return Past(
        conversation_id=row.id,
        channel=row.channel,
        is_group=row.is_group,
        is_gone=row.gone_at is not None,
        last_seen_at=row.last_seen_at,
        with_staff=row.handler == STAFF or row.waits,
        has_case=row.has_case,
        is_allowed=in_force(wanted.switch, row.switch) == ON,
        outcome=row.outcome,
        occasions=row.occasions,
        requests=tuple(Requested(outcome, created_at) for outcome, created_at in asked),
    )


def _statement(talk: Talk, wanted: Wanted) -> tuple[sa.Select[tuple[object, ...]], dict[str, object]]:
    looked_for = {
        "kind": wanted.kind,
        "since": wanted.cases_since,
        "switch": wanted.switch,
        "origin": wanted.origin,
    }
    if isinstance(talk, tuple):
        channel, key = talk
        return _BY_KEY, {**looked_for, "its_channel": channel, "its_key": key}
    return _BY_ROW, {**looked_for, "conversation": talk}


def _conversation() -> sa.Select[tuple[object, ...]]:
    talks, cases = Conversation.__table__.c, CaseFile.__table__.c
    handovers, requests = Handover.__table__.c, RatingRequest.__table__.c
    is_recent = sa.or_(cases.created_at > sa.bindparam("since"), cases.closed_at.is_(None))
    occasions = sa.select(sa.func.count()).where(
        requests.conversation_id == talks.id, requests.occasion == sa.bindparam("kind")
    )
    preferences = PreferenceRow.__table__.c
    switch = sa.select(preferences.value).where(preferences.name == sa.bindparam("switch"))
    outcome = sa.select(requests.outcome).where(requests.origin == sa.bindparam("origin"))
    return sa.select(
        talks.id,
        talks.channel,
        talks.is_group,
        talks.gone_at,
        talks.handler,
        talks.last_seen_at,
        sa.exists().where(handovers.conversation_id == talks.id, handovers.ended_at.is_(None)).label("waits"),
        sa.exists().where(cases.conversation_id == talks.id, is_recent).label("has_case"),
        switch.scalar_subquery().label("switch"),
        outcome.scalar_subquery().label("outcome"),
        occasions.scalar_subquery().label("occasions"),
        occasions.where(requests.outcome != NOT_ASKED).scalar_subquery().label("asked"),
    )


def _requests() -> sa.Select[tuple[object, ...]]:
    requests = RatingRequest.__table__.c
    own = (
        requests.conversation_id == sa.bindparam("conversation"),
        requests.occasion == sa.bindparam("kind"),
        requests.outcome != NOT_ASKED,
    )
    newest = sa.select(requests.outcome, requests.created_at).where(*own)
    return newest.order_by(requests.id.desc()).limit(NEWEST_REQUESTS)


_TALKS = Conversation.__table__.c
_BY_ROW = _conversation().where(_TALKS.id == sa.bindparam("conversation"))
_BY_KEY = _conversation().where(
    _TALKS.channel == sa.bindparam("its_channel"), _TALKS.key == sa.bindparam("its_key")
)
_REQUESTS = _requests()
