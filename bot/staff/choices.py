"""What filters offer: officers, and values in use, found without reading whole tables."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from knowledge.staff.models import Account

MOST_VALUES = 100
MOST_CHARS = 200


def officers(session: Session) -> dict[int, str]:
    """Names of the accounts by id, for assignment and for showing who did something."""
    return {row.id: row.full_name for row in session.execute(sa.select(Account.id, Account.full_name))}


def values_in_use(session: Session, column: InstrumentedAttribute[str | None]) -> list[str]:
    """The different values of an indexed column, the first hundred: each is one step in the index."""
    found: list[str] = []
    while len(found) < MOST_VALUES:
        query = sa.select(sa.func.min(column))
        if found:
            query = query.where(column > found[-1])
        value = session.scalar(query)
        if value is None:
            break
        found.append(value)
    return found


def number(text: str) -> int | None:
    """Read a whole number of a filter; None when it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def words(query: Mapping[str, str], name: str) -> str | None:
    """Read the words of a filter, cut to what a column can hold; None when there are none."""
    return query.get(name, "").strip()[:MOST_CHARS] or None


def yes_no(text: str) -> bool | None:
    """Read a filter of two values; None: both."""
    return {"1": True, "0": False}.get(text)


def back_to(path: str, query: str, done: str) -> str:
    """Return the address of a list as it was filtered, with the sentence of what was done."""
    kept = [(name, value) for name, value in parse_qsl(query) if name != "done"]
    return f"{path}?{urlencode([*kept, ('done', done)])}"
