"""Tables of the dossier register, of look-ups, of look-ups under way and of subscriptions.

The register alone holds codes in clear. It has no names, phones or identity numbers: of a number the last
four digits are kept as a keyed hash, to be compared only. All times are in UTC.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

CODE_CHARS = 64
HASH_CHARS = 64


class Dossier(Base):
    """One dossier as the one-stop system last exported it."""

    __tablename__ = "dossier"
    __table_args__ = (sa.CheckConstraint("status BETWEEN 1 AND 10", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_CHARS), unique=True)
    tail: Mapped[str] = mapped_column(String(24), index=True)
    """Date and serial (``230412-0001``): what citizens often send instead of the whole code."""
    source: Mapped[str] = mapped_column(String(40))
    """Which export it came from."""
    procedure_code: Mapped[str | None] = mapped_column(String(16))
    procedure_name: Mapped[str] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[str | None] = mapped_column(Text)
    """Who handles it."""
    status: Mapped[int] = mapped_column(sa.SmallInteger)
    """1 to 10: ``knowledge.dossiers.statuses``."""
    submitted_via: Mapped[str] = mapped_column(String(8))
    """``direct``, ``online`` or ``post``."""
    returned_via: Mapped[str | None] = mapped_column(String(8))
    has_fee: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    paid_online: Mapped[bool | None]
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the result was promised; never computed here."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    supplement_rounds: Mapped[int] = mapped_column(default=0, server_default="0")
    supplement_note: Mapped[str | None] = mapped_column(Text)
    """What has to be added, as the officer wrote it; numbers of persons masked."""
    phone_hash: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    identity_hash: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    is_sample: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    fingerprint: Mapped[str] = mapped_column(String(HASH_CHARS))
    """Of everything above: an import leaves alone what did not change."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DossierImport(Base):
    """One import into the register: what the register says is as old as the last one."""

    __tablename__ = "dossier_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    file: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(40))
    rows: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    refused: Mapped[int]


class DossierLookup(Base):
    """That somebody asked for a dossier, and how it ended; never which one or who in clear.

    The two hashes serve to count failures and are taken away when they no longer count.
    """

    __tablename__ = "dossier_lookup"
    __table_args__ = (
        Index("ix_dossier_lookup_person", "person_hash", "at"),
        Index("ix_dossier_lookup_code", "code_hash", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(HASH_CHARS), unique=True)
    """Of the message: one that is handed over again counts once."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(16))
    result: Mapped[str] = mapped_column(String(16))
    """``found``, ``not_confirmed``, ``ambiguous``, ``unavailable``, ``forbidden``, ``locked`` or
    ``limited``."""
    unit: Mapped[str | None] = mapped_column(Text)
    overdue: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    person_hash: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    code_hash: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DossierSession(Base):
    """A look-up under way: the code, sealed, for as long as the talk about it lasts."""

    __tablename__ = "dossier_session"

    ref: Mapped[str] = mapped_column(String(HASH_CHARS), primary_key=True)
    """Origin of the message that gave the code; the conversation remembers only this."""
    code: Mapped[str] = mapped_column(Text)
    """Sealed."""
    factor: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    """Keyed hash of the second factor given, set by the look-up."""
    verified: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DossierWatch(Base):
    """A citizen's wish to be told: when a dossier changes, or when its system answers again."""

    __tablename__ = "dossier_watch"
    __table_args__ = (
        Index(
            "uq_dossier_watch_active",
            "conversation_id",
            "code_hash",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        Index(
            "ix_dossier_watch_due",
            "next_check_at",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(HASH_CHARS), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(HASH_CHARS))
    code: Mapped[str | None] = mapped_column(Text)
    """Sealed; empty once the watch has ended."""
    factor: Mapped[str] = mapped_column(String(HASH_CHARS))
    """Keyed hash of the second factor: checked anew each time, for the register may learn another number."""
    seen: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    """Keyed hash of what the citizen was last told; empty while waiting for the system to answer."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_check_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failed_checks: Mapped[int] = mapped_column(default=0, server_default="0")
    notices: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(16))
    """``final``, ``asked``, ``expired`` or ``gone``."""
