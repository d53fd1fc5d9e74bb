"""What a reviewer does with missed questions: look at groups, say what they mean, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.catalogue.records import Catalogue
from knowledge.learning.grouping import Group, group
from knowledge.learning.models import IGNORED, OPEN, TAUGHT, TEXT_CHARS, Lesson, MissedQuestion
from knowledge.text.masking import mask_for_keeping

MOST_GROUPED = 500
"""Grouping them takes a page's time; those decided make room for older ones."""
FACETS = frozenset(
    {"overview", "documents", "fee", "deadline", "steps", "channels", "online_level", "result"}
    | {"conditions", "legal_basis", "forms", "agency", "applicants"}
)


class ReviewError(ValueError):
    """A decision that cannot be taken; the message is one sentence."""


class Target(str, Enum):
    """What wordings can be assigned to."""

    PROCEDURE = "procedure"
    FACET = "facet"
    NOT_OURS = "not_ours"
    REMOVED = "removed"
    """Not this procedure: a wording that ships for it is taken away."""


@dataclass(frozen=True)
class Meaning:
    """What a reviewer says that a question means; ``value`` is a procedure code or a facet."""

    target: Target
    value: str | None = None


def open_groups(session: Session) -> list[Group]:
    """Return the open questions in groups, the largest first (of the newest 500)."""
    query = (
        sa.select(MissedQuestion)
        .where(MissedQuestion.state == OPEN)
        .order_by(MissedQuestion.asked_at.desc())
        .limit(MOST_GROUPED)
    )
    return group(sorted(session.scalars(query), key=lambda question: question.id))


def find_group(session: Session, group_id: int) -> Group:
    """Return an open group by its id.

    Raises:
        ReviewError: there is no such group.
    """
    found = next((one for one in open_groups(session) if one.id == group_id), None)
    if found is None:
        raise ReviewError(f"no open group {group_id}")
    return found


def assign(
    session: Session,
    questions: Sequence[int],
    meaning: Meaning,
    catalogue: Catalogue,
    by: str,
    wordings: Sequence[str] = (),
) -> Lesson:
    """Say what open questions mean; it goes live with the next publication.

    Args:
        session: within a transaction of the caller.
        questions: ids of missed questions.
        meaning: the procedure, the facet, or not ours.
        catalogue: the published one, to check the code against.
        by: the reviewer, as it is shown beside the decision.
        wordings: what to learn; by default the questions as asked, each once.

    Raises:
        ReviewError: the meaning is none, or there is nothing to learn.
    """
    _check(meaning, catalogue)
    found = _open_questions(session, questions)
    texts = list(dict.fromkeys(mask_for_keeping(t.strip())[:TEXT_CHARS] for t in wordings if t.strip()))
    texts = texts or list(dict.fromkeys(question.text for question in found))
    if not texts:
        raise ReviewError("nothing to learn: no open question with such an id, and no wording given")
    now = datetime.now(timezone.utc)
    lesson = Lesson(
        target=meaning.target.value, value=meaning.value, wordings=texts, created_at=now, created_by=by
    )
    session.add(lesson)
    session.flush()
    for question in found:
        question.state, question.lesson_id, question.updated_at = TAUGHT, lesson.id, now
    return lesson


def ignore(session: Session, questions: Sequence[int]) -> int:
    """Put open questions aside without learning from them; return how many."""
    found = _open_questions(session, questions)
    for question in found:
        question.state, question.updated_at = IGNORED, datetime.now(timezone.utc)
    return len(found)


def drop(session: Session, lesson_id: int) -> None:
    """Take a lesson back: its questions are open again, what is live changes with the next publication.

    Raises:
        ReviewError: there is no such lesson.
    """
    lesson = session.get(Lesson, lesson_id)
    if lesson is None or lesson.dropped_at is not None:
        raise ReviewError(f"no lesson {lesson_id}")
    now = datetime.now(timezone.utc)
    lesson.dropped_at = now
    session.execute(
        sa.update(MissedQuestion)
        .where(MissedQuestion.lesson_id == lesson_id)
        .values(state=OPEN, lesson_id=None, updated_at=now)
    )


def lessons(session: Session) -> list[Lesson]:
    """Return the lessons that hold, oldest first."""
    return list(session.scalars(sa.select(Lesson).where(Lesson.dropped_at.is_(None)).order_by(Lesson.id)))


def _check(meaning: Meaning, catalogue: Catalogue) -> None:
    if meaning.target in {Target.PROCEDURE, Target.REMOVED} and meaning.value not in catalogue.procedures:
        raise ReviewError(f"no procedure {meaning.value} in the catalogue")
    if meaning.target is Target.FACET and meaning.value not in FACETS:
        raise ReviewError(f"no facet {meaning.value}; there are: {', '.join(sorted(FACETS))}")
    if meaning.target is Target.NOT_OURS and meaning.value is not None:
        raise ReviewError("what is not ours has no value")


def _open_questions(session: Session, ids: Sequence[int]) -> list[MissedQuestion]:
    query = sa.select(MissedQuestion).where(MissedQuestion.id.in_(ids), MissedQuestion.state == OPEN)
    return list(session.scalars(query.order_by(MissedQuestion.id)))
