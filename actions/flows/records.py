"""What flows write with: the database, the conversation and the moment, for one message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from actions.question import Question
from actions.services import Services
from knowledge.cases.hours import OfficeHours
from knowledge.messaging.models import Conversation
from knowledge.privacy.sealing import Sealer

_TALKS = Conversation.__table__.c
_BY_KEY = sa.select(_TALKS.id).where(
    _TALKS.channel == sa.bindparam("channel"), _TALKS.key == sa.bindparam("key")
)
"""Built once: read with every answer."""


@dataclass(frozen=True)
class Records:
    """One transaction for one message of a conversation."""

    session: Session
    conversation_id: int
    sealer: Sealer
    hours: OfficeHours
    now: datetime


@contextmanager
def open_records(question: Question, services: Services) -> Iterator[Records | None]:
    """Give what a flow writes with, None where nothing can be recorded (tools); commits at the end.

    A reply that says something is recorded leaves the ``with`` block before it is given.
    """
    if services.sessions is None or services.sealer is None:
        yield None
        return
    with services.sessions.begin() as session:
        conversation_id = find_conversation(session, question)
        if conversation_id is None:
            yield None
            return
        yield Records(session, conversation_id, services.sealer, services.office_hours(), services.now())


def find_conversation(session: Session, question: Question) -> int | None:
    """Return the row of the conversation that the message came in, None when it has none."""
    found: int | None = session.scalar(_BY_KEY, {"channel": question.channel, "key": question.sender})
    return found
