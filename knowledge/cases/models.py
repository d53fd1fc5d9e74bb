"""Tables of cases, of what happened to them, of evidence, and of conversations waiting for an officer.

All times are in UTC. A deadline is the last moment of its day in Vietnam (Civil Code 2015, article 148).
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

HASH_CHARS = 64
CODE_CHARS = 20
SUBJECT_CHARS = 200
TEXT_CHARS = 4000
LABEL_CHARS = 40

COMPLAINT, SUGGESTION, LOW_RATING, HANDOVER = "complaint", "suggestion", "low_rating", "handover"
"""Values of `CaseFile.kind`."""

_RUNNING = sa.text("due_at IS NOT NULL")
_WAITING = sa.text("ended_at IS NULL")
FILTERED = ("stage", "kind", "unit", "procedure_code", "channel", "assigned_to")
"""Columns of `CaseFile` that lists are filtered by: each has an index in the order of the newest first."""


class CaseFile(Base):
    """A complaint, petition, bad rating or request for a person that the department owes an answer."""

    __tablename__ = "case_file"
    __table_args__ = (
        *(Index(f"ix_case_file_{column}", column, "created_at") for column in FILTERED),
        Index("ix_case_file_created_at", "created_at"),
        Index("ix_case_file_due", "due_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_CHARS), unique=True)
    origin: Mapped[str] = mapped_column(String(HASH_CHARS), unique=True)
    """Of the message that opened it: handed over again, it opens no second one."""
    kind: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(16))
    """``knowledge.cases.stages``."""
    unit: Mapped[str] = mapped_column(String(200))
    """Who owns it."""
    procedure_code: Mapped[str | None] = mapped_column(String(16))
    dossier_hash: Mapped[str | None] = mapped_column(String(HASH_CHARS))
    channel: Mapped[str] = mapped_column(String(16))
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    """Where the answer goes; empty when the citizen had their data erased."""
    is_anonymous: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The citizen does not want to be known: officers are not shown the conversation."""
    subject: Mapped[str] = mapped_column(String(SUBJECT_CHARS))
    """The first words, masked."""
    text: Mapped[str] = mapped_column(Text)
    """The citizen's words, masked."""
    text_plain: Mapped[str] = mapped_column(Text)
    """The text in lower case without marks, for searching."""
    sealed_text: Mapped[str | None] = mapped_column(Text)
    """The words before masking (a dossier code), sealed; empty when the mask hid nothing."""
    rating_id: Mapped[int | None] = mapped_column(ForeignKey("rating.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refuse_by: Mapped[datetime] = mapped_column(UtcDateTime)
    ask_by: Mapped[datetime] = mapped_column(UtcDateTime)
    handle_by: Mapped[datetime] = mapped_column(UtcDateTime)
    publish_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Counted from the answer: empty before it."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The deadline that runs now; empty when the department owes nothing."""
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the citizen is waited for; empty when not."""
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled: Mapped[bool | None]
    """What the citizen said when asked whether the answer settled it."""
    reopened: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    assigned_to: Mapped[int | None]
    """Account of the officer."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CaseEntry(Base):
    """Something that happened to a case, in order; never changed afterwards."""

    __tablename__ = "case_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(8))
    """``citizen``, ``staff`` or ``system``."""
    actor: Mapped[int | None]
    """Account of the officer."""
    kind: Mapped[str] = mapped_column(String(16))
    """``opened``, ``stage``, ``message``, ``note``, ``assigned``, ``unit``, ``published`` or ``settled``."""
    stage: Mapped[str | None] = mapped_column(String(16))
    """The stage after it."""
    is_late: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """It came after its deadline."""
    text: Mapped[str | None] = mapped_column(Text)
    """Citizens' words masked; a ``note`` is internal and never shown to citizens."""
    sealed_text: Mapped[str | None] = mapped_column(Text)
    """A citizen's words before masking, sealed; empty when the mask hid nothing."""
    origin: Mapped[str | None] = mapped_column(String(HASH_CHARS), unique=True)
    """Of the citizen's message: handed over again, it is not entered twice."""


class CaseLabel(Base):
    """A label that an officer gave a case."""

    __tablename__ = "case_label"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(LABEL_CHARS), primary_key=True, index=True)


class CaseCounter(Base):
    """The newest number of a day's case codes."""

    __tablename__ = "case_counter"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class CaseEvidence(Base):
    """A picture that a citizen sent; the file lies sealed in the data folder."""

    __tablename__ = "case_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(HASH_CHARS), unique=True)
    """Random; the file's name in the data folder."""
    origin: Mapped[str] = mapped_column(String(HASH_CHARS), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    """Empty until the case it belongs to is opened."""
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    media_type: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    """Bytes of the picture as it was made anew."""
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Handover(Base):
    """A conversation that waits for an officer, or was taken over by one."""

    __tablename__ = "handover"
    __table_args__ = (
        Index("ix_handover_waiting", "requested_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(
            "uq_handover_open",
            "conversation_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(HASH_CHARS), unique=True)
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    channel: Mapped[str] = mapped_column(String(16))
    procedure_code: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(16))
    """``asked``, ``misses`` or ``officer``."""
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_by: Mapped[int | None]
    """Account of the officer."""
    last_staff_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the officer last wrote."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    """``served``, ``idle`` (the officer fell silent), ``case`` (nobody came), ``cancelled``, ``erased``."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id", ondelete="SET NULL"), index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
