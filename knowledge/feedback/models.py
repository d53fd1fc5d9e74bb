"""Tables of ratings and of the requests for them.

A request is written for every occasion on which a rating could be asked for, also when it was not asked: the
response rate has an honest denominator. All times are in UTC.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

HASH_CHARS = 64
COMMENT_CHARS = 2000
NOTE_CHARS = 2000
LABEL_CHARS = 40
FILTERED = ("factor", "procedure_code", "field", "unit", "channel", "occasion", "score", "assigned_to")
"""Columns of `Rating` that lists are filtered by: each has an index in the order of the lists."""


class Rating(Base):
    """One score: of an answer, or of one factor in a survey."""

    __tablename__ = "rating"
    __table_args__ = (
        *(Index(f"ix_rating_{column}", column, "created_at") for column in FILTERED),
        Index("ix_rating_created_at", "created_at"),
        Index(
            "ix_rating_commented",
            "created_at",
            sqlite_where=sa.text("comment IS NOT NULL"),
            postgresql_where=sa.text("comment IS NOT NULL"),
        ),
        Index(
            "ix_rating_unreviewed",
            "created_at",
            sqlite_where=sa.text("reviewed_at IS NULL"),
            postgresql_where=sa.text("reviewed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(HASH_CHARS), unique=True)
    """Of the occasion and the factor: a second score for the same takes the first one's place."""
    occasion: Mapped[str] = mapped_column(String(16))
    """``answer`` or ``survey``."""
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    """Empty after the citizen had their data erased."""
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("rating_request.id", ondelete="SET NULL"), index=True
    )
    channel: Mapped[str] = mapped_column(String(16))
    procedure_code: Mapped[str | None] = mapped_column(String(16))
    dossier_hash: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    unit: Mapped[str | None] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(200))
    factor: Mapped[str | None] = mapped_column(String(32))
    """Of a survey; ``comment`` of the whole survey stands in the row of its first factor."""
    score: Mapped[int] = mapped_column(sa.SmallInteger)
    """1 to ``scale``, 1 the worst."""
    scale: Mapped[int] = mapped_column(sa.SmallInteger)
    reason: Mapped[str | None] = mapped_column(String(32))
    """Why an answer did not help: ``knowledge.feedback.survey``."""
    comment: Mapped[str | None] = mapped_column(Text)
    """Free text, masked."""
    comment_plain: Mapped[str | None] = mapped_column(Text)
    """The comment in lower case without marks, for searching."""
    assigned_to: Mapped[int | None]
    """Account of the officer who looks after it."""
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RatingLabel(Base):
    """A label that an officer gave a rating."""

    __tablename__ = "rating_label"

    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(LABEL_CHARS), primary_key=True, index=True)


class RatingNote(Base):
    """An internal note on a rating; citizens never see it."""

    __tablename__ = "rating_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id", ondelete="CASCADE"), index=True)
    actor: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RatingRequest(Base):
    """An occasion to ask for a rating: asked, answered, refused, or why it was not asked."""

    __tablename__ = "rating_request"
    __table_args__ = (Index("ix_rating_request_conversation", "conversation_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(HASH_CHARS), unique=True)
    """Names the occasion; the buttons of the rating carry it."""
    occasion: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    """``asked``, ``answered``, ``refused`` or ``not_asked``."""
    reason: Mapped[str | None] = mapped_column(String(32))
    """Why not: a name of ``data/asking.yml``."""
    channel: Mapped[str] = mapped_column(String(16))
    procedure_code: Mapped[str | None] = mapped_column(String(16))
    dossier_hash: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    unit: Mapped[str | None] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(200))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
