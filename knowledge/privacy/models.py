"""Tables of what citizens were told and agreed to, and of the erasures they asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

HASH_CHARS = 64


class Consent(Base):
    """That a citizen was given the notice, or agreed to a purpose; which wording of it, and when.

    Law 91/2025/QH15 art. 9: consent is for one purpose, never silent, and can be proven.
    """

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("conversation_id", "purpose", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(16))
    """``notice`` (told, nothing to agree to), or a purpose of ``data/consent.yml``."""
    version: Mapped[str] = mapped_column(String(16))
    given: Mapped[bool | None]
    """Empty for a notice."""
    origin: Mapped[str] = mapped_column(String(HASH_CHARS))
    """Of the message that it answered."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ErasureReceipt(Base):
    """That a person's data was erased: when and how much, not whose."""

    __tablename__ = "erasure_receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    origin: Mapped[str | None] = mapped_column(String(HASH_CHARS), unique=True)
    """Of the request, while the shell of the conversation waits to be taken away."""
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    """The shell, which the receipt is sent through; empty once it is gone."""
    channel: Mapped[str] = mapped_column(String(16))
    requested_by: Mapped[str] = mapped_column(String(16))
    """``citizen``, ``channel`` (the person left it) or ``staff``."""
    erased: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """How many rows of each kind."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the shell was taken away too."""
