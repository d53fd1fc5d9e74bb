"""Invites to a survey when the result of a dossier that a citizen follows is there, by the rules."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from knowledge.database.engine import SessionFactory
from knowledge.dossiers.models import DossierWatch
from knowledge.feedback.asking import Moment, why_not
from knowledge.feedback.models import RatingRequest
from knowledge.feedback.records import ASKED, NOT_ASKED, SURVEY, Occasion
from knowledge.feedback.store import note_occasion
from knowledge.messaging.events import append_event
from knowledge.messaging.models import Conversation

WORDING = Path(__file__).parent / "data" / "invitation.yml"
LOOKS_BACK = timedelta(days=2)
"""How long after the result an invitation still makes sense."""
PAUSE = timedelta(minutes=10)
"""The notice of the result comes first."""
FINAL = "final"
QUIET = "quiet_hours"
AT_ONCE = 200


def invite_all(sessions: SessionFactory, department: str, unit: str, now: datetime) -> int:
    """Invite whoever can be invited; return how many. What quiet hours forbid is tried again later."""
    query = sa.select(DossierWatch.id).where(
        DossierWatch.end_reason == FINAL, DossierWatch.ended_at.between(now - LOOKS_BACK, now - PAUSE)
    )
    with sessions() as session:
        waiting = list(session.scalars(query.order_by(DossierWatch.id).limit(AT_ONCE)))
    count = 0
    for watch_id in waiting:
        with sessions.begin() as session:
            count += _invite(session, watch_id, department, unit, now)
    return count


def _invite(session: Session, watch_id: int, department: str, unit: str, now: datetime) -> bool:
    watch = session.get(DossierWatch, watch_id)
    if watch is None:
        return False
    origin = hashlib.sha256(f"survey\0{watch.origin}".encode()).hexdigest()
    known = session.scalar(sa.select(RatingRequest).where(RatingRequest.origin == origin))
    if known is not None and (known.outcome != NOT_ASKED or known.reason != QUIET):
        return False
    conversation = session.get(Conversation, watch.conversation_id)
    reason = why_not(session, Moment(SURVEY, watch.conversation_id, now))
    occasion = Occasion(
        origin,
        SURVEY,
        conversation.channel if conversation is not None else "",
        watch.conversation_id,
        unit=unit,
        dossier_hash=watch.code_hash,
    )
    note_occasion(session, occasion, ASKED if reason is None else NOT_ASKED, now, reason)
    if reason is not None or conversation is None:
        return False
    append_event(session.connection(), conversation.id, _invitation(department, origin))
    return True


def _invitation(department: str, origin: str) -> dict[str, object]:
    words = _words()
    buttons = [
        {"title": words[title], "payload": _step(value, origin)}
        for title, value in (("start", "start"), ("later", "later"))
    ]
    return {"author": "system", "text": words["text"].format(department=department), "buttons": buttons}


def _step(value: str, origin: str) -> str:
    carried = json.dumps({"flow": SURVEY, "value": value, "about": origin}, separators=(",", ":"))
    return f"/flow_step{carried}"


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    content: dict[str, str] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return content
