"""Whether officers are at work, and when next: the profile's sessions on the calendar's working days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from knowledge.deadlines.calendar import ONE_DAY, WorkingCalendar, working_calendar
from knowledge.deadlines.due import received_day
from knowledge.department.profile import ProfileError, WorkingHours
from knowledge.text.normalise import fold

_SESSION = re.compile(r"(\d{1,2})[:hg](\d{2})?\s*[-\u2013\u2014]\s*(\d{1,2})[:hg](\d{2})?")
SATURDAY = 5
USUAL = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
"""Sessions taken when the profile has none."""
LAST_MOMENT = time(23, 59, 59)


@dataclass(frozen=True)
class OfficeHours:
    """When officers work; moments are aware, times local."""

    sessions: tuple[tuple[time, time], ...]
    calendar: WorkingCalendar
    saturday_until: time | None = None
    """End of work on Saturdays, if there is any."""

    @property
    def closing(self) -> time:
        """When the last session of a day ends."""
        return self.sessions[-1][1]

    def is_open(self, moment: datetime) -> bool:
        """Tell whether officers work at ``moment``."""
        local = moment.astimezone(self.calendar.timezone)
        return any(start <= local.time() < end for start, end in self._sessions_on(local.date()))

    def next_opening(self, moment: datetime) -> datetime:
        """Return ``moment`` if officers work then, else when the next session starts."""
        if self.is_open(moment):
            return moment
        local = moment.astimezone(self.calendar.timezone)
        day = local.date()
        while True:
            for start, _ in self._sessions_on(day):
                if day > local.date() or start > local.time():
                    return self._at(day, start)
            day += ONE_DAY

    def end_of_working_day(self, moment: datetime, working_days: int) -> datetime:
        """Return the closing time of the working day number ``working_days`` after receipt at ``moment``."""
        day = received_day(moment, self.closing, self.calendar)
        return self._at(self.calendar.add_working_days(day, working_days), self.closing)

    def deadline(self, moment: datetime, working_days: int) -> datetime:
        """Return the last moment of the working day number ``working_days`` after receipt at ``moment``.

        What arrives after closing or on a day off counts as received on the next working day (as a dossier
        does); the day of receipt is not counted.
        """
        day = received_day(moment, self.closing, self.calendar)
        return self._at(self.calendar.add_working_days(day, working_days), LAST_MOMENT)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """Count the working days after the day of ``start`` up to the day of ``end``."""
        first, last = (moment.astimezone(self.calendar.timezone).date() for moment in (start, end))
        days = (first + timedelta(days=offset) for offset in range(1, (last - first).days + 1))
        return sum(self.calendar.is_working_day(day) for day in days)

    def _sessions_on(self, day: date) -> Sequence[tuple[time, time]]:
        if self.calendar.is_working_day(day):
            return self.sessions
        until = self.saturday_until
        if until is None or day.weekday() != SATURDAY or self.calendar.is_public_holiday(day):
            return ()
        return [(start, min(end, until)) for start, end in self.sessions if start < until]

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.calendar.timezone)


def read_hours(hours: WorkingHours, calendar: WorkingCalendar | None = None) -> OfficeHours:
    """Read the working hours of a profile; "Thứ Hai đến Thứ Bảy" (or "sáng Thứ Bảy") opens Saturdays too.

    Raises:
        ProfileError: a session is no time such as 07:30-11:30.
    """
    sessions = tuple(sorted(_session(text) for text in hours.sessions)) or USUAL
    days = fold(hours.days)
    saturday = None
    if re.search(r"\bthu (?:bay|7)\b", days) and not re.search(r"\btru\b[^,;]*\bthu (?:bay|7)\b", days):
        saturday = sessions[0][1] if "sang thu" in days else sessions[-1][1]
    return OfficeHours(sessions, calendar or working_calendar(), saturday)


def _session(text: str) -> tuple[time, time]:
    match = _SESSION.search(text)
    if match is None:
        raise ProfileError(f"working_hours.sessions: {text!r} is no session such as 07:30-11:30")
    try:
        start = time(int(match[1]), int(match[2] or 0))
        end = time(int(match[3]), int(match[4] or 0))
    except ValueError as error:
        raise ProfileError(f"working_hours.sessions: {text!r}: {error}") from error
    if start >= end:
        raise ProfileError(f"working_hours.sessions: {text!r} ends before it starts")
    return start, end
