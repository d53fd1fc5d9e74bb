"""Pages of long lists: the next starts after the last row seen, so that page 1,000 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from knowledge.database.types import UtcDateTime

Row = TypeVar("Row")
PAGE_ROWS = 50
MOST_PAGE_ROWS = 500


class CursorError(ValueError):
    """The cursor is none that a page gave."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of a list and the cursor of the next page, None on the last."""

    rows: Sequence[Row]
    next: str | None


@dataclass(frozen=True)
class Cursor:
    """The place after the last row seen: its moment and id."""

    moment: datetime
    id: int

    def __str__(self) -> str:
        """Return it as it goes into a link."""
        plain = f"{self.moment.isoformat()}|{self.id}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Read a cursor from a link.

    Raises:
        CursorError: it is malformed.
    """
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
        moment, _, row = plain.partition("|")
        cursor = Cursor(datetime.fromisoformat(moment), int(row))
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise CursorError("the cursor is malformed") from error
    if cursor.moment.tzinfo is None or not 0 <= cursor.id < 2**63:
        raise CursorError("the cursor is malformed")
    return cursor


def after(
    moment: InstrumentedAttribute[Any], row: InstrumentedAttribute[int], cursor: Cursor, *, descending: bool
) -> ColumnElement[bool]:
    """Return the condition of rows that follow ``cursor`` in the order of ``moment``, then ``row``."""
    place = sa.tuple_(moment, row)
    last = sa.tuple_(sa.literal(cursor.moment, UtcDateTime()), sa.literal(cursor.id))
    return place < last if descending else place > last
