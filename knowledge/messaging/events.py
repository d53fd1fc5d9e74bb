"""What is said to a citizen outside a turn, whoever says it: an officer, a case, a dossier that moved on."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from knowledge.messaging.models import Conversation, ConversationEvent


def append_event(connection: Connection, conversation_id: int, body: dict[str, Any]) -> int:
    """Store an event in the caller's transaction and return its sequence in the conversation.

    ``body`` has ``author`` (``staff`` or ``system``), ``text`` and optionally ``buttons`` as a reply has
    them. Rooms that change something and tell the citizen of it do both in one transaction, so that
    neither happens without the other.

    Raises:
        LookupError: there is no such conversation.
    """
    sequence = connection.execute(
        sa.update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_event=Conversation.last_event + 1)
        .returning(Conversation.last_event)
    ).scalar_one_or_none()
    if sequence is None:
        raise LookupError(f"no conversation {conversation_id}")
    moment = datetime.now(timezone.utc)
    connection.execute(
        sa.insert(ConversationEvent).values(
            conversation_id=conversation_id, sequence=sequence, body=body, created_at=moment
        )
    )
    return int(sequence)
