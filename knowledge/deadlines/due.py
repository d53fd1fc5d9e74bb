"""The date on which a time limit ends, and statutory beside committed times.

Periods are counted as the Civil Code 2015 says: the first day is not counted (article 147), and a period
that ends on a day off ends with the next working day (article 148). A dossier handed in on a day off or
after closing time counts as received on the next working day.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from knowledge.catalogue.records import Deadline, Procedure, TimeUnit
from knowledge.deadlines.calendar import ONE_DAY, WorkingCalendar, working_calendar
from knowledge.department.profile import CommittedDeadline, Profile

COUNTED_IN_WORKING_DAYS = {TimeUnit.WORKING_DAY, TimeUnit.HOUR}
MOST = {
    TimeUnit.WORKING_DAY: 2000,
    TimeUnit.HOUR: 2000,
    TimeUnit.DAY: 2000,
    TimeUnit.MONTH: 120,
    TimeUnit.YEAR: 10,
}
"""Longest limit that is computed, per unit; beyond it the value is taken for a slip in the data."""


class Limit(Protocol):
    """A time limit: a statutory deadline of the catalogue or one the department commits to."""

    @property
    def value(self) -> int | None:
        """How many units, None when only text is stated."""

    @property
    def unit(self) -> TimeUnit:
        """The unit."""


@dataclass(frozen=True)
class DayOff:
    """A day that a count left out, and why."""

    day: date
    name: str


@dataclass(frozen=True)
class DueDate:
    """When a time limit ends.

    ``received`` is the day the dossier counts as received, ``first_day`` day 1 of the count. ``skipped``
    are the public holidays (not the weekends) a count of working days left out. ``moved`` says that the
    period ended on a day off. ``estimated`` says that the official calendar up to ``ends_on`` is not known.
    """

    ends_on: date
    received: date
    first_day: date
    unit: TimeUnit
    value: int
    skipped: tuple[DayOff, ...]
    moved: bool
    estimated: bool


def received_day(
    moment: date | datetime, closing: time | None = None, calendar: WorkingCalendar | None = None
) -> date:
    """Return the day on which a dossier handed in at ``moment`` counts as received.

    ``closing`` is when receiving ends, in local time. A datetime with a time zone is turned into local
    time first; without one it is taken for local time.
    """
    days = calendar or working_calendar()
    if isinstance(moment, datetime):
        local = moment.astimezone(days.timezone) if moment.tzinfo else moment
        late = closing is not None and local.time() > closing
        return days.next_working_day(local.date() + ONE_DAY if late else local.date())
    return days.next_working_day(moment)


def due_date(
    limit: Limit,
    received: date | datetime,
    *,
    closing: time | None = None,
    calendar: WorkingCalendar | None = None,
) -> DueDate | None:
    """Return when ``limit`` ends for a dossier handed in at ``received``.

    Working days and working hours leave days off out; eight hours make a working day, so that a limit of
    up to eight working hours ends within the next working day. Days, months and years are counted by the
    calendar. None when the limit has no number, or its unit is OTHER.

    Raises:
        ValueError: ``received`` lies outside the years the calendar knows.
    """
    days = calendar or working_calendar()
    value, unit = limit.value, limit.unit
    if value is None or unit not in MOST or not 0 < value <= MOST[unit]:
        return None
    start = received_day(received, closing, days)
    # Counting the day of receipt itself is counting from the day before it.
    origin = start - ONE_DAY if days.day_of_receipt_counts else start
    if unit in COUNTED_IN_WORKING_DAYS:
        count = value if unit is TimeUnit.WORKING_DAY else -(-value // days.hours_per_working_day)
        first, end = days.add_working_days(origin, 1), days.add_working_days(origin, count)
    else:
        first, end = origin + ONE_DAY, _after(origin, value, unit)
    due = days.next_working_day(end)
    return DueDate(
        ends_on=due,
        received=start,
        first_day=first,
        unit=unit,
        value=value,
        skipped=_holidays_between(start, due, days) if unit in COUNTED_IN_WORKING_DAYS else (),
        moved=due != end,
        estimated=due > days.announced_until,
    )


def _after(start: date, value: int, unit: TimeUnit) -> date:
    if unit is TimeUnit.DAY:
        return start + timedelta(days=value)
    month = start.month - 1 + (value if unit is TimeUnit.MONTH else 12 * value)
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, months.monthrange(year, month)[1]))


def _holidays_between(after: date, before: date, days: WorkingCalendar) -> tuple[DayOff, ...]:
    found = []
    for offset in range(1, (before - after).days):
        day = after + timedelta(days=offset)
        name = days.day_off_name(day)
        if name is not None and days.is_public_holiday(day) and day.weekday() < 5:
            found.append(DayOff(day, name))
    return tuple(found)


@dataclass(frozen=True)
class TimeLimits:
    """A statutory time limit and the shorter one the department commits to, each None if there is none.

    ``cut_percent`` is how much shorter the committed time is, rounded half up; None when the two have
    different units. Reports show both times, so that neither stands for the other.
    """

    statutory: Deadline | None
    committed: CommittedDeadline | None
    cut_percent: int | None = None


def statutory_and_committed(procedure: Procedure, profile: Profile) -> tuple[TimeLimits, ...]:
    """Return the time limits of a procedure, one entry per statutory limit (channel and case).

    A committed time that is not shorter than the statutory one in the same unit is left out there. A
    procedure without statutory limits has one entry if the department commits to a time, else none.
    """
    committed = profile.committed_deadlines.get(procedure.code)
    if not procedure.deadlines:
        return (TimeLimits(None, committed),) if committed else ()
    return tuple(_beside(deadline, committed) for deadline in procedure.deadlines)


def _beside(statutory: Deadline, committed: CommittedDeadline | None) -> TimeLimits:
    if committed is None or not statutory.value or committed.unit is not statutory.unit:
        return TimeLimits(statutory, committed)
    cut = statutory.value - committed.value
    if cut <= 0:
        return TimeLimits(statutory, None)
    return TimeLimits(statutory, committed, (200 * cut + statutory.value) // (2 * statutory.value))
