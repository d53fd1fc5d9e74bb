"""Tables of staff accounts, their sessions and the audit log.

A session is known by the SHA-256 of its token, so that a copy of the database signs nobody in. Rows of the
audit log are neither changed nor deleted: triggers see to it. All times are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

NAME_CHARS = 40
FULL_NAME_CHARS = 100


class Account(Base):
    """An officer's account; never deleted, because the audit log speaks of it, but switched off."""

    __tablename__ = "staff_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_CHARS), unique=True)
    """What is typed to sign in: lower case."""
    full_name: Mapped[str] = mapped_column(String(FULL_NAME_CHARS))
    role: Mapped[str] = mapped_column(String(16))
    """A role of ``roles.yml``."""
    password_hash: Mapped[str] = mapped_column(Text)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    """Somebody else has set the password."""
    totp_sealed: Mapped[str | None] = mapped_column(Text)
    """Sealed secret of the second factor; empty when there is none."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """Time step of the code used last: a code is good once."""
    is_active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong passwords or codes in a row."""
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """A browser in which an account is signed in."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """Somebody saw personal data or changed something."""

    __tablename__ = "staff_audit"
    __table_args__ = (
        Index("ix_staff_audit_at", "at", "id"),
        Index("ix_staff_audit_actor", "actor", "at"),
        Index("ix_staff_audit_action", "action", "at"),
        Index("ix_staff_audit_subject", "subject", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(NAME_CHARS))
    """Name of the account; what was typed when a sign-in failed; ``tthc`` for the command line."""
    action: Mapped[str] = mapped_column(String(64))
    """``view:<permission>`` or what was changed, such as ``users.create``."""
    subject: Mapped[str] = mapped_column(String(120))
    """What it was done to, such as ``case 17``; empty when nothing single."""
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What changed, without personal data and secrets."""
    address: Mapped[str] = mapped_column(String(64))
    """Network address of the officer's browser."""
