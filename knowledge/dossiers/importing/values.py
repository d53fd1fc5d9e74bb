"""Values of exports: dates in all their forms, ways of handing in, yes and no."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from knowledge.text.normalise import fold
from knowledge.yaml_fields import read_mapping

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
VALUES = Path(__file__).parent.parent / "data" / "values.yml"
END_OF_DAY = time(23, 59, 59)
CHOICES = {
    "submitted_via": ("direct", "online", "post"),
    "returned_via": ("direct", "post", "online"),
    "flags": ("yes", "no"),
}
_SIGNS = re.compile(r"[^0-9a-z]+")
_EMPTY = {"", "-", "--", "null", "none", "nan", "n/a", "0000-00-00 00:00:00"}
_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?"
)
_TIME_FIRST = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?[ ,]+(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - made local below
_EXCEL_DAYS = re.compile(r"\d{5}(?:\.\d+)?")
_YEARS = range(1990, 2100)


def is_empty(value: object) -> bool:
    """Tell whether an export means nothing by the value."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _EMPTY)


def header_key(text: object) -> str:
    """Return a header without marks, case, spaces and signs."""
    return _SIGNS.sub("", fold(str(text)))


def read_moment(value: object, *, ends_day: bool = False) -> datetime | None:
    """Read a moment, None when empty; without a zone it is local time, without a time the start of the day.

    ``ends_day`` takes a day without a time for its end: a promise for a day is kept within that day.

    Raises:
        ValueError: it is no date.
    """
    if is_empty(value):
        return None
    if isinstance(value, datetime):
        return _local(value, ends_day=ends_day and value.time() == time.min)
    if isinstance(value, date):
        return _local(datetime.combine(value, time.min), ends_day=ends_day)
    return _from_text(str(value).strip(), ends_day=ends_day)


def _from_text(text: str, *, ends_day: bool) -> datetime:
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year, *clock = match.groups()
    elif match := _TIME_FIRST.fullmatch(text):
        hour, minute, second, day, month, year = match.groups()
        clock = [hour, minute, second]
    elif match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day, *clock = match.groups()
    elif _EXCEL_DAYS.fullmatch(text):
        moment = _EXCEL_EPOCH + timedelta(days=float(text))
        return _local(moment.replace(microsecond=0), ends_day=ends_day and "." not in text)
    else:
        raise ValueError("no date")
    zone = clock[3] if len(clock) == 4 else None
    hour, minute, second = (int(part or 0) for part in clock[:3])
    moment = datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001 - zone below
    if zone:
        return _local(moment.replace(tzinfo=_zone(zone)), ends_day=False)
    return _local(moment, ends_day=ends_day and not clock[0])


def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone.utc
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _local(moment: datetime, *, ends_day: bool) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError("no likely year")
    if ends_day:
        moment = datetime.combine(moment.date(), END_OF_DAY)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=LOCAL)
    return moment.astimezone(timezone.utc)


def read_choice(name: str, value: object) -> str | None:
    """Read one of the values that ``data/values.yml`` lists under ``name``, None when empty.

    Raises:
        ValueError: it is none of them.
    """
    if is_empty(value):
        return None
    key = header_key(value)
    try:
        return _choices()[name][key]
    except KeyError as error:
        raise ValueError("no known value") from error


@cache
def _choices() -> dict[str, dict[str, str]]:
    fields = read_mapping(VALUES)
    known: dict[str, dict[str, str]] = {}
    for name, meanings in CHOICES.items():
        section = fields.section(name)
        known[name] = {header_key(text): one for one in meanings for text in section.texts(one)}
        section.refuse_unknown()
    return known
