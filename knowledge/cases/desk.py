"""What officers do with cases, in the caller's transaction.

``actor`` is the officer's account; every action is an entry of the case, and the caller writes the audit log
in the same transaction. What concerns the citizen is said to them in the same transaction too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.buttons import settled_buttons, supplement_button
from knowledge.cases.hours import OfficeHours
from knowledge.cases.models import TEXT_CHARS, CaseEntry, CaseFile, CaseLabel
from knowledge.cases.policy import ANSWERED, ASKED, CLOSED, HANDLING, REFUSED
from knowledge.cases.records import CaseError
from knowledge.cases.stages import find_case, move, tell
from knowledge.cases.wording import local_day, to_citizen
from knowledge.feedback.desk import checked_label

MOST_AT_ONCE = 500


def accept(session: Session, case_id: int, actor: int, hours: OfficeHours, now: datetime) -> CaseFile:
    """Take a case up; it belongs to the officer if it was nobody's."""
    case = find_case(session, case_id)
    move(session, case, HANDLING, hours, now, actor=actor)
    case.assigned_to = case.assigned_to or actor
    told = to_citizen("accepted", code=case.code, unit=case.unit, handle_by=local_day(case.handle_by))
    tell(session, case, told)
    return case


def refuse(
    session: Session, case_id: int, text: str, actor: int, hours: OfficeHours, now: datetime
) -> CaseFile:
    """Refuse a case and tell the citizen why."""
    case, text = find_case(session, case_id), checked_text(text)
    move(session, case, REFUSED, hours, now, text=text, actor=actor)
    tell(session, case, to_citizen("refused", code=case.code, unit=case.unit, text=text))
    return case


def ask_more(
    session: Session, case_id: int, text: str, actor: int, hours: OfficeHours, now: datetime
) -> CaseFile:
    """Ask the citizen for more; the time to handle stands still until they answer."""
    case, text = find_case(session, case_id), checked_text(text)
    move(session, case, ASKED, hours, now, text=text, actor=actor)
    told = to_citizen("asked", code=case.code, unit=case.unit, text=text)
    tell(session, case, told, buttons=[supplement_button(case.code)])
    return case


def answer(
    session: Session, case_id: int, text: str, actor: int, hours: OfficeHours, now: datetime
) -> CaseFile:
    """Answer the citizen and ask whether that settles it."""
    case, text = find_case(session, case_id), checked_text(text)
    move(session, case, ANSWERED, hours, now, text=text, actor=actor)
    case.assigned_to = case.assigned_to or actor
    told = to_citizen("answered", code=case.code, unit=case.unit, text=text)
    tell(session, case, told, buttons=settled_buttons(case.code))
    return case


def publish(session: Session, case_id: int, actor: int, hours: OfficeHours, now: datetime) -> CaseFile:
    """Enter that the result was made public; this is done on the official portal, not here.

    Raises:
        CaseError: it was not answered yet.
    """
    case = find_case(session, case_id)
    if case.handled_at is None or case.stage not in {ANSWERED, CLOSED}:
        raise CaseError("not_answered")
    if case.published_at is None:
        is_late = case.publish_by is not None and now > case.publish_by
        case.published_at, case.due_at = now, None
        _enter(session, case, "published", now, actor, is_late=is_late)
        tell(session, case, to_citizen("published", code=case.code))
        if case.settled and case.stage == ANSWERED:
            move(session, case, CLOSED, hours, now, actor=actor)
    return case


def close(session: Session, case_id: int, actor: int, hours: OfficeHours, now: datetime) -> CaseFile:
    """End a case. The citizen may still say that it is not settled."""
    case = find_case(session, case_id)
    move(session, case, CLOSED, hours, now, actor=actor)
    tell(session, case, to_citizen("closed", code=case.code))
    return case


