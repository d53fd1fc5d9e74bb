"""Periods of both kinds, the one before, leap days, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reports.periods import Kind, PeriodError, months_before, parse_period

ADMINISTRATIVE = Kind.ADMINISTRATIVE


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "name"),
    [
        ("2026-Q3", Kind.CALENDAR, "2026-07-01", "2026-09-30", "quý III năm 2026"),
        ("2026-Q3", ADMINISTRATIVE, "2026-06-15", "2026-09-14", "quý III năm 2026"),
        ("2026-01", ADMINISTRATIVE, "2025-12-15", "2026-01-14", "tháng 1 năm 2026"),
        ("2026-Q1", ADMINISTRATIVE, "2025-12-15", "2026-03-14", "quý I năm 2026"),
        ("2026-H1", ADMINISTRATIVE, "2025-12-15", "2026-06-14", "6 tháng đầu năm 2026"),
        ("2026-h2", Kind.CALENDAR, "2026-07-01", "2026-12-31", "6 tháng cuối năm 2026"),
        ("2026", ADMINISTRATIVE, "2025-12-15", "2026-12-14", "năm 2026"),
        ("2028-02", Kind.CALENDAR, "2028-02-01", "2028-02-29", "tháng 2 năm 2028"),
        ("2027-02", Kind.CALENDAR, "2027-02-01", "2027-02-28", "tháng 2 năm 2027"),
        (
            "2028-02-29..2028-03-01",
            Kind.CALENDAR,
            "2028-02-29",
            "2028-03-01",
            "từ ngày 29/02/2028 đến ngày 01/03/2028",
        ),
    ],
)
def test_periods_have_their_days_and_names(text: str, kind: Kind, start: str, end: str, name: str) -> None:
    period = parse_period(text, kind)
    assert (period.start.isoformat(), period.end.isoformat(), period.name) == (start, end, name)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-Q1", "2025-Q4"),
        ("2026-H1", "2025-H2"),
        ("2026-07", "2026-06"),
        ("2026-01", "2025-12"),
        ("2026", "2025"),
        ("2026-03-01..2026-03-10", "2026-02-19..2026-02-28"),
        ("2028-03-01..2028-03-01", "2028-02-29..2028-02-29"),
    ],
)
def test_the_period_before(text: str, before: str) -> None:
    assert parse_period(text).previous() == parse_period(before)


@pytest.mark.parametrize(
    "text", ["", "2026-Q5", "2026-13", "2026-00", "Q3-2026", "2026-02-30..2026-03-01", "1999", "2026-3"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodError, match="period"):
        parse_period(text)


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(PeriodError, match="ends before"):
        parse_period("2026-03-02..2026-03-01")


@given(
    st.integers(2001, 2098),
    st.sampled_from(["", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4", *(f"-{m:02}" for m in range(1, 13))]),
    st.sampled_from(Kind),
)
def test_periods_of_a_kind_follow_each_other_without_gap(year: int, part: str, kind: Kind) -> None:
    period = parse_period(f"{year}{part}", kind)
    assert period.previous().end + timedelta(days=1) == period.start
    assert period.previous().kind is kind


def test_thirty_six_months_before_a_leap_day() -> None:
    assert months_before(date(2028, 2, 29), 36) == date(2025, 2, 28)
    assert months_before(date(2026, 9, 30), 36) == date(2023, 9, 30)
