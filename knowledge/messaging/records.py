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
    """The conversation's key (a hash), never the token or address itself."""
    message_id: str
    text: str | None = None
    payload: str | None = None
    truncated: bool = False
    is_group: bool = False
    attachments: tuple[dict[str, Any], ...] = ()
    """Fields of each file that came with it (``bot.channels.base.Attachment``)."""
    sent_at: datetime | None = None
    """When the citizen sent it, if the channel says so."""


@dataclass(frozen=True)
class StoredMessage:
    """A message as the inbox keeps it; ``replies`` is None until it was handled."""

    row: int
    incoming: IncomingMessage
    received_at: datetime
    replies: list[Reply] | None
    failed_attempts: int
    claimed_until: datetime | None = None
    """Until when the caller has claimed it, to handle it; None: it has not."""
    is_pending: bool = False
    """A gateway handles it or will."""
    waits_for: int | None = None
    """Row of the newest message of its conversation that was pending when it came."""
    with_staff: bool = False
    """An officer has taken the conversation over: the assistant says nothing."""


@dataclass(frozen=True)
class StoredEvent:
    """An event outside a turn; ``sequence`` counts up from 1 within its conversation."""

    sequence: int
    body: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Delivery:
    """Something on its way to a citizen, claimed for sending."""

    row: int
    conversation_id: int
    address: str | None
    """None when it cannot be read any more (another secret key)."""
    replies: list[Reply] | None
    """What to bring into parts; empty once that was done, None when it cannot be read any more."""
    parts: list[dict[str, Any]] | None
    """Bodies of the parts; None before they were made."""
    next_part: int
    attempts: int
    is_doubtful: bool
    """The next part may have arrived already."""
    is_gone: bool
    """The person blocked or left us."""
    created_at: datetime
    last_seen_at: datetime
    """When the person last wrote."""
    claimed_until: datetime
