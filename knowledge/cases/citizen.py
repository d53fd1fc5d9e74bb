"""What citizens do with their own cases, in the caller's transaction; a message acts once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.hours import OfficeHours
from knowledge.cases.models import TEXT_CHARS, CaseEntry, CaseFile
from knowledge.cases.policy import ANSWERED, ASKED, CLOSED, HANDLING, REFUSED, WITHDRAWN, case_policy
from knowledge.cases.records import CaseError
from knowledge.cases.stages import move
from knowledge.privacy.sealing import Sealer
from knowledge.text.masking import mask_for_keeping

SHOWN_CASES = 5


def own_case(session: Session, code: str, conversation_id: int) -> CaseFile | None:
    """Return a case that came from this conversation, locked until the transaction ends."""
    query = sa.select(CaseFile).where(CaseFile.code == code, CaseFile.conversation_id == conversation_id)
    return session.scalar(query.with_for_update())


def any_case(session: Session, code: str) -> CaseFile | None:
    """Return a case by its code, whoever sent it: strangers may hear where it stands, nothing else."""
    return session.scalar(sa.select(CaseFile).where(CaseFile.code == code))


def own_cases(session: Session, conversation_id: int) -> list[CaseFile]:
    """Return the newest cases of a conversation."""
    query = sa.select(CaseFile).where(CaseFile.conversation_id == conversation_id)
    return list(session.scalars(query.order_by(CaseFile.id.desc()).limit(SHOWN_CASES)))


def newest_words(session: Session, case: CaseFile) -> str | None:
    """Return what officers last answered, asked or gave as a reason."""
    query = sa.select(CaseEntry.text).where(
        CaseEntry.case_id == case.id,
        CaseEntry.kind == "stage",
        CaseEntry.author == "staff",
        CaseEntry.stage.in_([ANSWERED, ASKED, REFUSED]),
    )
    return session.scalar(query.order_by(CaseEntry.id.desc()).limit(1))


def add_words(
    session: Session,
    case: CaseFile,
    text: str,
    origin: str,
    hours: OfficeHours,
    sealer: Sealer,
    now: datetime,
) -> None:
    """Add what the citizen says to a case; one that waited for it goes on."""
    if _known(session, origin):
        return
    words = text.strip()[:TEXT_CHARS]
    masked = mask_for_keeping(words)
    entry = CaseEntry(
        case_id=case.id,
        at=now,
        author="citizen",
        kind="message",
        stage=case.stage,
        text=masked,
        sealed_text=sealer.seal(words) if masked != words else None,
        origin=origin,
    )
    session.add(entry)
    case.updated_at = now
    session.flush()
    if case.stage == ASKED:
        move(session, case, HANDLING, hours, now, author="citizen")


def say_settled(
    session: Session, case: CaseFile, *, settled: bool, origin: str, hours: OfficeHours, now: datetime
) -> None:
    """Enter whether the answer settled the case; one that it did not goes back to work.

    Raises:
        CaseError: it was not answered, or went back to work as often as the rules allow (``reopened``).
    """
    if _known(session, origin):
        return
    if case.stage not in {ANSWERED, CLOSED}:
        raise CaseError("wrong_stage")
    if not settled and case.reopened >= case_policy().most_reopenings:
        case.settled = False
        raise CaseError("reopened")
    words = "settled" if settled else "unsettled"
    session.add(
        CaseEntry(
            case_id=case.id,
            at=now,
            author="citizen",
            kind="settled",
            stage=case.stage,
            text=words,
            origin=origin,
        )
    )
    if not settled:
        move(session, case, HANDLING, hours, now, author="citizen")
    elif case.stage == ANSWERED and case.published_at is not None:
        move(session, case, CLOSED, hours, now, author="citizen")
    case.settled, case.updated_at = settled, now
    session.flush()


def withdraw(session: Session, case: CaseFile, origin: str, hours: OfficeHours, now: datetime) -> None:
    """Take a case back.

    Raises:
        CaseError: it was answered or ended.
    """
    if not _known(session, origin):
        move(session, case, WITHDRAWN, hours, now, author="citizen", origin=origin)


def _known(session: Session, origin: str) -> bool:
    return session.scalar(sa.select(CaseEntry.id).where(CaseEntry.origin == origin)) is not None
