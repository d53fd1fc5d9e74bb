"""When time limits end, and statutory beside committed times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.catalogue.records import Channel, Deadline, Level, Procedure, TimeUnit
from knowledge.catalogue.shipped import load_raw
from knowledge.deadlines.calendar import is_working_day, working_calendar
from knowledge.deadlines.due import MOST, due_date, received_day, statutory_and_committed
from knowledge.department.profile import CommittedDeadline, Profile, load_profile
from knowledge.settings import ROOT

MONDAY = date(2026, 11, 23)
limits = st.sampled_from(sorted(MOST)).flatmap(
    lambda unit: st.builds(
        Deadline, st.just(Channel.ONLINE), st.integers(1, min(MOST[unit], 250)), st.just(unit)
    )
)
days = st.dates(date(2020, 2, 1), date(2040, 12, 31))


def limit(value: int | None, unit: TimeUnit) -> Deadline:
    return Deadline(Channel.ONLINE, value, unit)


def ends(value: int, unit: TimeUnit, received: date | datetime, closing: time | None = None) -> date:
    due = due_date(limit(value, unit), received, closing=closing)
    assert due
    return due.ends_on


@pytest.mark.parametrize(
    ("value", "unit", "received", "due"),
    [
        (15, TimeUnit.WORKING_DAY, MONDAY, date(2026, 12, 15)),  # 24/11 is Culture Day
        (1, TimeUnit.WORKING_DAY, MONDAY, date(2026, 11, 25)),
        (5, TimeUnit.WORKING_DAY, date(2026, 2, 13), date(2026, 2, 27)),  # over Tết
        (7, TimeUnit.WORKING_DAY, date(2026, 4, 24), date(2026, 5, 8)),  # over Giỗ Tổ, 30/4 and 1/5
        (3, TimeUnit.WORKING_DAY, date(2026, 8, 21), date(2026, 8, 25)),  # 22/8 is worked
        (30, TimeUnit.DAY, date(2026, 11, 2), date(2026, 12, 2)),
        (5, TimeUnit.DAY, MONDAY, date(2026, 11, 30)),  # ends on a Saturday
        (10, TimeUnit.DAY, date(2026, 2, 6), date(2026, 2, 23)),  # ends on Tết Monday
        (8, TimeUnit.HOUR, MONDAY, date(2026, 11, 25)),
        (1, TimeUnit.HOUR, date(2026, 12, 1), date(2026, 12, 2)),
        (24, TimeUnit.HOUR, date(2026, 12, 1), date(2026, 12, 4)),
        (1, TimeUnit.MONTH, date(2027, 1, 29), date(2027, 3, 1)),  # 28/02 is a Sunday
        (1, TimeUnit.MONTH, date(2028, 1, 31), date(2028, 2, 29)),  # leap year
        (14, TimeUnit.MONTH, date(2026, 11, 30), date(2028, 1, 31)),  # Sunday 30/01, clear of Tết 2028
        (1, TimeUnit.YEAR, date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_worked_dates(value: int, unit: TimeUnit, received: date, due: date) -> None:
    assert ends(value, unit, received) == due


@pytest.mark.parametrize(
    ("value", "unit"),
    [(None, TimeUnit.OTHER), (1, TimeUnit.OTHER), (0, TimeUnit.DAY), (9999, TimeUnit.DAY)],
)
def test_limits_without_a_date(value: int | None, unit: TimeUnit) -> None:
    assert due_date(limit(value, unit), MONDAY) is None


def test_the_day_after_receipt_is_day_one() -> None:
    due = due_date(limit(1, TimeUnit.WORKING_DAY), date(2026, 12, 1))
    assert due
    assert (due.received, due.first_day, due.ends_on) == (
        date(2026, 12, 1),
        date(2026, 12, 2),
        date(2026, 12, 2),
    )


def test_counting_the_day_of_receipt_is_a_setting() -> None:
    calendar = replace(working_calendar(), day_of_receipt_counts=True)
    tuesday = date(2026, 12, 1)
    for unit in (TimeUnit.WORKING_DAY, TimeUnit.DAY):
        due = due_date(limit(2, unit), tuesday, calendar=calendar)
        assert due
        assert (due.first_day, due.ends_on) == (tuesday, tuesday + timedelta(days=1))


def test_received_after_closing_counts_from_the_next_working_day() -> None:
    closing = time(17, 0)
    assert received_day(datetime(2026, 12, 4, 16, 59), closing) == date(2026, 12, 4)  # noqa: DTZ001 - local time
    assert received_day(datetime(2026, 12, 4, 17, 1), closing) == date(2026, 12, 7)  # noqa: DTZ001 - local time
    assert ends(1, TimeUnit.WORKING_DAY, datetime(2026, 12, 4, 22, 0), closing) == date(2026, 12, 8)  # noqa: DTZ001


def test_moments_with_a_time_zone_are_turned_into_local_time() -> None:
    moment = datetime(2026, 12, 3, 23, 30, tzinfo=timezone.utc)  # Friday 06:30 in Vietnam
    assert received_day(moment, time(17, 0)) == date(2026, 12, 4)


def test_received_on_a_day_off_counts_from_the_next_working_day() -> None:
    due = due_date(limit(3, TimeUnit.WORKING_DAY), date(2026, 11, 21))
    assert due
    assert (due.received, due.ends_on) == (MONDAY, date(2026, 11, 27))


def test_skipped_holidays_and_moved_ends_are_told() -> None:
    over_culture_day = due_date(limit(1, TimeUnit.WORKING_DAY), MONDAY)
    assert over_culture_day
    assert [(day.day, day.name) for day in over_culture_day.skipped] == [
        (date(2026, 11, 24), "Ngày Văn hóa Việt Nam")
    ]
    on_saturday = due_date(limit(5, TimeUnit.DAY), MONDAY)
    assert on_saturday
    assert on_saturday.moved
    assert on_saturday.skipped == ()


def test_dates_beyond_the_official_calendar_are_estimates() -> None:
    known, unknown = (due_date(limit(n, TimeUnit.WORKING_DAY), date(2027, 1, 4)) for n in (14, 15))
    assert known
    assert unknown
    assert (known.ends_on, known.estimated) == (date(2027, 1, 22), False)
    assert (unknown.ends_on, unknown.estimated) == (date(2027, 1, 25), True)


@given(limits, days)
def test_never_ends_on_a_day_off_nor_before_day_one(item: Deadline, received: date) -> None:
    due = due_date(item, received)
    assert due
    assert is_working_day(due.ends_on)
    assert received <= due.received < due.first_day <= due.ends_on


@given(limits, days, st.integers(0, 30))
def test_received_later_is_never_due_earlier(item: Deadline, received: date, later: int) -> None:
    early, late = due_date(item, received), due_date(item, received + timedelta(days=later))
    assert early
    assert late
    assert early.ends_on <= late.ends_on


@given(st.sampled_from(sorted(MOST)), st.integers(1, 9), days)
def test_a_longer_limit_never_ends_earlier(unit: TimeUnit, value: int, received: date) -> None:
    assert ends(value, unit, received) <= ends(value + 1, unit, received)


@given(st.integers(1, 200), days)
def test_working_days_take_at_least_as_long_as_days(value: int, received: date) -> None:
    assert ends(value, TimeUnit.WORKING_DAY, received) >= ends(value, TimeUnit.DAY, received)


def test_every_deadline_of_the_catalogue_gives_a_date_or_says_other() -> None:
    for procedure in load_raw():
        for item in procedure.deadlines:
            assert (due_date(item, MONDAY) is None) == (item.unit is TimeUnit.OTHER), procedure.code


@pytest.fixture
def profile() -> Profile:
    return load_profile(Path(ROOT / "department.yml"))


def procedure_with(*deadlines: Deadline) -> Procedure:
    return Procedure("2.000648", "Cấp giấy", "Lưu thông", (Level.PROVINCE,), deadlines=deadlines)


@pytest.mark.parametrize(
    ("statutory", "committed", "cut"), [(15, 10, 33), (20, 15, 25), (10, 5, 50), (8, 7, 13), (7, 6, 14)]
)
def test_committed_time_is_beside_the_statutory_one(
    profile: Profile, statutory: int, committed: int, cut: int
) -> None:
    promise = CommittedDeadline(committed, TimeUnit.WORKING_DAY)
    promising = replace(profile, committed_deadlines={"2.000648": promise})
    law = limit(statutory, TimeUnit.WORKING_DAY)
    (found,) = statutory_and_committed(procedure_with(law), promising)
    assert (found.statutory, found.committed, found.cut_percent) == (law, promise, cut)
    due = due_date(promise, MONDAY)
    assert due
    assert due.ends_on < ends(statutory, TimeUnit.WORKING_DAY, MONDAY)


def test_a_promise_that_is_not_shorter_is_left_out(profile: Profile) -> None:
    promising = replace(
        profile, committed_deadlines={"2.000648": CommittedDeadline(15, TimeUnit.WORKING_DAY)}
    )
    short, long = limit(10, TimeUnit.WORKING_DAY), limit(20, TimeUnit.WORKING_DAY)
    found = statutory_and_committed(procedure_with(short, long), promising)
    assert [item.committed is not None for item in found] == [False, True]


def test_different_units_are_not_compared(profile: Profile) -> None:
    promising = replace(profile, committed_deadlines={"2.000648": CommittedDeadline(5, TimeUnit.WORKING_DAY)})
    (found,) = statutory_and_committed(procedure_with(limit(30, TimeUnit.DAY)), promising)
    assert found.committed
    assert found.cut_percent is None


def test_without_statutory_time(profile: Profile) -> None:
    promising = replace(profile, committed_deadlines={"2.000648": CommittedDeadline(5, TimeUnit.DAY)})
    (found,) = statutory_and_committed(procedure_with(), promising)
    assert found.statutory is None
    assert found.committed == CommittedDeadline(5, TimeUnit.DAY)
    assert statutory_and_committed(procedure_with(), profile) == ()


def test_without_promise(profile: Profile) -> None:
    (found,) = statutory_and_committed(procedure_with(limit(15, TimeUnit.WORKING_DAY)), profile)
    assert (found.committed, found.cut_percent) == (None, None)
