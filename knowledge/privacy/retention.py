"""How long what is kept, and what takes it away when the time is over; in short transactions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.evidence import EvidenceFolder
from knowledge.cases.models import CaseEntry, CaseEvidence, CaseFile, Handover
from knowledge.database.engine import SessionFactory
from knowledge.feedback.models import Rating, RatingNote
from knowledge.messaging.models import Conversation, ConversationEvent, InboxMessage
from knowledge.privacy.models import ErasureReceipt
from knowledge.yaml_fields import read_mapping

DATA = Path(__file__).parent / "data" / "retention.yml"
BATCH = 2_000
OVER_TEXT = "[đã hết thời hạn lưu]"
UNATTACHED = timedelta(days=2)
"""How long a picture waits for the complaint it belongs to."""


@dataclass(frozen=True)
class Kept:
    """Something that is kept, how citizens are told of it, and for how long."""

    id: str
    name: str
    time: timedelta


@lru_cache(maxsize=1)
def retention() -> dict[str, Kept]:
    """Return the times that ship, read once."""
    return load_retention()


def load_retention(path: Path = DATA) -> dict[str, Kept]:
    """Read the times.

    Raises:
        DataError: the file is malformed.
    """
    content = read_mapping(path)
    found = {}
    for fields in content.entries("kinds"):
        kept = Kept(fields.text("id"), fields.text("name"), timedelta(days=fields.number("days", 1, 36_500)))
        fields.refuse_unknown()
        found[kept.id] = kept
    content.refuse_unknown()
    return found


def purge(sessions: SessionFactory, evidence: EvidenceFolder, now: datetime) -> dict[str, int]:
    """Take away what is older than its time; return how many rows of each kind."""
    before = {kind: now - kept.time for kind, kept in retention().items()}
    done = {kind: _in_batches(sessions, one, before[kind]) for kind, one in _PURGES.items()}
    done["evidence"] = _purge_evidence(sessions, evidence, before["evidence"], now - UNATTACHED)
    return done


def _in_batches(sessions: SessionFactory, one: Callable[[Session, datetime], int], before: datetime) -> int:
    total = 0
    while True:
        with sessions.begin() as session:
            count = one(session, before)
        total += count
        if count < BATCH:
            return total


def _messages(session: Session, before: datetime) -> int:
    old = sa.select(InboxMessage.id).where(
        InboxMessage.received_at < before, InboxMessage.handled_at.is_not(None)
    )
    return _delete(session, InboxMessage, old)


def _events(session: Session, before: datetime) -> int:
    key = sa.tuple_(ConversationEvent.conversation_id, ConversationEvent.sequence)
    old = sa.select(ConversationEvent.conversation_id, ConversationEvent.sequence)
    old = old.where(ConversationEvent.created_at < before).limit(BATCH)
    return _count(session.execute(sa.delete(ConversationEvent).where(key.in_(old))))


def _conversations(session: Session, before: datetime) -> int:
    """Delete what nobody used; a case under way still needs its conversation."""
    under_way = sa.select(CaseFile.conversation_id).where(
        CaseFile.closed_at.is_(None), CaseFile.conversation_id.is_not(None)
    )
    old = sa.select(Conversation.id).where(
        Conversation.last_seen_at < before, Conversation.id.not_in(under_way)
    )
    return _delete(session, Conversation, old)


def _ratings(session: Session, before: datetime) -> int:
    old = sa.select(Rating.id).where(Rating.created_at < before, Rating.comment.is_not(None)).limit(BATCH)
    ids = list(session.scalars(old))
    session.execute(sa.delete(RatingNote).where(RatingNote.rating_id.in_(ids)))
    emptied = sa.update(Rating).where(Rating.id.in_(ids)).values(comment=None, comment_plain=None)
    return _count(session.execute(emptied))


def _cases(session: Session, before: datetime) -> int:
    old = sa.select(CaseFile.id).where(CaseFile.closed_at < before, CaseFile.text != OVER_TEXT).limit(BATCH)
    ids = list(session.scalars(old))
    session.execute(
        sa.update(CaseEntry).where(CaseEntry.case_id.in_(ids)).values(text=None, sealed_text=None)
    )
    gone = {"text": OVER_TEXT, "subject": OVER_TEXT, "text_plain": "", "sealed_text": None}
    unlinked = {**gone, "conversation_id": None, "dossier_hash": None}
    return _count(session.execute(sa.update(CaseFile).where(CaseFile.id.in_(ids)).values(unlinked)))


def _handovers(session: Session, before: datetime) -> int:
    old = sa.select(Handover.id).where(
        Handover.requested_at < before,
        Handover.ended_at.is_not(None),
        Handover.conversation_id.is_not(None),
    )
    unlinked = sa.update(Handover).where(Handover.id.in_(old.limit(BATCH))).values(conversation_id=None)
    return _count(session.execute(unlinked))


def _receipts(session: Session, before: datetime) -> int:
    return _delete(
        session, ErasureReceipt, sa.select(ErasureReceipt.id).where(ErasureReceipt.created_at < before)
    )


_PURGES: dict[str, Callable[[Session, datetime], int]] = {
    "messages": _messages,
    "events": _events,
    "conversations": _conversations,
    "ratings": _ratings,
    "cases": _cases,
    "handovers": _handovers,
    "receipts": _receipts,
}


def _purge_evidence(
    sessions: SessionFactory, evidence: EvidenceFolder, before: datetime, unattached: datetime
) -> int:
    ended = sa.select(CaseFile.id).where(CaseFile.closed_at < before)
    old = CaseEvidence.case_id.in_(ended) | (
        CaseEvidence.case_id.is_(None) & (CaseEvidence.created_at < unattached)
    )
    with sessions.begin() as session:
        rows = session.execute(sa.select(CaseEvidence.id, CaseEvidence.name).where(old)).all()
        session.execute(sa.delete(CaseEvidence).where(CaseEvidence.id.in_([row.id for row in rows])))
    for row in rows:
        evidence.remove(row.name)
    return len(rows)


def _delete(session: Session, model: type, rows: sa.Select[tuple[int]]) -> int:
    column = model.id  # type: ignore[attr-defined]
    return _count(session.execute(sa.delete(model).where(column.in_(rows.limit(BATCH)))))


def _count(result: sa.Result[tuple[()]]) -> int:
    return int(result.rowcount)  # type: ignore[attr-defined]
