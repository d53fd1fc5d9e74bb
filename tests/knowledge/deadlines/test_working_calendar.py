"""Working days against the official calendars of 2024 to 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.deadlines.calendar import (
    DATA,
    add_working_days,
    is_working_day,
    load_calendar,
    working_calendar,
)
from knowledge.yaml_fields import DataError

WEEKDAYS_OFF = {
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
}
WEEKENDS_WORKED = {2024: "05-04", 2025: "04-26", 2026: "01-10 08-22"}
days = st.dates(date(2020, 2, 1), date(2040, 12, 31))
counts = st.integers(0, 120)


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range(366) if n < 365 or year % 4 == 0]


@pytest.mark.parametrize("year", WEEKDAYS_OFF)
def test_the_official_calendar_of_a_whole_year(year: int) -> None:
    off = {f"{day:%m-%d}" for day in days_of(year) if day.weekday() < 5 and not is_working_day(day)}
    worked = {f"{day:%m-%d}" for day in days_of(year) if day.weekday() >= 5 and is_working_day(day)}
    assert off == set(WEEKDAYS_OFF[year].split())
    assert worked == set(WEEKENDS_WORKED[year].split())


def test_culture_day_is_a_day_off_from_2026_and_is_not_made_up() -> None:
    assert is_working_day(date(2025, 11, 24))
    assert not is_working_day(date(2026, 11, 24))
    saturday = date(2029, 11, 24)
    assert working_calendar().day_off_name(saturday) == "Ngày Văn hóa Việt Nam"
    assert is_working_day(date(2029, 11, 26))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 9, 2), "Quốc khánh"),
        (date(2026, 8, 31), "hoán đổi ngày làm việc"),
        (date(2026, 11, 28), "Thứ Bảy"),
        (date(2026, 11, 29), "Chủ nhật"),
        (date(2026, 11, 25), None),
        (date(2026, 1, 10), None),
    ],
)
def test_days_off_have_a_name(day: date, name: str | None) -> None:
    assert working_calendar().day_off_name(day) == name


def test_weekends_are_no_public_holidays() -> None:
    assert not working_calendar().is_public_holiday(date(2026, 11, 28))
    assert working_calendar().is_public_holiday(date(2026, 11, 24))


def test_tet_is_stepped_over() -> None:
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert add_working_days(date(2025, 1, 24), 1) == date(2025, 2, 3)


def test_leap_day_is_a_working_day() -> None:
    assert add_working_days(date(2024, 2, 28), 1) == date(2024, 2, 29)
    assert add_working_days(date(2028, 2, 28), 1) == date(2028, 2, 29)


def test_swapped_saturday_counts() -> None:
    assert add_working_days(date(2026, 1, 9), 1) == date(2026, 1, 10)
    assert add_working_days(date(2025, 4, 25), 1) == date(2025, 4, 26)


@pytest.mark.parametrize("count", [-1, 5001])
def test_absurd_counts_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 5000"):
        add_working_days(date(2026, 1, 1), count)


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2100, 1, 1)])
def test_years_outside_the_calendar_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match="knows the years 2020 to 2099"):
        is_working_day(day)


def test_today_is_the_date_in_vietnam() -> None:
    evening_in_london = datetime(2026, 11, 23, 18, 0, tzinfo=timezone.utc)
    assert working_calendar().today(evening_in_london) == date(2026, 11, 24)
    assert abs((working_calendar().today() - datetime.now(timezone.utc).date()).days) <= 1


@given(days, st.integers(1, 120))
def test_never_lands_on_a_day_off(start: date, count: int) -> None:
    assert is_working_day(add_working_days(start, count))


@given(days, counts, counts)
def test_adding_twice_is_adding_the_sum(start: date, first: int, second: int) -> None:
    assert add_working_days(add_working_days(start, first), second) == add_working_days(start, first + second)


@given(days, counts)
def test_more_days_end_later(start: date, count: int) -> None:
    assert add_working_days(start, count) < add_working_days(start, count + 1)


@given(days, st.integers(0, 30), counts)
def test_a_later_start_never_ends_earlier(start: date, later: int, count: int) -> None:
    assert add_working_days(start, count) <= add_working_days(start + timedelta(days=later), count)


@given(days, st.integers(1, 60))
def test_exactly_that_many_working_days_lie_between(start: date, count: int) -> None:
    end = add_working_days(start, count)
    between = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(is_working_day(day) for day in between) == count


@given(days)
def test_next_working_day_is_the_first_one(day: date) -> None:
    found = working_calendar().next_working_day(day)
    assert is_working_day(found)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))


@given(st.integers(2021, 2089))
def test_every_year_has_five_days_of_tet_on_weekdays(year: int) -> None:
    """Article 112 of the Labour Code: five days, made up when they fall on a weekend."""
    tet = [
        day
        for day in days_of(year)
        if day.month <= 2 and day.weekday() < 5 and "Tết" in (working_calendar().day_off_name(day) or "")
    ]
    assert len([day for day in tet if "Dương lịch" not in (working_calendar().day_off_name(day) or "")]) == 5


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = DATA.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "working_days.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Asia/Ho_Chi_Minh", "Asia/Atlantis", "no time zone"),
        ("Asia/Ho_Chi_Minh", "../etc/passwd", "no time zone"),
        ("hours_per_working_day: 8", "hours_per_working_day: 0", "from 1 to 24"),
        ("month: 11\n    day: 24", "month: 2\n    day: 29", "not a date of every year"),
        ("worked: 2026-01-10", "worked: 2026-01-09", "a weekday off for a weekend day worked"),
        ("day_off: 2026-01-02", "day_off: 2026-01-03", "a weekday off for a weekend day worked"),
        ("first_year: 2026", "since: 2026", "first_year"),
        ("days_off: []", "days_off: [2026-05-05]", "list of entries"),
        ("announced_until", "announced_til", "announced_until"),
        ("timezone:", "colour: red\ntimezone:", "unknown field 'colour'"),
    ],
)
def test_slips_in_the_data_are_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(DataError) as caught:
        load_calendar(edited(tmp_path, old, new))
    assert complaint in str(caught.value)


def test_a_single_day_off_from_the_data(tmp_path: Path) -> None:
    entry = "days_off:\n  - {date: 2026-12-08, name: Bão, source: Công văn 1}\n"
    calendar = load_calendar(edited(tmp_path, "days_off: []\n", entry))
    assert calendar.day_off_name(date(2026, 12, 8)) == "Bão"
    assert calendar.add_working_days(date(2026, 12, 7), 1) == date(2026, 12, 9)


def test_a_forecast_holiday_that_is_worked_after_all(tmp_path: Path) -> None:
    forecast = date(2027, 2, 4)
    assert not is_working_day(forecast)
    entry = "days_worked:\n  - {date: 2027-02-04, source: Thông báo 1}\n"
    assert load_calendar(edited(tmp_path, "days_worked: []\n", entry)).is_working_day(forecast)
