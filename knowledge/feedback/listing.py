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
from knowledge.feedback.models import Rating, RatingLabel
from knowledge.text.normalise import fold

SEARCHED_RATINGS = 10_000
"""Ratings looked through for one page where no index serves all conditions; the next page goes on from it."""
FEW = ("assigned_to", "procedure_code")
SOME = ("field", "factor")
MANY = ("unit", "score", "channel", "occasion")
"""Columns by how many ratings share a value: the index of the first one asked for is used."""


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

    Of several conditions one is served by an index, the others and words are looked for in the next 10,000
    ratings that fit it: a page may hold fewer than ``limit`` rows and still have a next one.

    Raises:
        CursorError: the cursor is none that a page gave.
    """
    limit = max(1, min(limit, MOST_PAGE_ROWS))
    period = _period(wanted)
    if cursor:
        period.append(_following(read_cursor(cursor)))
    served, others = _conditions(wanted)
    if others:
        return _search(session, _window([*period, *served]), others, limit)
    rows = session.scalars(_newest(sa.select(Rating).where(*period, *served)).limit(limit + 1)).all()
    return Page(rows[:limit], _place(rows[limit - 1]) if len(rows) > limit else None)


def count_feedback(session: Session, wanted: FeedbackFilter, most: int = 1000) -> int:
    """Count the ratings of a list, up to ``most``: beyond it the page says "more than".

    What no index serves is counted among the newest 10,000.
    """
    served, others = _conditions(wanted)
    query = sa.select(Rating.id)
    if others:
        query = query.where(Rating.id.in_(sa.select(_window([*_period(wanted), *served]).c.id)), *others)
    else:
        query = query.where(*_period(wanted), *served)
    return session.scalar(sa.select(sa.func.count()).select_from(query.limit(most).subquery())) or 0


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
    session: Session, window: sa.Subquery, conditions: list[ColumnElement[bool]], limit: int
) -> Page[Rating]:
    query = sa.select(Rating).where(Rating.id.in_(sa.select(window.c.id)), *conditions)
    rows = session.scalars(_newest(query).limit(limit + 1)).all()
    if len(rows) > limit:
        return Page(rows[:limit], _place(rows[limit - 1]))
    last = session.execute(
        sa.select(window.c.created_at, window.c.id)
        .order_by(window.c.created_at.desc(), window.c.id.desc())
        .offset(SEARCHED_RATINGS - 1)
    ).first()
    return Page(rows, str(Cursor(last.created_at, last.id)) if last is not None else None)


def _conditions(
    wanted: FeedbackFilter,
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """Return the condition that an index with the date serves, if any, and what is looked for within it."""
    words = fold(wanted.text).split()
    found: list[ColumnElement[bool]] = []
    if wanted.label:
        labelled = sa.select(RatingLabel.rating_id).where(RatingLabel.label == wanted.label)
        found.append(Rating.id.in_(labelled))
    found += _equal(wanted, FEW)
    if wanted.reviewed is False:
        found.append(Rating.reviewed_at.is_(None))
    found += _equal(wanted, SOME)
    if wanted.commented or words:
        found.append(Rating.comment.is_not(None))
    found += _equal(wanted, MANY)
    served, others = found[:1], found[1:]
    if wanted.reviewed:
        others.append(Rating.reviewed_at.is_not(None))
    others += [Rating.comment_plain.contains(word, autoescape=True) for word in words]
    return served, others


def _equal(wanted: FeedbackFilter, columns: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [
        getattr(Rating, name) == getattr(wanted, name)
        for name in columns
        if getattr(wanted, name) is not None
    ]


def _period(wanted: FeedbackFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since:
        found.append(Rating.created_at >= wanted.since)
    if wanted.until:
        found.append(Rating.created_at < wanted.until)
    return found


def _window(conditions: list[ColumnElement[bool]]) -> sa.Subquery:
    """The ratings that a search looks through."""
    query = sa.select(Rating.id, Rating.created_at).where(*conditions)
    return _newest(query).limit(SEARCHED_RATINGS).subquery()


def _newest(query: Select[Any]) -> Select[Any]:
    return query.order_by(Rating.created_at.desc(), Rating.id.desc())


def _following(cursor: Cursor) -> ColumnElement[bool]:
    return after(Rating.created_at, Rating.id, cursor, descending=True)


def _place(rating: Rating) -> str:
    return str(Cursor(rating.created_at, rating.id))
