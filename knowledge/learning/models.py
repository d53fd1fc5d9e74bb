"""Tables of missed questions, of what a reviewer decided about them, and of what went live."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

OPEN, TAUGHT, IGNORED = "open", "taught", "ignored"
"""Values of ``MissedQuestion.state``."""
TEXT_CHARS = 500
NAME_CHARS = 80


class Lesson(Base):
    """What a reviewer decided some wordings to mean; ``target`` is procedure, facet, not_ours, removed."""

    __tablename__ = "lesson"

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(String(16))
    value: Mapped[str | None] = mapped_column(String(32))
    """Procedure code or facet; empty for not_ours."""
    wordings: Mapped[list[Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(NAME_CHARS))
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the reviewer took it back; what is live changes with the next publication."""


class MissedQuestion(Base):
    """A question that was not answered, or not surely; masked, and gone with its conversation."""

    __tablename__ = "missed_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_row: Mapped[int] = mapped_column(unique=True)
    """Row of the inbox it was collected from: a second run of the job collects nothing twice."""
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    channel: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float]
    procedure_code: Mapped[str | None] = mapped_column(String(16))
    """The procedure answered, or the first one offered."""
    state: Mapped[str] = mapped_column(String(16), default=OPEN, index=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id", ondelete="SET NULL"), index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LearnedRelease(Base):
    """All that is live because of lessons: publishing writes a row, going back withdraws the newest."""

    __tablename__ = "learned_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """``examples`` (code -> wordings), ``others`` (wordings), ``facets`` (facet -> wordings)."""
    effect: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """Figures before and after, by name."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(NAME_CHARS))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(NAME_CHARS))
