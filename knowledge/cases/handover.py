"""The queue of conversations that wait for an officer, and taking them over; in the caller's transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.desk import checked_text
from knowledge.cases.hours import OfficeHours
from knowledge.cases.intake import open_case
from knowledge.cases.models import HANDOVER, CaseFile, Handover
from knowledge.cases.policy import case_policy
from knowledge.cases.records import CaseError, NewCase
from knowledge.cases.wording import local_time, to_citizen
from knowledge.database.paging import MOST_PAGE_ROWS, PAGE_ROWS, Cursor, Page, after, read_cursor
from knowledge.messaging.events import append_event
from knowledge.messaging.models import BOT, STAFF, Conversation
from knowledge.privacy.sealing import Sealer


@dataclass(frozen=True)
class PersonRequest:
    """A wish to talk to a person. ``origin`` names the message; ``text`` goes into a case, if one is made."""

    origin: str
    conversation_id: int
    channel: str
    reason: str
    unit: str
    text: str
    procedure_code: str | None = None


@dataclass(frozen=True)
class Promise:
    """What the citizen can count on: an officer now (``case`` is None), or an answer by ``promised``."""

    handover: Handover
    case: CaseFile | None = None
    promised: datetime | None = None


def request_person(
    session: Session, request: PersonRequest, hours: OfficeHours, sealer: Sealer, now: datetime
) -> Promise:
    """Put a conversation into the queue, or outside working hours make a case with a promised time.

    The same message gives the same promise again; a conversation that waits already waits on.
    """
    found = session.scalar(
        sa.select(Handover).where(
            sa.or_(
                Handover.origin == request.origin,
                sa.and_(Handover.conversation_id == request.conversation_id, Handover.ended_at.is_(None)),
            )
        )
    )
    if found is not None:
        return _promise(session, found)
    handover = Handover(
        origin=request.origin,
        conversation_id=request.conversation_id,
        channel=request.channel,
        procedure_code=request.procedure_code,
        reason=request.reason,
        requested_at=now,
        updated_at=now,
    )
    session.add(handover)
    if hours.is_open(now):
        session.flush()
        return Promise(handover)
    return into_case(session, handover, request.unit, request.text, hours, sealer, now)


def into_case(
    session: Session,
    handover: Handover,
    unit: str,
    text: str,
    hours: OfficeHours,
    sealer: Sealer,
    now: datetime,
) -> Promise:
    """End the waiting with a case that promises an answer."""
    promised = hours.end_of_working_day(now, case_policy().promise_working_days)
    new = NewCase(
        handover.origin,
        HANDOVER,
        text,
        handover.channel,
        handover.conversation_id,
        unit,
        handover.procedure_code,
    )
    case = open_case(session, new, hours, sealer, now, promised)
    handover.ended_at = handover.updated_at = now
    handover.outcome, handover.case_id = "case", case.id
    session.flush()
    return Promise(handover, case, case.handle_by)


def queue(session: Session, cursor: str | None = None, limit: int = PAGE_ROWS) -> Page[Handover]:
    """Return a page of the conversations that wait or are taken over, the longest waiting first."""
    limit = max(1, min(limit, MOST_PAGE_ROWS))
    query = sa.select(Handover).where(Handover.ended_at.is_(None))
    if cursor:
        place = read_cursor(cursor)
        query = query.where(after(Handover.requested_at, Handover.id, place, descending=False))
    query = query.order_by(Handover.requested_at, Handover.id).limit(limit + 1)
    rows = session.scalars(query).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], str(Cursor(last.requested_at, last.id)) if last is not None else None)


def take_over(session: Session, conversation_id: int, actor: int, unit: str, now: datetime) -> Handover:
    """Take a conversation over, whether it waits or not; the assistant falls silent.

    Raises:
        CaseError: the conversation is gone, or another officer has it.
    """
    conversation = _conversation(session, conversation_id)
    handover = _open(session, conversation_id)
    if handover is not None and handover.taken_by is not None:
        if handover.taken_by != actor:
            raise CaseError("taken")
        return handover
    if handover is None:
        handover = Handover(
            origin=hashlib.sha256(
                f"officer\0{conversation_id}\0{actor}\0{now.isoformat()}".encode()
            ).hexdigest(),
            conversation_id=conversation_id,
            channel=conversation.channel,
            reason="officer",
            requested_at=now,
        )
        session.add(handover)
    handover.taken_at = handover.last_staff_at = handover.updated_at = now
    handover.taken_by = actor
    _silence(conversation, now)
    append_event(
        session.connection(), conversation_id, {"author": "system", "text": to_citizen("taken", unit=unit)}
    )
    session.flush()
    return handover


def send_message(session: Session, conversation_id: int, text: str, actor: int, now: datetime) -> int:
    """Say something to the citizen in a conversation taken over; return the event's sequence.

    Raises:
        CaseError: it is not the officer's, or the text is empty or too long.
    """
    text = checked_text(text)
    handover = _own(session, conversation_id, actor)
    handover.last_staff_at = handover.updated_at = now
    _silence(_conversation(session, conversation_id), now)
    session.flush()
    return append_event(session.connection(), conversation_id, {"author": "staff", "text": text})


def give_back(session: Session, conversation_id: int, actor: int, now: datetime) -> Handover:
    """Let the assistant answer again.

    Raises:
        CaseError: the conversation is not the officer's.
    """
    handover = _own(session, conversation_id, actor)
    end(session, handover, "served", now, to_citizen("given_back"))
    return handover


def cancel(session: Session, conversation_id: int, now: datetime) -> bool:
    """Take a conversation out of the queue because the citizen no longer waits; False when it did not."""
    handover = _open(session, conversation_id)
    if handover is None or handover.taken_at is not None:
        return False
    end(session, handover, "cancelled", now)
    return True


def end(session: Session, handover: Handover, outcome: str, now: datetime, told: str | None = None) -> None:
    """End a hand-over; ``told`` is said to the citizen, and the assistant answers again."""
    handover.ended_at = handover.updated_at = now
    handover.outcome = outcome
    if handover.conversation_id is None:
        return
    conversation = _conversation(session, handover.conversation_id)
    conversation.handler, conversation.handler_until = BOT, None
    session.flush()
    if told:
        append_event(session.connection(), conversation.id, {"author": "system", "text": told})


def nobody_came(
    session: Session,
    handover: Handover,
    unit: str,
    text: str,
    hours: OfficeHours,
    sealer: Sealer,
    now: datetime,
) -> CaseFile | None:
    """Make a case of a conversation that nobody took over, and tell the citizen."""
    promise = into_case(session, handover, unit, text, hours, sealer, now)
    if promise.case is not None and promise.promised is not None and handover.conversation_id is not None:
        told = to_citizen("nobody", code=promise.case.code, promised=local_time(promise.promised))
        append_event(session.connection(), handover.conversation_id, {"author": "system", "text": told})
    return promise.case


def staff_is_typing(session: Session, conversation_id: int, now: datetime) -> None:
    """Silence the assistant because an officer answers from the channel's own application."""
    _silence(_conversation(session, conversation_id), now)
    handover = _open(session, conversation_id)
    if handover is not None:
        handover.taken_at = handover.taken_at or now
        handover.last_staff_at = handover.updated_at = now


def _promise(session: Session, handover: Handover) -> Promise:
    case = session.get(CaseFile, handover.case_id) if handover.case_id is not None else None
    return Promise(handover, case, case.handle_by if case is not None else None)


def _open(session: Session, conversation_id: int) -> Handover | None:
    query = sa.select(Handover).where(
        Handover.conversation_id == conversation_id, Handover.ended_at.is_(None)
    )
    return session.scalar(query.with_for_update())


def _own(session: Session, conversation_id: int, actor: int) -> Handover:
    handover = _open(session, conversation_id)
    if handover is None or handover.taken_by is None:
        raise CaseError("not_taken")
    if handover.taken_by != actor:
        raise CaseError("taken")
    return handover


def _conversation(session: Session, conversation_id: int) -> Conversation:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise CaseError("no_conversation")
    return conversation


def _silence(conversation: Conversation, now: datetime) -> None:
    conversation.handler = STAFF
    conversation.handler_until = now + case_policy().handover_idle
