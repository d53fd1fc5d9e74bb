"""Tables of conversations, the inbox of citizens' messages, and events outside a turn.

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


class Conversation(Base):
    """One citizen's talk on one channel."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "key"),)

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


class InboxMessage(Base):
    """A citizen's message, stored (masked) before it is handled; unhandled while ``handled_at`` is empty.

    ``text`` is what was typed, ``payload`` what a button said; exactly one of them is set. What the mask
    takes away and handling needs (a dossier code, a second factor) waits in ``sealed`` until then.
    """

    __tablename__ = "inbox_message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_id"),
        sa.CheckConstraint("(text IS NULL) <> (payload IS NULL)", name="text_or_payload"),
        Index(
            "ix_inbox_message_unhandled",
            "id",
            sqlite_where=sa.text("handled_at IS NULL"),
            postgresql_where=sa.text("handled_at IS NULL"),
        ),
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
    """How often handing it over failed; what a restart resumes by itself has none."""


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
