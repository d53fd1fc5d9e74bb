"""Dates in all forms of exports mean one moment; what is no date is refused."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dossiers.importing.values import LOCAL, read_choice, read_moment
from knowledge.dossiers.statuses import Status, load_statuses, vendor_status, words_of

MOMENT = datetime(2026, 11, 20, 10, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text",
    [
        "20/11/2026 17:00",
        "20/11/2026 17:00:00",
        "17:00 20/11/2026",
        "20-11-2026, 17:00",
        "20261120170000",
        "2026-11-20 17:00:00",
        "2026-11-20T17:00:00.000+0700",
        "2026-11-20T17:00:00+07:00",
        "2026-11-20T10:00:00Z",
        datetime(2026, 11, 20, 17, 0),  # noqa: DTZ001 - as Excel gives it
        "46346.7083333333",
    ],
)
def test_one_moment_in_every_form(text):
    assert abs((read_moment(text) - MOMENT).total_seconds()) < 2


@pytest.mark.parametrize("text", ["20/11/2026", "2026-11-20", "20261120", date(2026, 11, 20), "46346"])
def test_a_promised_day_lasts_until_its_end(text):
    assert read_moment(text, ends_day=True) == datetime(2026, 11, 20, 23, 59, 59, tzinfo=LOCAL)
    assert read_moment(text) == datetime(2026, 11, 20, 0, 0, tzinfo=LOCAL)


@pytest.mark.parametrize(
    "text", ["mùng 4", "31/11/2026", "20/13/2026", "1/1/0001", "20261340", "12345678901234567890"]
)
def test_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - which one does not matter
        read_moment(text)


@pytest.mark.parametrize("empty", [None, "", "  ", "-", "null"])
def test_nothing_is_nothing(empty):
    assert read_moment(empty) is None
    assert read_choice("flags", empty) is None


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text):
    try:
        found = read_moment(text)
    except (ValueError, OverflowError):
        return
    assert found is None or found.tzinfo is not None


def test_every_status_has_words_and_every_vendor_names():
    for status in Status:
        assert words_of(status).name
        assert vendor_status("national", str(int(status))) is status
        assert vendor_status("register", words_of(status).name) is status
    assert set(load_statuses().vendors) == {"register", "national", "igate", "simple"}


@pytest.mark.parametrize(
    ("vendor", "values", "status"),
    [
        ("igate", ("Chờ bổ sung", 2), Status.SUPPLEMENT),
        ("igate", ("một bước nội bộ", 2), Status.IN_PROGRESS),
        ("igate", (None, 5), Status.RETURNED),
        ("national", (4,), Status.IN_PROGRESS),
        ("national", ("19",), None),
        ("simple", ("DANG XU LY",), Status.IN_PROGRESS),
        ("register", (None,), None),
    ],
)
def test_vendors_statuses_are_mapped_by_number_or_name(vendor, values, status):
    assert vendor_status(vendor, *values) is status
