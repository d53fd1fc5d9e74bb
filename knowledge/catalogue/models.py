"""Tables of the catalogue: immutable releases, their procedures, and which release is published.

Rows of a release have natural keys (release, code, position), so that a release is written in a few
bulk inserts and read back in the source's order. Lists of plain strings are JSON columns.
"""

from __future__ import annotations

from datetime import date, datetime, timezone
from enum import Enum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.catalogue.records import Channel, OnlineLevel, Status, TimeUnit
from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

STATE_ID = 1
"""Key of the only row of ``catalogue_state``."""


class Action(str, Enum):
    """What was done to the published release."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"


def _choice(enum: type[Enum], name: str) -> sa.Enum:
    """Store an enum by its value, checked by the database; widening it later is a plain migration."""
    return sa.Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def now() -> datetime:
    """Return the present moment in UTC, as all time columns keep it."""
    return datetime.now(timezone.utc)


class Release(Base):
    """One import of the whole catalogue; never changed after it was written."""

    __tablename__ = "catalogue_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date]
    checksum: Mapped[str] = mapped_column(String(64), unique=True)
    listed_count: Mapped[int]
    no_longer_listed_count: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    imported_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ProcedureRow(Base):
    """A procedure as one release states it."""

    __tablename__ = "catalogue_procedure"

    release_id: Mapped[int] = mapped_column(ForeignKey("catalogue_release.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text, index=True)
    levels: Mapped[list[str]] = mapped_column(sa.JSON)
    agencies: Mapped[list[str]] = mapped_column(sa.JSON)
    online_level: Mapped[OnlineLevel | None] = mapped_column(_choice(OnlineLevel, "online_level"))
    applicants: Mapped[list[str]] = mapped_column(sa.JSON)
    results: Mapped[list[str]] = mapped_column(sa.JSON)
    portal_fee_texts: Mapped[list[str]] = mapped_column(sa.JSON)
    decision_number: Mapped[str | None] = mapped_column(Text)
    decision_issued: Mapped[date | None]
    decision_published: Mapped[date | None]
    decision_issuer: Mapped[str | None] = mapped_column(Text)
    caution: Mapped[str | None] = mapped_column(Text)
    updated_on: Mapped[date | None]
    status: Mapped[Status] = mapped_column(_choice(Status, "status"))
    last_seen: Mapped[date | None]


def _of_procedure() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["release_id", "code"], ["catalogue_procedure.release_id", "catalogue_procedure.code"]
    )


class DeadlineRow(Base):
    """A statutory time limit of a procedure for one channel, and one case where cases differ."""

    __tablename__ = "catalogue_deadline"
    __table_args__ = (_of_procedure(),)

    release_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[Channel] = mapped_column(_choice(Channel, "channel"))
    value: Mapped[int | None]
    unit: Mapped[TimeUnit] = mapped_column(_choice(TimeUnit, "unit"))
    text: Mapped[str] = mapped_column(Text, default="")
    case: Mapped[str | None] = mapped_column("case_label", Text)
    note: Mapped[str | None] = mapped_column(Text)


class DocumentCaseRow(Base):
    """One case of the dossier; most procedures have a single one without a label."""

    __tablename__ = "catalogue_document_case"
    __table_args__ = (_of_procedure(),)

    release_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label: Mapped[str | None] = mapped_column(Text)


class DocumentRow(Base):
    """One line of a dossier."""

    __tablename__ = "catalogue_document"
    __table_args__ = (
        ForeignKeyConstraint(
            ["release_id", "code", "case_position"],
            [
                "catalogue_document_case.release_id",
                "catalogue_document_case.code",
                "catalogue_document_case.position",
            ],
        ),
        CheckConstraint("originals >= 0 AND copies >= 0", name="copies_not_negative"),
    )

    release_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    case_position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    originals: Mapped[int]
    copies: Mapped[int]
    forms: Mapped[list[str]] = mapped_column(sa.JSON)
    is_note: Mapped[bool]


class LegalTextRow(Base):
    """A legal text that a procedure rests on."""

    __tablename__ = "catalogue_legal_text"
    __table_args__ = (_of_procedure(),)

    release_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    issued: Mapped[date | None]
    issuer: Mapped[str | None] = mapped_column(Text)


class CatalogueState(Base):
    """The single row that says which release is published; ``revision`` grows with every change."""

    __tablename__ = "catalogue_state"
    __table_args__ = (CheckConstraint(f"id = {STATE_ID}", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=0)
    published_release_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_release.id"))
    previous_release_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_release.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Publication(Base):
    """History of what was published when and by whom; rows are only ever added."""

    __tablename__ = "catalogue_publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("catalogue_release.id"))
    action: Mapped[Action] = mapped_column(_choice(Action, "action"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by: Mapped[str | None] = mapped_column("done_by", Text)


RELEASE_TABLES = (
    Release.__tablename__,
    ProcedureRow.__tablename__,
    DeadlineRow.__tablename__,
    DocumentCaseRow.__tablename__,
    DocumentRow.__tablename__,
    LegalTextRow.__tablename__,
)
"""Tables whose rows never change once written; the migration guards them with triggers."""
