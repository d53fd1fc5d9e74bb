"""Working days of state agencies: Monday to Friday, less public holidays, with the official swaps.

The public holidays come from the ``holidays`` package; ``data/working_days.yml`` adds what it lacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from knowledge.yaml_fields import Fields, read_mapping

DATA = Path(__file__).parent / "data" / "working_days.yml"
FIRST_YEAR, LAST_YEAR = 2020, 2099
"""Years the calendar answers for: article 112 of the Labour Code 2019 onwards, lunar tables to 2099."""
MOST_DAYS = 5000
SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class YearlyHoliday:
    """A public holiday on the same date every year, without make-up when it falls on a weekend."""

    month: int
    day: int
    first_year: int
    name: str
    source: str


@dataclass(frozen=True)
class Swap:
    """A weekday off for a Saturday worked."""

    day_off: date
    worked: date
    source: str


@dataclass(frozen=True)
class ExtraDayOff:
    """A single day off beside the public holidays."""

    day: date
    name: str
    source: str


@dataclass(frozen=True)
class DayWorked:
    """A day that the package takes for a holiday and that is worked after all."""

    day: date
    source: str


@dataclass(frozen=True)
class DayNames:
    """How days off are called where the holidays have no name of their own."""

    saturday: str
    sunday: str
    swap: str


@dataclass(frozen=True)
class WorkingCalendar:
    """The calendar; :func:`working_calendar` returns the one that ships.

    ``announced_until`` is the last day for which the official calendar is known.
    """

    timezone: ZoneInfo
    day_of_receipt_counts: bool
    hours_per_working_day: int
    announced_until: date
    names: DayNames
    yearly: tuple[YearlyHoliday, ...] = ()
    swaps: tuple[Swap, ...] = ()
    days_off: tuple[ExtraDayOff, ...] = ()
    days_worked: tuple[DayWorked, ...] = ()
    _years: dict[int, dict[date, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_working_day(self, day: date) -> bool:
        """Tell whether state agencies work on ``day``."""
        return self.day_off_name(day) is None

    def day_off_name(self, day: date) -> str | None:
        """Name why ``day`` is a day off ("Quốc khánh", "Chủ nhật"), None for a working day.

        Raises:
            ValueError: the year lies outside what the calendar knows.
        """
        holiday = self._holidays(day.year).get(day)
        if holiday is not None:
            return holiday
        if day.weekday() >= SATURDAY and all(swap.worked != day for swap in self.swaps):
            return self.names.saturday if day.weekday() == SATURDAY else self.names.sunday
        return None

    def is_public_holiday(self, day: date) -> bool:
        """Tell whether ``day`` is off for another reason than the weekend."""
        return day in self._holidays(day.year)

    def next_working_day(self, day: date) -> date:
        """Return ``day`` if it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """Return the working day number ``count`` after ``start``; 0 gives ``start`` itself.

        Raises:
            ValueError: ``count`` is negative or more than 5000.
        """
        if not 0 <= count <= MOST_DAYS:
            raise ValueError(f"count must be from 0 to {MOST_DAYS}, not {count}")
        day = start
        for _ in range(count):
            day = self.next_working_day(day + ONE_DAY)
        return day

    def today(self, now: datetime | None = None) -> date:
        """Return the date in Vietnam at ``now`` (default: this moment)."""
        moment = now or datetime.now(timezone.utc)
        return moment.astimezone(self.timezone).date()

    def _holidays(self, year: int) -> dict[date, str]:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"the calendar knows the years {FIRST_YEAR} to {LAST_YEAR}, not {year}")
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = self._read_year(year)
        return found

    def _read_year(self, year: int) -> dict[date, str]:
        found = dict(holidays.country_holidays("VN", years=year, language="vi"))
        for worked in self.days_worked:
            found.pop(worked.day, None)
        found.update(
            {date(year, item.month, item.day): item.name for item in self.yearly if year >= item.first_year}
        )
        found.update({swap.day_off: self.names.swap for swap in self.swaps if swap.day_off.year == year})
        found.update({item.day: item.name for item in self.days_off if item.day.year == year})
        return found


def load_calendar(path: Path) -> WorkingCalendar:
    """Read the calendar's data file.

    Raises:
        DataError: the file is missing, an entry is malformed, or a swap is none.
    """
    content = read_mapping(path)
    counting, names = content.section("counting"), content.section("names")
    calendar = WorkingCalendar(
        timezone=_timezone(content),
        day_of_receipt_counts=counting.flag("day_of_receipt_counts"),
        hours_per_working_day=counting.number("hours_per_working_day", 1, 24),
        announced_until=content.day("announced_until"),
        names=DayNames(names.text("saturday"), names.text("sunday"), names.text("swap")),
        yearly=tuple(_yearly(fields) for fields in content.entries("yearly")),
        swaps=tuple(_swap(fields) for fields in content.entries("swaps")),
        days_off=tuple(_day_off(fields) for fields in content.entries("days_off")),
        days_worked=tuple(_day_worked(fields) for fields in content.entries("days_worked")),
    )
    for fields in (counting, names, content):
        fields.refuse_unknown()
    return calendar


def _timezone(content: Fields) -> ZoneInfo:
    name = content.text("timezone")
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise content.fail(f"'{name}' is no time zone; expected a name such as Asia/Ho_Chi_Minh") from error


def _yearly(fields: Fields) -> YearlyHoliday:
    item = YearlyHoliday(
        month=fields.number("month", 1, 12),
        day=fields.number("day", 1, 31),
        first_year=fields.number("first_year", FIRST_YEAR, LAST_YEAR),
        name=fields.text("name"),
        source=fields.text("source"),
    )
    fields.refuse_unknown()
    try:
        # 2023 is no leap year: a day that is not in every year is no yearly date.
        date(2023, item.month, item.day)
    except ValueError as error:
        raise fields.fail(f"{item.day}/{item.month} is not a date of every year") from error
    return item


def _swap(fields: Fields) -> Swap:
    item = Swap(fields.day("day_off"), fields.day("worked"), fields.text("source"))
    fields.refuse_unknown()
    if item.day_off.weekday() >= SATURDAY or item.worked.weekday() < SATURDAY:
        raise fields.fail("a swap is a weekday off for a weekend day worked")
    return item


def _day_off(fields: Fields) -> ExtraDayOff:
    item = ExtraDayOff(fields.day("date"), fields.text("name"), fields.text("source"))
    fields.refuse_unknown()
    return item


def _day_worked(fields: Fields) -> DayWorked:
    item = DayWorked(fields.day("date"), fields.text("source"))
    fields.refuse_unknown()
    return item


@lru_cache(maxsize=1)
def working_calendar() -> WorkingCalendar:
    """Return the calendar that ships with the product, read once."""
    return load_calendar(DATA)


def is_working_day(day: date) -> bool:
    """Tell whether state agencies work on ``day``, by the calendar that ships."""
    return working_calendar().is_working_day(day)


def add_working_days(start: date, count: int) -> date:
    """Return the working day number ``count`` after ``start``, by the calendar that ships."""
    return working_calendar().add_working_days(start, count)
