"""Conversations that are recorded: a database, a clock that can be set, and the conversation's row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from actions.reply import Reply
from actions.services import Services
from knowledge.messaging.models import Conversation
from tests.actions.dossier_talk import CHANNEL, Talk

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    """A moment in Vietnam: ``2026-12-07 09:00`` is a Monday in working hours."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


MONDAY = at("2026-12-07 09:00")
EVENING = at("2026-12-07 19:00")


@dataclass
class RecordingServices(Services):
    """Services with a clock that tests set."""

    moment: datetime = field(default=MONDAY)

    def now(self) -> datetime:
        return self.moment


def open_talk(services: Services, key: str = "a" * 64, channel: str = CHANNEL, **values) -> Talk:
    """Start a recorded conversation."""
    with services.sessions.begin() as session:
        session.add(Conversation(channel=channel, key=key, created_at=MONDAY, last_seen_at=MONDAY, **values))
    return Talk(services, key, group=bool(values.get("is_group")))


def payload_of(reply: Reply, title: str) -> str:
    return next(button.payload for button in reply.buttons if button.title == title)