def reopen(session: Session, case_id: int, actor: int, hours: OfficeHours, now: datetime) -> CaseFile:
    """Take an answered or ended case up again, with a new period to handle."""
    case = find_case(session, case_id)
    if case.stage not in {ANSWERED, CLOSED}:
        raise CaseError("wrong_stage")
    move(session, case, HANDLING, hours, now, actor=actor)
    tell(
        session,
        case,
        to_citizen("accepted", code=case.code, unit=case.unit, handle_by=local_day(case.handle_by)),
    )
    return case


def write_to_citizen(session: Session, case_id: int, text: str, actor: int, now: datetime) -> CaseFile:
    """Say something to the citizen; the case stays where it is.

    Raises:
        CaseError: the conversation is gone, or the text is empty or too long.
    """
    case, text = find_case(session, case_id), checked_text(text)
    if not tell(session, case, to_citizen("message", code=case.code, unit=case.unit, text=text)):
        raise CaseError("no_conversation")
    _enter(session, case, "message", now, actor, text=text)
    return case


def add_note(session: Session, case_id: int, text: str, actor: int, now: datetime) -> CaseEntry:
    """Write an internal note; the citizen never sees it."""
    case = find_case(session, case_id)
    return _enter(session, case, "note", now, actor, text=checked_text(text))


def assign(session: Session, cases: Sequence[int], account: int | None, actor: int, now: datetime) -> int:
    """Give cases to an officer, or to nobody; return how many changed hands."""
    changed = 0
    for case in _cases(session, cases):
        if case.assigned_to != account:
            case.assigned_to = account
            _enter(session, case, "assigned", now, actor, text=None if account is None else str(account))
            changed += 1
    return changed


def hand_to_unit(session: Session, cases: Sequence[int], unit: str, actor: int, now: datetime) -> int:
    """Give cases to another unit; return how many changed hands. The clock goes on."""
    unit, changed = " ".join(checked_text(unit).split())[:200], 0
    for case in _cases(session, cases):
        if case.unit != unit:
            case.unit, case.assigned_to = unit, None
            _enter(session, case, "unit", now, actor, text=unit)
            changed += 1
    return changed


def add_label(session: Session, cases: Sequence[int], label: str) -> int:
    """Label cases; return how many did not have the label.

    Raises:
        ValueError: the label is empty or longer than 40 characters.
    """
    label = checked_label(label)
    known = {case.id for case in _cases(session, cases)}
    having = sa.select(CaseLabel.case_id).where(CaseLabel.label == label, CaseLabel.case_id.in_(known))
    new = known - set(session.scalars(having))
    session.add_all(CaseLabel(case_id=case, label=label) for case in sorted(new))
    session.flush()
    return len(new)


def remove_label(session: Session, cases: Sequence[int], label: str) -> None:
    """Take a label away."""
    session.execute(sa.delete(CaseLabel).where(CaseLabel.case_id.in_(list(cases)), CaseLabel.label == label))


def checked_text(text: str) -> str:
    """Return an officer's text as it is kept.

    Raises:
        CaseError: it is empty or too long.
    """
    text = text.strip()
    if not text:
        raise CaseError("no_text")
    if len(text) > TEXT_CHARS:
        raise CaseError("too_long")
    return text


def _cases(session: Session, cases: Sequence[int]) -> list[CaseFile]:
    if len(cases) > MOST_AT_ONCE:
        raise ValueError(f"at most {MOST_AT_ONCE} at once")
    query = sa.select(CaseFile).where(CaseFile.id.in_(list(cases))).order_by(CaseFile.id)
    return list(session.scalars(query.with_for_update()))


def _enter(
    session: Session,
    case: CaseFile,
    kind: str,
    now: datetime,
    actor: int | None,
    *,
    text: str | None = None,
    is_late: bool = False,
) -> CaseEntry:
    case.updated_at = now
    entry = CaseEntry(
        case_id=case.id,
        at=now,
        author="staff",
        actor=actor,
        kind=kind,
        stage=case.stage,
        text=text,
        is_late=is_late,
    )
    session.add(entry)
    session.flush()
    return entry
