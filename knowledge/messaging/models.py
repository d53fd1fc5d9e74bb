"""Tables of conversations, the inbox of messages, the outbox of replies, and events outside a turn.

A conversation is known by its channel and by a hash of what the channel calls it (for the web: SHA-256 of
the unguessable token), so that a copy of the database opens no conversation. All times are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

BOT, STAFF = "bot", "staff"
"""Values of `Conversation.handler`."""
MESSAGE_ID_CHARS = 128
"""Longest message id of any channel."""


PENDING, SENDING, DOUBTFUL, SENT, DEAD = "pending", "sending", "doubtful", "sent", "dead"
"""Values of `OutboxMessage.state`."""
REASON_CHARS = 200
IDS_ARE_USED_ONCE = {"sqlite_autoincrement": True}
"""The id of an erased row may still be in hand: it must never become somebody else's."""


def _due_index(table: str) -> Index:
    """Finds what waits, by conversation and in order; what is done is not in it."""
    waits = sa.text("due_at IS NOT NULL")
    return Index(f"ix_{table}_due", "conversation_id", "id", sqlite_where=waits, postgresql_where=waits)


class Conversation(Base):
    """One citizen's talk on one channel."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "key"), IDS_ARE_USED_ONCE)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    handler: Mapped[str] = mapped_column(String(16), default=BOT, server_default=BOT)
    """Who answers: ``bot``, or ``staff`` while an officer has taken the conversation over."""
    handler_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the bot takes over again by itself; empty: when the officer gives it back."""
    is_group: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Several people read it: nothing personal is said there."""
    address: Mapped[str | None] = mapped_column(Text)
    """What the channel calls it, sealed: needed to send there; empty for the web."""
    last_event: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sequence of the newest event; taking the next one locks this row, so events commit in order."""
    choices: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Buttons of what was said last, numbered (``knowledge.messaging.choices``); not kept for the web."""
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person blocked or left us; empty again with their next message."""


class InboxMessage(Base):
    """A citizen's message, stored (masked) before it is handled; unhandled while ``handled_at`` is empty.

    ``text`` is what was typed, ``payload`` what a button said; exactly one of them is set. What the mask
    takes away and handling needs (a dossier code, a second factor) waits in ``sealed`` until then.
    """

    __tablename__ = "inbox_message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_id"),
        sa.CheckConstraint("(text IS NULL) <> (payload IS NULL)", name="text_or_payload"),
        _due_index("inbox_message"),
        IDS_ARE_USED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(MESSAGE_ID_CHARS))
    text: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(Text)
    sealed: Mapped[str | None] = mapped_column(Text)
    truncated: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replies: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    failed_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often handing it over failed though everything it needs was there."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a gateway takes it up: now, or when the lease of the one that handles it ends. Empty: never by
    itself, because it was handled, or because its sender was told that it failed and decides."""
    attachments: Mapped[str | None] = mapped_column(Text)
    """What came with it (JSON, sealed) until it was handled."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the citizen sent it, if the channel says so."""


class OutboxMessage(Base):
    """What has to reach a citizen by a channel that we send to: the replies of a turn, or an event.

    Rows of a conversation are sent in the order of their ids, the parts of a row one after another. A part
    is marked ``sending`` before it is sent; one that a crash left so may have arrived: it is ``doubtful``
    until it is sent once more, and counted in ``doubled``.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "origin"),
        _due_index("outbox_message"),
        IDS_ARE_USED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    origin: Mapped[str] = mapped_column(String(32))
    """``turn:<row of the inbox>`` or ``event:<sequence>``: nothing is said twice."""
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=PENDING)
    replies: Mapped[str | None] = mapped_column(Text)
    """Sealed JSON until it was brought into parts; an event's text is read from the event."""
    parts: Mapped[str | None] = mapped_column(Text)
    """Sealed JSON list of the parts, from the first attempt until the last part was sent."""
    next_part: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often the next part was not taken."""
    doubled: Mapped[int] = mapped_column(default=0)
    """How often a part was sent again although it may have arrived."""
    reason: Mapped[str | None] = mapped_column(String(REASON_CHARS))
    """Why the last attempt failed."""
    remote_id: Mapped[str | None] = mapped_column(String(MESSAGE_ID_CHARS))
    """What the channel calls the last part."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a gateway takes it up: now, after a pause, or when another's lease ends; empty when done."""
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class ConversationEvent(Base):
    """Something said to the citizen outside a turn: an officer's reply, a notice about a dossier."""

    __tablename__ = "conversation_event"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 … within the conversation: the id that a client resumes after."""
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ButtonPayload(Base):
    """What a button carries, under a short name; for channels whose buttons carry only a few bytes.

    The name is a keyed hash of the payload, so the same button always has the same. Payloads carry no
    personal data.
    """

    __tablename__ = "button_payload"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When a button with it was last sent, to the day."""
