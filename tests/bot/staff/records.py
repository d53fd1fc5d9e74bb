"""What citizens left behind, for tests of the console's pages."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlalchemy.orm import Session

from knowledge.cases.models import CaseFile
from knowledge.feedback.models import Rating
from knowledge.learning.models import MissedQuestion
from knowledge.messaging.models import Conversation, InboxMessage

NOW = datetime.now(timezone.utc)
CODE = "2.000648"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def add_conversation(session: Session, text: str = "mở cây xăng cần gì", key: str = "k") -> Conversation:
    """A citizen on the web who asked once and was answered."""
    conversation = Conversation(channel="web", key=key, created_at=NOW, last_seen_at=NOW)
    session.add(conversation)
    session.flush()
    answer = {
        "outcome": "answered",
        "intent": "ask",
        "confidence": 0.93,
        "procedure": "2.000648",
        "facets": ["documents"],
    }
    session.add(
        InboxMessage(
            conversation_id=conversation.id,
            message_id="1",
            text=text,
            received_at=NOW,
            handled_at=NOW,
            replies=[{"text": f"Bạn hỏi: {text}", "buttons": [], "answer": answer}],
        )
    )
    session.flush()
    return conversation


def add_missed(session: Session, conversation_id: int, number: int, text: str) -> MissedQuestion:
    """A question that was not answered and waits for a reviewer."""
    question = MissedQuestion(
        message_row=number,
        conversation_id=conversation_id,
        channel="web",
        asked_at=NOW,
        text=text,
        outcome="unclear",
        confidence=0.2,
        updated_at=NOW,
    )
    session.add(question)
    session.flush()
    return question


def add_rating(session: Session, number: int = 1, **fields: object) -> Rating:
    """A rating of an answer with a comment."""
    values = {
        "origin": f"rating-{number}",
        "occasion": "answer",
        "channel": "web",
        "procedure_code": "2.000648",
        "score": 1,
        "scale": 2,
        "comment": f"Chưa rõ phí {number}",
        "comment_plain": f"chua ro phi {number}",
        "created_at": NOW - timedelta(minutes=number),
        "updated_at": NOW,
        **fields,
    }
    rating = Rating(**values)
    session.add(rating)
    session.flush()
    return rating


def add_case(session: Session, conversation_id: int | None, number: int = 1, **fields: object) -> CaseFile:
    """A complaint that waits."""
    values = {
        "code": f"PA-261126-{number:04}",
        "origin": f"case-{number}",
        "kind": "complaint",
        "stage": "received",
        "unit": "Phòng Quản lý thương mại",
        "channel": "web",
        "conversation_id": conversation_id,
        "subject": "Nộp hồ sơ hai lần",
        "text": "Tôi phải nộp hồ sơ hai lần",
        "text_plain": "toi phai nop ho so hai lan",
        "created_at": NOW,
        "refuse_by": NOW + timedelta(days=2),
        "ask_by": NOW + timedelta(days=5),
        "handle_by": NOW + timedelta(days=number),
        "due_at": NOW + timedelta(days=number),
        "updated_at": NOW,
        **fields,
    }
    case = CaseFile(**values)
    session.add(case)
    session.flush()
    return case
