"""A conversation as officers read it: both sides in the order of time, and why the assistant answered so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.messaging.models import ConversationEvent, InboxMessage

MOST = 200


@dataclass(frozen=True)
class Line:
    """Something that was said. ``key`` orders and names it; ``why`` is the answer's metadata."""

    at: datetime
    key: str
    author: str
    text: str
    is_button: bool = False
    why: dict[str, Any] = field(default_factory=dict)


def read_talk(session: Session, conversation_id: int) -> list[Line]:
    """The newest 200 lines, masked as they are kept, oldest first."""
    lines: list[Line] = []
    messages = session.scalars(
        sa.select(InboxMessage)
        .where(InboxMessage.conversation_id == conversation_id)
        .order_by(InboxMessage.id.desc())
        .limit(MOST)
    )
    for message in messages:
        lines.append(
            Line(
                message.received_at,
                f"m{message.id}",
                "citizen",
                message.text if message.text is not None else str(message.payload),
                is_button=message.text is None,
            )
        )
        answered = message.handled_at or message.received_at
        lines += [
            Line(answered, f"m{message.id}r{place}", "bot", str(reply.get("text", "")), why=_why(reply))
            for place, reply in enumerate(message.replies or [])
            if reply.get("text")
        ]
    events = session.scalars(
        sa.select(ConversationEvent)
        .where(ConversationEvent.conversation_id == conversation_id)
        .order_by(ConversationEvent.sequence.desc())
        .limit(MOST)
    )
    lines += [
        Line(
            event.created_at,
            f"e{event.sequence}",
            str(event.body.get("author", "system")),
            str(event.body.get("text", "")),
        )
        for event in events
    ]
    return sorted(lines, key=lambda line: line.at)[-MOST:]


def _why(reply: dict[str, Any]) -> dict[str, Any]:
    answer = reply.get("answer")
    return answer if isinstance(answer, dict) else {}
