"""Messages and events as plain values, as the gateway hands them to the store and gets them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Reply = dict[str, Any]
"""One reply as the chat API gives it: ``text``, ``buttons`` and, on at least one of a turn, ``answer``."""


@dataclass(frozen=True)
class IncomingMessage:
    """A checked, masked message of a citizen; exactly one of ``text`` and ``payload`` is set."""

    channel: str
    conversation: str
    """The conversation's key (a hash), never the token itself."""
    message_id: str
    text: str | None = None
    payload: str | None = None
    truncated: bool = False


@dataclass(frozen=True)
class StoredMessage:
    """A message as the inbox keeps it; ``replies`` is None until it was handled."""

    row: int
    incoming: IncomingMessage
    received_at: datetime
    replies: list[Reply] | None
    failed_attempts: int


@dataclass(frozen=True)
class StoredEvent:
    """An event outside a turn; ``sequence`` counts up from 1 within its conversation."""

    sequence: int
    body: dict[str, Any]
    created_at: datetime
