"""From rows of the inbox to values and back: what of a message is written down, and how."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge.messaging.models import STAFF, Conversation, InboxMessage
from knowledge.messaging.records import IncomingMessage, StoredMessage
from knowledge.privacy.sealing import Sealer
from knowledge.text.masking import mask_for_keeping

MESSAGE = (
    InboxMessage.id,
    InboxMessage.message_id,
    InboxMessage.text,
    InboxMessage.payload,
    InboxMessage.sealed,
    InboxMessage.truncated,
    InboxMessage.received_at,
    InboxMessage.replies,
    InboxMessage.failed_attempts,
    InboxMessage.due_at,
    InboxMessage.attachments,
    InboxMessage.sent_at,
    Conversation.channel,
    Conversation.key,
    Conversation.is_group,
    Conversation.handler,
    Conversation.handler_until,
)
"""Columns that `stored_message` reads."""


def stored_message(sealer: Sealer, row: sa.Row[Any], now: datetime) -> StoredMessage:
    """Return a message as it was received: its text whole again while it is not handled."""
    text = sealer.open(row.sealed) if row.sealed else None
    attachments = sealer.open(row.attachments) if row.attachments else None
    incoming = IncomingMessage(
        row.channel,
        row.key,
        row.message_id,
        text or row.text,
        row.payload,
        truncated=row.truncated,
        is_group=row.is_group,
        attachments=tuple(json.loads(attachments)) if attachments else (),
        sent_at=row.sent_at,
    )
    return StoredMessage(
        row.id,
        incoming,
        row.received_at,
        row.replies,
        row.failed_attempts,
        is_pending=row.due_at is not None,
        with_staff=is_with_staff(row.handler, row.handler_until, now),
    )


def is_with_staff(handler: str, until: datetime | None, now: datetime) -> bool:
    """Tell whether an officer answers in the assistant's place."""
    return handler == STAFF and (until is None or until > now)


def kept_text(sealer: Sealer, text: str | None) -> dict[str, str | None]:
    """What is written of a text: masked, and sealed while the mask hides what handling needs."""
    masked = None if text is None else mask_for_keeping(text)
    sealed = None if text is None or masked == text else sealer.seal(text)
    return {"text": masked, "sealed": sealed}


def kept_attachments(sealer: Sealer, message: IncomingMessage) -> str | None:
    """What is written of a message's attachments."""
    return sealer.seal(json.dumps(message.attachments)) if message.attachments else None
