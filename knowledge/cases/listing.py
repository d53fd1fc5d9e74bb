"""Lists of cases for staff: what is due first, or the newest first; quick however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from knowledge.cases.models import FILTERED, CaseEntry, CaseEvidence, CaseFile, CaseLabel
from knowledge.database.paging import MOST_PAGE_ROWS, PAGE_ROWS, Cursor, Page, after, read_cursor
from knowledge.text.normalise import fold

SEARCHED_CASES = 20_000
"""Cases looked through for one page of a search; the next page goes on from there."""
FEWEST_SIGNS_OF_A_CODE = 4


@dataclass(frozen=True)
class CaseFilter:
    """What a list shows; None or False leaves a condition out. ``until`` no longer belongs to the period.

    ``due`` shows cases whose clock runs, the most overdue first; otherwise the newest come first.
    """

    stage: str | None = None
    kind: str | None = None
    unit: str | None = None
    procedure_code: str | None = None
    channel: str | None = None
    assigned_to: int | None = None
    unassigned: bool = False
    label: str | None = None
    settled: bool | None = None
    due: bool = False
    overdue_at: datetime | None = None
    """Only those whose deadline had passed then."""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    """Words of the complaint, or a code."""


def list_cases(
    session: Session, wanted: CaseFilter, cursor: str | None = None, limit: int = PAGE_ROWS
) -> Page[CaseFile]:
    """Return a page of cases.

    A search for words looks through the next 20,000 cases: a page may hold fewer than ``limit`` rows and
    still have a next one.

    Raises:
        CursorError: the cursor is none that a page gave.
    """
    limit = max(1, min(limit, MOST_PAGE_ROWS))
    moment = _order(wanted)
    descending = moment is CaseFile.created_at
    conditions = _conditions(wanted)
    if cursor:
        conditions.append(after(moment, CaseFile.id, read_cursor(cursor), descending=descending))
    words = fold(wanted.text).split()
    query = sa.select(CaseFile).where(*conditions)
    window = None
    if words:
        looked = sa.select(CaseFile.id, moment.label("moment"), CaseFile.text_plain, CaseFile.code)
        window = _ordered(looked.where(*conditions), moment, descending).limit(SEARCHED_CASES).subquery()
        query = sa.select(CaseFile).where(CaseFile.id.in_(_hits(window, words)))
    rows = session.scalars(_ordered(query, moment, descending).limit(limit + 1)).all()
    if len(rows) > limit:
        last = rows[limit - 1]
        return Page(rows[:limit], str(Cursor(getattr(last, moment.key), last.id)))
    return Page(rows, _end_of(session, window, descending) if window is not None else None)


def count_cases(session: Session, wanted: CaseFilter, most: int = 1000) -> int:
    """Count the cases of a list (without its search for words), up to ``most``."""
    counted = sa.select(CaseFile.id).where(*_conditions(wanted)).limit(most).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def export_cases(session: Session, wanted: CaseFilter) -> Iterator[CaseFile]:
    """Return all cases of a list in its order, read in parts."""
    cursor: str | None = None
    while True:
        page = list_cases(session, wanted, cursor, MOST_PAGE_ROWS)
        yield from page.rows
        session.expunge_all()
        if page.next is None:
            return
        cursor = page.next


def find_by_code(session: Session, code: str) -> CaseFile | None:
    """Return the case with this code."""
    return session.scalar(sa.select(CaseFile).where(CaseFile.code == code))


def entries_of(session: Session, case_id: int) -> list[CaseEntry]:
    """Return what happened to a case, oldest first."""
    query = sa.select(CaseEntry).where(CaseEntry.case_id == case_id).order_by(CaseEntry.id)
    return list(session.scalars(query))


def evidence_of(session: Session, case_id: int) -> list[CaseEvidence]:
    """Return the pictures of a case (``knowledge.cases.evidence`` opens them)."""
    query = sa.select(CaseEvidence).where(CaseEvidence.case_id == case_id).order_by(CaseEvidence.id)
    return list(session.scalars(query))


def labels_of(session: Session, cases: list[int]) -> dict[int, list[str]]:
    """Return the labels of cases."""
    found: dict[int, list[str]] = {}
    query = sa.select(CaseLabel).where(CaseLabel.case_id.in_(cases)).order_by(CaseLabel.label)
    for label in session.scalars(query):
        found.setdefault(label.case_id, []).append(label.label)
    return found


def units_in_use(session: Session) -> list[str]:
    """Return the units that own cases."""
    return list(session.scalars(sa.select(CaseFile.unit).distinct().order_by(CaseFile.unit)))


def _order(wanted: CaseFilter) -> InstrumentedAttribute[Any]:
    return CaseFile.due_at if wanted.due or wanted.overdue_at else CaseFile.created_at


def _ordered(query: Select[Any], moment: InstrumentedAttribute[Any], descending: bool) -> Select[Any]:
    if descending:
        return query.order_by(moment.desc(), CaseFile.id.desc())
    return query.order_by(moment, CaseFile.id)


def _hits(window: sa.Subquery, words: list[str]) -> Select[tuple[int]]:
    return sa.select(window.c.id).where(*(_has(window, word) for word in words))


def _has(window: sa.Subquery, word: str) -> ColumnElement[bool]:
    """The word is in the text, or is a piece of the code that is long enough to be meant as one."""
    in_text: ColumnElement[bool] = window.c.text_plain.contains(word, autoescape=True)
    if len(word) < FEWEST_SIGNS_OF_A_CODE:
        return in_text
    return in_text | window.c.code.contains(word.upper(), autoescape=True)


def _end_of(session: Session, window: sa.Subquery, descending: bool) -> str | None:
    """The place of the last case looked through, None when there was none after it."""
    order = (window.c.moment.desc(), window.c.id.desc()) if descending else (window.c.moment, window.c.id)
    query = sa.select(window.c.moment, window.c.id).order_by(*order).offset(SEARCHED_CASES - 1)
    last = session.execute(query).first()
    return str(Cursor(last.moment, last.id)) if last is not None else None


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        getattr(CaseFile, name) == getattr(wanted, name)
        for name in FILTERED
        if getattr(wanted, name) is not None
    ]
    if wanted.unassigned:
        found.append(CaseFile.assigned_to.is_(None))
    if wanted.label:
        labelled = sa.select(CaseLabel.case_id).where(CaseLabel.label == wanted.label)
        found.append(CaseFile.id.in_(labelled))
    if wanted.settled is not None:
        found.append(CaseFile.settled.is_(wanted.settled))
    if wanted.due or wanted.overdue_at:
        found.append(CaseFile.due_at.is_not(None))
    if wanted.overdue_at:
        found.append(CaseFile.due_at < wanted.overdue_at)
    if wanted.since:
        found.append(CaseFile.created_at >= wanted.since)
    if wanted.until:
        found.append(CaseFile.created_at < wanted.until)
    return found
