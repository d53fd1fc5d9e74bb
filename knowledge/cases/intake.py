"""Opens cases. The code is told to the citizen only after the transaction that made it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge.cases.hours import OfficeHours
from knowledge.cases.models import (
    HANDOVER,
    SUBJECT_CHARS,
    TEXT_CHARS,
    CaseCounter,
    CaseEntry,
    CaseEvidence,
    CaseFile,
)
from knowledge.cases.policy import RECEIVED, case_policy
from knowledge.cases.records import NewCase
from knowledge.privacy.sealing import Sealer
from knowledge.text.masking import mask_for_keeping
from knowledge.text.normalise import fold

DAY = timedelta(days=1)


def open_case(
    session: Session,
    new: NewCase,
    hours: OfficeHours,
    sealer: Sealer,
    now: datetime,
    promised: datetime | None = None,
) -> CaseFile:
    """Open a case, or return the one that the same message opened before.

    ``promised`` is when a request for a person will be answered; it takes the legal deadline's place if it
    is earlier.
    """
    found = session.scalar(sa.select(CaseFile).where(CaseFile.origin == new.origin))
    if found is not None:
        return found
    case = _case(new, hours, sealer, now)
    if promised is not None:
        case.handle_by = min(case.handle_by, promised)
    case.due_at = case.handle_by
    case.code = _next_code(session, new.kind, now.astimezone(hours.calendar.timezone).date())
    session.add(case)
    session.flush()
    session.add(CaseEntry(case_id=case.id, at=now, author="citizen", kind="opened", stage=RECEIVED))
    if new.conversation_id is not None and new.kind != HANDOVER:
        attach_waiting_evidence(session, case.id, new.conversation_id, now)
    session.flush()
    return case


def opened_lately(session: Session, conversation_id: int, now: datetime) -> int:
    """Count the cases that a conversation opened within a day."""
    query = sa.select(sa.func.count()).where(
        CaseFile.conversation_id == conversation_id, CaseFile.created_at > now - DAY
    )
    return session.scalar(query) or 0


def attach_waiting_evidence(session: Session, case: int, conversation_id: int, now: datetime) -> int:
    """Give a case the pictures that its conversation sent while it was being written; return how many."""
    waiting = sa.update(CaseEvidence).where(
        CaseEvidence.conversation_id == conversation_id,
        CaseEvidence.case_id.is_(None),
        CaseEvidence.created_at > now - DAY,
    )
    return int(session.execute(waiting.values(case_id=case)).rowcount)  # type: ignore[attr-defined]


def _case(new: NewCase, hours: OfficeHours, sealer: Sealer, now: datetime) -> CaseFile:
    clock = case_policy().clock
    words = new.text.strip()[:TEXT_CHARS]
    masked = mask_for_keeping(words)
    return CaseFile(
        origin=new.origin,
        kind=new.kind,
        stage=RECEIVED,
        unit=new.unit[:200],
        procedure_code=new.procedure_code,
        dossier_hash=new.dossier_hash,
        channel=new.channel,
        conversation_id=new.conversation_id,
        is_anonymous=new.is_anonymous,
        subject=_subject(masked),
        text=masked,
        text_plain=fold(masked),
        sealed_text=sealer.seal(words) if masked != words else None,
        rating_id=new.rating_id,
        created_at=now,
        refuse_by=hours.deadline(now, clock.refuse),
        ask_by=hours.deadline(now, clock.ask),
        handle_by=hours.deadline(now, clock.handle),
        updated_at=now,
    )


def _subject(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= SUBJECT_CHARS:
        return line
    return line[: SUBJECT_CHARS - 1].rsplit(" ", 1)[0] + "…"


def _next_code(session: Session, kind: str, day: date) -> str:
    """Take the day's next number; the row locks until the transaction ends, so no number is taken twice."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    counted = insert(CaseCounter).values(day=day, last=1)
    statement = counted.on_conflict_do_update(
        index_elements=[CaseCounter.day], set_={"last": CaseCounter.last + 1}
    ).returning(CaseCounter.last)
    number = session.execute(statement).scalar_one()
    return f"{case_policy().prefixes[kind]}-{day:%y%m%d}-{number:04d}"
