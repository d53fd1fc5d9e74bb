"""Moves cases from stage to stage by the rules, and keeps their clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.hours import OfficeHours
from knowledge.cases.models import CaseEntry, CaseFile
from knowledge.cases.policy import ANSWERED, ASKED, CLOSED, HANDLING, REFUSED, WITHDRAWN, case_policy
from knowledge.cases.records import CaseError
from knowledge.messaging.events import append_event
from knowledge.messaging.notices import CASE_CHANGED, notice


def find_case(session: Session, case_id: int) -> CaseFile:
    """Return a case, locked until the transaction ends.

    Raises:
        CaseError: there is none.
    """
    case = session.scalar(sa.select(CaseFile).where(CaseFile.id == case_id).with_for_update())
    if case is None:
        raise CaseError("gone")
    return case


def move(
    session: Session,
    case: CaseFile,
    stage: str,
    hours: OfficeHours,
    now: datetime,
    *,
    text: str | None = None,
    author: str = "staff",
    actor: int | None = None,
    origin: str | None = None,
) -> CaseEntry:
    """Move a case; what comes after its deadline is entered as late, never refused.

    While the citizen is waited for, the time to handle stands still: the working days waited are added.
    A case that goes back to work after it was answered gets a new period to handle.

    Raises:
        CaseError: the rules do not let this stage follow.
    """
    before = case.stage
    if stage not in case_policy().stages[before].next:
        raise CaseError("wrong_stage")
    is_late = _is_late(case, stage, now)
    if before == ASKED:
        _go_on(case, hours, now)
    _set_clock(case, stage, before, hours, now)
    case.stage, case.updated_at = stage, now
    due = {"handle": case.handle_by, "publish": case.publish_by}
    clock = case_policy().stages[stage].clock
    case.due_at = due[clock] if clock is not None and not (clock == "publish" and case.published_at) else None
    entry = CaseEntry(
        case_id=case.id,
        at=now,
        author=author,
        actor=actor,
        kind="stage",
        stage=stage,
        text=text,
        is_late=is_late,
        origin=origin,
    )
    session.add(entry)
    session.flush()
    return entry


def tell(
    session: Session,
    case: CaseFile,
    text: str,
    *,
    author: str = "staff",
    buttons: list[dict[str, str]] | None = None,
) -> bool:
    """Say something to the citizen in the same transaction; False when their conversation is gone."""
    if case.conversation_id is None:
        return False
    stage = case_policy().stages[case.stage].name
    body: dict[str, Any] = {"author": author, "text": text}
    body["notice"] = notice(CASE_CHANGED, case=case.code, stage=stage, unit=case.unit)
    if buttons:
        body["buttons"] = buttons
    append_event(session.connection(), case.conversation_id, body)
    return True


def _is_late(case: CaseFile, stage: str, now: datetime) -> bool:
    limits = {REFUSED: case.refuse_by, ASKED: case.ask_by, ANSWERED: case.handle_by}
    limit = limits.get(stage)
    if stage == ANSWERED and case.stage == ASKED:
        return False
    return limit is not None and now > limit


def _go_on(case: CaseFile, hours: OfficeHours, now: datetime) -> None:
    if case.asked_at is not None:
        waited = hours.working_days_between(case.asked_at, now)
        day = case.handle_by.astimezone(hours.calendar.timezone)
        case.handle_by = datetime.combine(
            hours.calendar.add_working_days(day.date(), waited), day.time(), hours.calendar.timezone
        )
    case.asked_at = None


def _set_clock(case: CaseFile, stage: str, before: str, hours: OfficeHours, now: datetime) -> None:
    clock = case_policy().clock
    if stage == ASKED:
        case.asked_at = now
    elif stage == ANSWERED:
        case.handled_at = now
        case.publish_by = hours.deadline(now, clock.publish)
    elif stage == HANDLING and before in {ANSWERED, CLOSED}:
        case.handle_by = hours.deadline(now, clock.handle)
        case.handled_at = case.publish_by = case.published_at = case.closed_at = None
        case.settled = None
        case.reopened += 1
    if stage in {CLOSED, REFUSED, WITHDRAWN}:
        case.closed_at = now
