"""Cases on both databases: a conversation, office hours, and moments in a week without holidays."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import count

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.hours import OfficeHours, read_hours
from knowledge.cases.intake import open_case
from knowledge.cases.models import CaseFile
from knowledge.cases.records import NewCase
from knowledge.department.profile import WorkingHours
from knowledge.messaging.models import Conversation, ConversationEvent
from knowledge.privacy.sealing import Sealer

SEALER = Sealer("a secret key for tests only, nothing else")
HOURS = read_hours(WorkingHours("Thứ Hai đến Thứ Sáu", ("07:30-11:30", "13:30-17:00")))
OFFICER, COLLEAGUE = 7, 8
_NUMBERS = count()


def at(text: str) -> datetime:
    """A moment in Vietnam: ``2026-12-07 09:00``, a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=HOURS.calendar.timezone)


MONDAY = at("2026-12-07 09:00")


@pytest.fixture
def hours() -> OfficeHours:
    return HOURS


@pytest.fixture
def conversation(sessions) -> int:
    return new_conversation(sessions)


def new_conversation(sessions, channel="web", key="a" * 64, **values) -> int:
    with sessions.begin() as session:
        found = Conversation(channel=channel, key=key, created_at=MONDAY, last_seen_at=MONDAY, **values)
        session.add(found)
        session.flush()
        return found.id


def complaint(session: Session, conversation: int | None, now: datetime = MONDAY, **values) -> CaseFile:
    given = {
        "origin": f"{next(_NUMBERS):064d}",
        "kind": "complaint",
        "text": "Cán bộ một cửa hẹn ba lần không trả hồ sơ",
        "channel": "web",
        "unit": "Văn phòng Sở",
        **values,
    }
    return open_case(session, NewCase(conversation_id=conversation, **given), HOURS, SEALER, now)


def said(session: Session, conversation: int) -> list[dict]:
    """What the citizen was told outside a turn."""
    query = sa.select(ConversationEvent.body).where(ConversationEvent.conversation_id == conversation)
    return list(session.scalars(query.order_by(ConversationEvent.sequence)))


def utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)
