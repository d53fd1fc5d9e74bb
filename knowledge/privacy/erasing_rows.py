"""Erases the rows of a conversation: deleted where they are the person's, else unlinked (statistics)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from knowledge.cases.models import CaseEntry, CaseEvidence, CaseFile, Handover
from knowledge.cases.policy import CLOSED, REFUSED, WITHDRAWN
from knowledge.database.metadata import load_metadata
from knowledge.feedback.models import Rating, RatingNote, RatingRequest
from knowledge.messaging.models import Conversation, InboxMessage

ERASED_TEXT = "[đã xóa theo yêu cầu của người gửi]"
_SPECIAL = frozenset(["inbox_message", "erasure_receipt"])


@dataclass
class Erased:
    """How many rows of each table, and the files to remove after the transaction."""

    counts: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


def erase_rows(session: Session, conversation_id: int, now: datetime) -> Erased:
    """Erase everything of a conversation in the caller's transaction, but the message being handled now."""
    erased = Erased()
    _cases(session, conversation_id, erased, now)
    _ratings(session, conversation_id, erased, now)
    _handovers(session, conversation_id, erased, now)
    handled = InboxMessage.handled_at.is_not(None)
    own = InboxMessage.conversation_id == conversation_id
    erased.counts["inbox_message"] = _run(session, sa.delete(InboxMessage).where(own, handled))
    session.execute(sa.update(InboxMessage).where(own).values(sealed=None, attachments=None))
    for table, column in _linked():
        if table.name not in _SPECIAL:
            erased.counts.setdefault(table.name, _delete_or_unlink(session, table, column, conversation_id))
    return erased


def _linked() -> list[tuple[sa.Table, sa.Column[Any]]]:
    """Every table with a link to conversations, of whatever room."""
    return [
        (table, key.parent)
        for table in load_metadata().sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == Conversation.__tablename__
    ]


def _delete_or_unlink(session: Session, table: sa.Table, column: sa.Column[Any], conversation_id: int) -> int:
    rule = next(iter(column.foreign_keys)).ondelete
    own = column == conversation_id
    if rule == "CASCADE":
        return _run(session, sa.delete(table).where(own))
    return _run(session, sa.update(table).where(own).values({column.name: None}))


def _cases(session: Session, conversation_id: int, erased: Erased, now: datetime) -> None:
    """Cases keep their clocks and stages; what is open is taken back: nothing of it can be read any more."""
    own = CaseFile.conversation_id == conversation_id
    cases = list(session.scalars(sa.select(CaseFile.id).where(own)))
    pictures = CaseEvidence.case_id.in_(cases) | (CaseEvidence.conversation_id == conversation_id)
    erased.files += session.scalars(sa.select(CaseEvidence.name).where(pictures))
    erased.counts["case_evidence"] = _run(session, sa.delete(CaseEvidence).where(pictures))
    gone: dict[str, Any] = {"text": None, "sealed_text": None, "origin": None}
    session.execute(sa.update(CaseEntry).where(CaseEntry.case_id.in_(cases)).values(gone))
    open_ones = (own, CaseFile.stage.not_in([CLOSED, REFUSED, WITHDRAWN]))
    session.execute(
        sa.update(CaseFile)
        .where(*open_ones)
        .values(stage=WITHDRAWN, closed_at=now, due_at=None, asked_at=None)
    )
    erased.counts["case_file"] = _run(
        session,
        sa.update(CaseFile)
        .where(own)
        .values(
            conversation_id=None,
            origin=_unlinked(CaseFile.id),
            subject=ERASED_TEXT,
            text=ERASED_TEXT,
            text_plain="",
            sealed_text=None,
            dossier_hash=None,
            updated_at=now,
        ),
    )


def _ratings(session: Session, conversation_id: int, erased: Erased, now: datetime) -> None:
    own = Rating.conversation_id == conversation_id
    ids = sa.select(Rating.id).where(own)
    session.execute(sa.delete(RatingNote).where(RatingNote.rating_id.in_(ids)))
    gone = {"conversation_id": None, "comment": None, "comment_plain": None, "dossier_hash": None}
    erased.counts["rating"] = _run(
        session,
        sa.update(Rating).where(own).values(**gone, origin=_unlinked(Rating.id), updated_at=now),
    )
    asked = sa.update(RatingRequest).where(RatingRequest.conversation_id == conversation_id)
    erased.counts["rating_request"] = _run(
        session,
        asked.values(
            conversation_id=None, dossier_hash=None, origin=_unlinked(RatingRequest.id), updated_at=now
        ),
    )


def _handovers(session: Session, conversation_id: int, erased: Erased, now: datetime) -> None:
    own = Handover.conversation_id == conversation_id
    session.execute(
        sa.update(Handover).where(own, Handover.ended_at.is_(None)).values(ended_at=now, outcome="erased")
    )
    erased.counts["handover"] = _run(
        session,
        sa.update(Handover)
        .where(own)
        .values(conversation_id=None, origin=_unlinked(Handover.id), updated_at=now),
    )


def _unlinked(row: Any) -> ColumnElement[str]:  # noqa: ANN401 - a mapped column
    """A name that no message leads to."""
    return sa.literal("erased-") + sa.cast(row, sa.String(20))


def _run(session: Session, statement: sa.Update | sa.Delete) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]
