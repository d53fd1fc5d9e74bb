"""Reporting periods: of the calendar, and of administrative reports, which end on the 14th.

Decree 09/2019/NĐ-CP, article 12, as reports are made after it: a month's figures run from the 15th of the
month before to the 14th of the month, a quarter's and a half's likewise, a year's from 15 December to
14 December.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2000, 2099
_UNITS = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>\d{2})))?")
_RANGE = re.compile(r"(?P<start>\d{4}-\d{2}-\d{2})\.\.(?P<end>\d{4}-\d{2}-\d{2})")
_MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_ROMAN = ("I", "II", "III", "IV")
FORMS = "2026, 2026-H1, 2026-Q3, 2026-07 or 2026-07-01..2026-07-20"


class PeriodError(ValueError):
    """A period is not understood; the message says which forms are."""


class Kind(str, Enum):
    """How the days of a month, quarter, half-year or year are taken."""

    CALENDAR = "calendar"
    ADMINISTRATIVE = "administrative"


@dataclass(frozen=True)
class Period:
    """Days from ``start`` to ``end``, both included."""

    code: str
    kind: Kind
    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def name(self) -> str:
        """What it is called in a report: "quý III năm 2026"."""
        found = _UNITS.fullmatch(self.code)
        if found is None:
            return f"từ ngày {_written(self.start)} đến ngày {_written(self.end)}"
        year = found["year"]
        if found["quarter"]:
            return f"quý {_ROMAN[int(found['quarter']) - 1]} năm {year}"
        if found["half"]:
            return f"6 tháng {('đầu', 'cuối')[int(found['half']) - 1]} năm {year}"
        return f"tháng {int(found['month'])} năm {year}" if found["month"] else f"năm {year}"

    @property
    def span(self) -> str:
        """Its days in words: "từ ngày 15/06/2026 đến ngày 14/09/2026"."""
        return f"từ ngày {_written(self.start)} đến ngày {_written(self.end)}"

    def previous(self) -> Period:
        """Return the period before: the quarter before a quarter, as many days before a range."""
        found = _UNITS.fullmatch(self.code)
        if found is None:
            end = self.start - ONE_DAY
            return _range(end - timedelta(days=self.days - 1), end, self.kind)
        name, number = _unit(found)
        year = int(found["year"])
        if number == 1:
            year, number = year - 1, 12 // _MONTHS_OF[name]
        else:
            number -= 1
        return parse_period(_code(year, name, number), self.kind)


def parse_period(text: str, kind: Kind = Kind.CALENDAR) -> Period:
    """Read ``2026``, ``2026-H1``, ``2026-Q3``, ``2026-07`` or ``2026-07-01..2026-07-20``.

    A range has the days it names whatever the kind.

    Raises:
        PeriodError: the text has none of these forms, or names days that are not there.
    """
    given = text.strip().upper()
    ranged = _RANGE.fullmatch(given)
    if ranged:
        try:
            start, end = date.fromisoformat(ranged["start"]), date.fromisoformat(ranged["end"])
        except ValueError as error:
            raise PeriodError(f"period {text!r}: {error}") from error
        if end < start:
            raise PeriodError(f"period {text!r} ends before it starts")
        _check_year(start.year, text)
        _check_year(end.year, text)
        return _range(start, end, kind)
    found = _UNITS.fullmatch(given)
    if found is None:
        raise PeriodError(f"period {text!r} is not understood: write {FORMS}")
    _check_year(int(found["year"]), text)
    name, number = _unit(found)
    months = _MONTHS_OF[name]
    if number > 12 // months or number < 1:
        raise PeriodError(f"period {text!r}: there is no month {number}")
    year, last = int(found["year"]), number * months
    if kind is Kind.ADMINISTRATIVE:
        before = last - months  # 0: December of the year before
        start = date(year, before, 15) if before else date(year - 1, 12, 15)
        return Period(given, kind, start, date(year, last, 14))
    return Period(given, kind, date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1]))


def months_before(day: date, months: int) -> date:
    """Return the day so many months earlier; the 29 February of a common year is the 28th."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _unit(found: re.Match[str]) -> tuple[str, int]:
    for name in ("month", "quarter", "half"):
        if found[name]:
            return name, int(found[name])
    return "year", 1


def _code(year: int, name: str, number: int) -> str:
    form = {"month": f"{year}-{number:02}", "quarter": f"{year}-Q{number}", "half": f"{year}-H{number}"}
    return form.get(name, str(year))


def _range(start: date, end: date, kind: Kind) -> Period:
    return Period(f"{start.isoformat()}..{end.isoformat()}", kind, start, end)


def _check_year(year: int, text: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PeriodError(f"period {text!r}: years go from {FIRST_YEAR} to {LAST_YEAR}")


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
