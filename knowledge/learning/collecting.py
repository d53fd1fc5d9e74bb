"""Collects missed questions from the inbox: what was not answered, or not surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.learning.models import OPEN, TEXT_CHARS, MissedQuestion
from knowledge.messaging.models import Conversation, InboxMessage
from knowledge.text.masking import mask_for_keeping

MISSED_OUTCOMES = frozenset({"unclear", "clarify", "out_of_scope"})
UNSURE_BELOW = 0.75
"""An answer given with less confidence is kept for review too."""
LEAST_WORDS = 2
LOOKS_BACK = timedelta(days=1)
"""How far each run looks back beyond the newest question kept; what was kept is not kept twice."""
KEPT = timedelta(days=180)
"""How long an open question waits for a reviewer before it is forgotten."""
MOST_A_RUN = 2000


def is_missed(answer: Mapping[str, Any]) -> bool:
    """Tell whether the ``answer`` of a reply shows that the question was missed."""
    if answer.get("outcome") in MISSED_OUTCOMES:
        return True
    return answer.get("outcome") == "answered" and float(answer.get("confidence") or 0.0) < UNSURE_BELOW


def collect(session: Session, now: datetime) -> int:
    """Keep the missed questions answered since the last run; return how many."""
    newest = session.scalar(sa.select(sa.func.max(MissedQuestion.asked_at)))
    since = (newest - LOOKS_BACK) if newest else now - KEPT
    known = sa.select(MissedQuestion.message_row)
    query = (
        sa.select(InboxMessage, Conversation.channel)
        .join(Conversation, Conversation.id == InboxMessage.conversation_id)
        .where(InboxMessage.text.is_not(None), InboxMessage.received_at >= since)
        .where(InboxMessage.handled_at.is_not(None), InboxMessage.id.not_in(known))
        .order_by(InboxMessage.id.desc())
        .limit(MOST_A_RUN)
    )
    kept = 0
    for message, channel in reversed(session.execute(query).all()):
        question = _missed(message, channel, now)
        if question is not None:
            session.add(question)
            kept += 1
    return kept


def forget_old(session: Session, now: datetime) -> None:
    """Delete open questions that nobody reviewed in time."""
    session.execute(
        sa.delete(MissedQuestion).where(MissedQuestion.state == OPEN, MissedQuestion.asked_at < now - KEPT)
    )


def _missed(message: InboxMessage, channel: str, now: datetime) -> MissedQuestion | None:
    answer = _answer(message.replies or ())
    text = mask_for_keeping((message.text or "").strip())[:TEXT_CHARS]
    if answer is None or not is_missed(answer) or len(text.split()) < LEAST_WORDS:
        return None
    candidates = answer.get("candidates") or []
    return MissedQuestion(
        message_row=message.id,
        conversation_id=message.conversation_id,
        channel=channel,
        asked_at=message.received_at,
        text=text,
        outcome=str(answer["outcome"]),
        confidence=float(answer.get("confidence") or 0.0),
        procedure_code=answer.get("procedure") or (candidates[0] if candidates else None),
        state=OPEN,
        updated_at=now,
    )


def _answer(replies: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((reply["answer"] for reply in replies if reply.get("answer")), None)
