"""What officers do with ratings, one or many at once, in the caller's transaction.

``actor`` is the officer's account; the caller writes the audit log in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.feedback.models import LABEL_CHARS, NOTE_CHARS, Rating, RatingLabel, RatingNote

MOST_AT_ONCE = 500


def assign(session: Session, ratings: Sequence[int], account: int | None, now: datetime) -> int:
    """Give ratings to an officer, or to nobody; return how many there were."""
    return _update(session, ratings, assigned_to=account, updated_at=now)


def mark_reviewed(session: Session, ratings: Sequence[int], now: datetime, *, reviewed: bool = True) -> int:
    """Mark ratings as looked at, or not; return how many there were."""
    return _update(session, ratings, reviewed_at=now if reviewed else None, updated_at=now)


def add_label(session: Session, ratings: Sequence[int], label: str) -> int:
    """Label ratings; return how many did not have the label.

    Raises:
        ValueError: the label is empty or longer than 40 characters.
    """
    label = checked_label(label)
    known = set(session.scalars(sa.select(Rating.id).where(Rating.id.in_(_few(ratings)))))
    having = sa.select(RatingLabel.rating_id).where(RatingLabel.label == label)
    new = known - set(session.scalars(having.where(RatingLabel.rating_id.in_(known))))
    session.add_all(RatingLabel(rating_id=rating, label=label) for rating in sorted(new))
    session.flush()
    return len(new)


def remove_label(session: Session, ratings: Sequence[int], label: str) -> None:
    """Take a label away."""
    session.execute(
        sa.delete(RatingLabel).where(RatingLabel.rating_id.in_(_few(ratings)), RatingLabel.label == label)
    )


def labels_of(session: Session, ratings: Iterable[int]) -> dict[int, list[str]]:
    """Return the labels of ratings."""
    found: dict[int, list[str]] = {}
    query = sa.select(RatingLabel).where(RatingLabel.rating_id.in_(list(ratings))).order_by(RatingLabel.label)
    for label in session.scalars(query):
        found.setdefault(label.rating_id, []).append(label.label)
    return found


def all_labels(session: Session) -> list[str]:
    """Return every label in use."""
    return list(session.scalars(sa.select(RatingLabel.label).distinct().order_by(RatingLabel.label)))


def add_note(session: Session, rating: int, text: str, actor: int, now: datetime) -> RatingNote:
    """Write an internal note.

    Raises:
        LookupError: there is no such rating.
        ValueError: the note is empty or longer than 2,000 characters.
    """
    text = text.strip()
    if not 0 < len(text) <= NOTE_CHARS:
        raise ValueError(f"a note has 1 to {NOTE_CHARS} characters")
    if session.get(Rating, rating) is None:
        raise LookupError(f"no rating {rating}")
    note = RatingNote(rating_id=rating, actor=actor, text=text, created_at=now)
    session.add(note)
    session.flush()
    return note


def notes_of(session: Session, rating: int) -> list[RatingNote]:
    """Return the notes on a rating, oldest first."""
    query = sa.select(RatingNote).where(RatingNote.rating_id == rating).order_by(RatingNote.id)
    return list(session.scalars(query))


def checked_label(label: str) -> str:
    """Return a label as it is kept.

    Raises:
        ValueError: it is empty or longer than 40 characters.
    """
    label = " ".join(label.split())
    if not 0 < len(label) <= LABEL_CHARS:
        raise ValueError(f"a label has 1 to {LABEL_CHARS} characters")
    return label


def _update(session: Session, ratings: Sequence[int], **values: object) -> int:
    statement = sa.update(Rating).where(Rating.id.in_(_few(ratings))).values(**values)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _few(ratings: Sequence[int]) -> list[int]:
    if len(ratings) > MOST_AT_ONCE:
        raise ValueError(f"at most {MOST_AT_ONCE} at once")
    return list(ratings)
