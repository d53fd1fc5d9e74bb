"""Values that every importer checks the same way."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

from knowledge.catalogue.importers.report import RowError, reason

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MAX_TEXT_CHARS = 20_000
MAX_CELL_CHARS = 60_000
"""A cell of a table may hold a whole dossier; Excel itself ends at 32,767."""
MAX_NUMBER = 100_000
EARLIEST, LATEST = date(1945, 9, 2), date(2200, 1, 1)

_CODE = re.compile(r"[1-9]\.\d{6}")
_CUT_CODE = re.compile(r"[1-9][.,]\d{1,5}")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def procedure_code(text: str, place: str) -> str:
    """Check a national procedure code such as ``2.000648``."""
    if _CODE.fullmatch(text):
        return text
    if text.lower().endswith("-xoa"):
        raise RowError(place, reason("deleted_code", value=text))
    name = "cut_code" if _CUT_CODE.fullmatch(text) else "bad_code"
    raise RowError(place, reason(name, value=text))


def short_text(text: str, place: str, limit: int = MAX_TEXT_CHARS) -> str:
    """Check that a text is of sensible length and can be stored (no half of a surrogate pair)."""
    if len(text) > limit:
        raise RowError(place, reason("too_long", limit=limit))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RowError(place, reason("bad_characters")) from error
    return text


def whole_number(value: str | float, place: str) -> int:
    """Turn 15, 15.0, "15" or "015" into 15; anything else is an error."""
    try:
        number = float(value)
        whole = int(number)
    except (ValueError, OverflowError) as error:
        raise RowError(place, reason("not_whole", value=value)) from error
    if whole != number:
        raise RowError(place, reason("not_whole", value=value))
    if whole < 0:
        raise RowError(place, reason("negative", value=value))
    if whole > MAX_NUMBER:
        raise RowError(place, reason("too_big", value=value, limit=MAX_NUMBER))
    return whole


def day_of_moment(milliseconds: float, place: str) -> date:
    """The day in Vietnam of a moment in milliseconds since 1970."""
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, tz=timezone.utc).astimezone(VIETNAM)
    except (ValueError, OverflowError, OSError) as error:
        raise RowError(place, reason("bad_moment", value=milliseconds)) from error
    if not EARLIEST <= moment.date() <= LATEST:
        raise RowError(place, reason("bad_moment", value=milliseconds))
    return moment.date()


def day_of_text(text: str, place: str) -> date:
    """Read a day written 31/12/2026 (or 2026-12-31)."""
    match = _DATE.fullmatch(text.strip())
    try:
        day = date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text.strip())
    except ValueError as error:
        raise RowError(place, reason("bad_date", value=text)) from error
    if not EARLIEST <= day <= LATEST:
        raise RowError(place, reason("bad_date", value=text))
    return day
