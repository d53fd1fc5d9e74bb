"""What is said to a citizen outside a turn, whoever says it: an officer, a case, a dossier that moved on."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from knowledge.messaging.choices import number_choices
from knowledge.messaging.models import Conversation, ConversationEvent
from knowledge.messaging.outbox import put_event


def append_event(connection: Connection, conversation_id: int, body: dict[str, Any]) -> int:
    """Store an event in the caller's transaction and return its sequence in the conversation.

    ``body`` has ``author`` (``staff`` or ``system``), ``text`` and optionally ``buttons`` as a reply has
    them, and for channels that let some messages pass only as an approved template a ``notice`` (``kind`` and
    ``values``). Rooms that change something and tell the citizen of it do both in one transaction, so that
    neither happens without the other. Open web pages show it; where the conversation's channel is one that
    we send to, it goes to the outbox in the same transaction.

    Raises:
        LookupError: there is no such conversation.
    """
    found = connection.execute(
        sa.update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_event=Conversation.last_event + 1)
        .returning(Conversation.last_event, Conversation.channel, Conversation.address)
    ).one_or_none()
    if found is None:
        raise LookupError(f"no conversation {conversation_id}")
    moment = datetime.now(timezone.utc)
    connection.execute(
        sa.insert(ConversationEvent).values(
            conversation_id=conversation_id, sequence=found.last_event, body=body, created_at=moment
        )
    )
    if found.address is not None and body.get("text"):
        put_event(connection, conversation_id, found.channel, found.last_event, moment)
        _offer(connection, conversation_id, body.get("buttons") or [])
    return int(found.last_event)


def _offer(connection: Connection, conversation_id: int, buttons: list[dict[str, str]]) -> None:
    """Remember an event's buttons as those a typed answer chooses from; one without any changes nothing."""
    if buttons:
        connection.execute(
            sa.update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(choices=number_choices(buttons))
        )
