"""What is kept of a conversation, counted, for the citizen who asks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.models import CaseEvidence, CaseFile, Handover
from knowledge.cases.policy import CLOSED, REFUSED, WITHDRAWN
from knowledge.dossiers.models import DossierWatch
from knowledge.feedback.models import Rating
from knowledge.messaging.models import ConversationEvent, InboxMessage

_KINDS: dict[str, Any] = {
    "messages": InboxMessage,
    "events": ConversationEvent,
    "ratings": Rating,
    "cases": CaseFile,
    "evidence": CaseEvidence,
    "handovers": Handover,
    "watches": DossierWatch,
}
"""Kind of ``data/retention.yml`` -> its table."""


def kept_of(session: Session, conversation_id: int) -> dict[str, int]:
    """Return how much of each kind is kept; kinds of which nothing is kept are left out."""
    found = {}
    for kind, model in _KINDS.items():
        query = sa.select(sa.func.count()).select_from(model)
        count = session.scalar(query.where(model.conversation_id == conversation_id)) or 0
        if count:
            found[kind] = count
    return found


def open_cases_of(session: Session, conversation_id: int) -> int:
    """Count the cases that are still under way."""
    query = sa.select(sa.func.count()).where(
        CaseFile.conversation_id == conversation_id, CaseFile.stage.not_in([CLOSED, REFUSED, WITHDRAWN])
    )
    return session.scalar(query) or 0
