"""The list of ratings for staff: filtered, newest first, as quick with a million rows as with a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from knowledge.database.paging import MOST_PAGE_ROWS, PAGE_ROWS, Cursor, Page, after, read_cursor
from knowledge.feedback.models import FILTERED, Rating, RatingLabel
from knowledge.text.normalise import fold

SEARCHED_COMMENTS = 20_000
"""Comments looked through for one page of a search; the next page goes on from there."""


@dataclass(frozen=True)
class FeedbackFilter:
    """What a list shows; None or False leaves a condition out. ``until`` no longer belongs to the period."""

    factor: str | None = None
    procedure_code: str | None = None
    field: str | None = None
    unit: str | None = None
    channel: str | None = None
    occasion: str | None = None
    score: int | None = None
    assigned_to: int | None = None
    label: str | None = None
    reviewed: bool | None = None
    commented: bool = False
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


def list_feedback(
    session: Session, wanted: FeedbackFilter, cursor: str | None = None, limit: int = PAGE_ROWS
) -> Page[Rating]:
    """Return a page of ratings, the newest first.

    A search for words looks through the next 20,000 comments: a page may hold fewer than ``limit`` rows
    and still have a next one.

    Raises:
        CursorError: the cursor is none that a page gave.
    """
    limit = max(1, min(limit, MOST_PAGE_ROWS))
    conditions = _conditions(wanted)
    if cursor:
        conditions.append(_following(read_cursor(cursor)))
    words = fold(wanted.text).split()
    if words:
        return _search(session, conditions, words, limit)
    rows = session.scalars(_newest(sa.select(Rating).where(*conditions)).limit(limit + 1)).all()
    return Page(rows[:limit], _place(rows[limit - 1]) if len(rows) > limit else None)


def count_feedback(session: Session, wanted: FeedbackFilter, most: int = 1000) -> int:
    """Count the ratings of a list, up to ``most``: beyond it the page says "more than".

    A search for words counts among the newest 20,000 comments.
    """
    words = fold(wanted.text).split()
    if words:
        counted = _hits(_window(_conditions(wanted)), words).limit(most).subquery()
    else:
        counted = sa.select(Rating.id).where(*_conditions(wanted)).limit(most).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def export_feedback(session: Session, wanted: FeedbackFilter) -> Iterator[Rating]:
    """Return all ratings of a list, the newest first, read in parts."""
    cursor: str | None = None
    while True:
        page = list_feedback(session, wanted, cursor, MOST_PAGE_ROWS)
        yield from page.rows
        session.expunge_all()
        if page.next is None:
            return
        cursor = page.next


def _search(
    session: Session, conditions: list[ColumnElement[bool]], words: list[str], limit: int
) -> Page[Rating]:
    window = _window(conditions)
    query = _newest(sa.select(Rating).where(Rating.id.in_(_hits(window, words))))
    rows = session.scalars(query.limit(limit + 1)).all()
    if len(rows) > limit:
        return Page(rows[:limit], _place(rows[limit - 1]))
    last = session.execute(
        sa.select(window.c.created_at, window.c.id)
        .order_by(window.c.created_at.desc(), window.c.id.desc())
        .offset(SEARCHED_COMMENTS - 1)
    ).first()
    return Page(rows, str(Cursor(last.created_at, last.id)) if last is not None else None)


def _conditions(wanted: FeedbackFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        getattr(Rating, name) == getattr(wanted, name)
        for name in FILTERED
        if getattr(wanted, name) is not None
    ]
    if wanted.label:
        labelled = sa.select(RatingLabel.rating_id).where(RatingLabel.label == wanted.label)
        found.append(Rating.id.in_(labelled))
    if wanted.reviewed is not None:
        found.append(Rating.reviewed_at.is_not(None) if wanted.reviewed else Rating.reviewed_at.is_(None))
    if wanted.commented:
        found.append(Rating.comment.is_not(None))
    if wanted.since:
        found.append(Rating.created_at >= wanted.since)
    if wanted.until:
        found.append(Rating.created_at < wanted.until)
    return found


def _window(conditions: list[ColumnElement[bool]]) -> sa.Subquery:
    """The comments that a search looks through."""
    query = sa.select(Rating.id, Rating.created_at, Rating.comment_plain)
    return _newest(query.where(*conditions, Rating.comment.is_not(None))).limit(SEARCHED_COMMENTS).subquery()


def _hits(window: sa.Subquery, words: list[str]) -> Select[tuple[int]]:
    return sa.select(window.c.id).where(
        *(window.c.comment_plain.contains(word, autoescape=True) for word in words)
    )


def _newest(query: Select[Any]) -> Select[Any]:
    return query.order_by(Rating.created_at.desc(), Rating.id.desc())


def _following(cursor: Cursor) -> ColumnElement[bool]:
    return after(Rating.created_at, Rating.id, cursor, descending=True)


def _place(rating: Rating) -> str:
    return str(Cursor(rating.created_at, rating.id))
