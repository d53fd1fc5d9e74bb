"""Time limits and due dates in words."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.catalogue.records import Channel, Deadline, TimeUnit
from knowledge.deadlines.describe import (
    describe_commitment,
    describe_due,
    describe_limit,
    describe_received,
)
from knowledge.deadlines.due import DueDate, TimeLimits, due_date
from knowledge.department.profile import CommittedDeadline

MONDAY = date(2026, 11, 23)


def due(value: int, unit: TimeUnit, received: date = MONDAY) -> DueDate:
    found = due_date(Deadline(Channel.ONLINE, value, unit), received)
    assert found
    return found


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Deadline(Channel.ONLINE, 15, TimeUnit.WORKING_DAY), "15 ngày làm việc"),
        (Deadline(Channel.ONLINE, 8, TimeUnit.HOUR, "8 giờ làm việc"), "8 giờ làm việc"),
        (Deadline(Channel.ONLINE, 0, TimeUnit.OTHER, "Phản hồi tự động"), "Phản hồi tự động"),
        (Deadline(Channel.ONLINE, None, TimeUnit.OTHER), ""),
        (CommittedDeadline(2, TimeUnit.MONTH), "2 tháng"),
    ],
)
def test_limits(limit: Deadline | CommittedDeadline, words: str) -> None:
    assert describe_limit(limit) == words


def test_due_date_over_a_holiday() -> None:
    assert describe_due(due(15, TimeUnit.WORKING_DAY)) == [
        "Thứ Ba, 15/12/2026",
        "Tính từ ngày làm việc liền sau ngày nhận đủ hồ sơ.",
        "Không tính ngày nghỉ lễ: 24/11/2026 (Ngày Văn hóa Việt Nam).",
    ]


def test_runs_of_holidays_are_written_as_first_and_last_day() -> None:
    lines = describe_due(due(30, TimeUnit.WORKING_DAY, date(2026, 2, 13)))
    assert lines[-1] == "Không tính ngày nghỉ lễ: 16/02/2026–20/02/2026."
    lines = describe_due(due(10, TimeUnit.WORKING_DAY, date(2026, 4, 20)))
    assert lines[-1] == "Không tính ngày nghỉ lễ: 27/04/2026–01/05/2026."


def test_days_by_the_calendar_that_end_on_a_weekend() -> None:
    assert describe_due(due(5, TimeUnit.DAY)) == [
        "Thứ Hai, 30/11/2026",
        "Tính từ ngày liền sau ngày nhận đủ hồ sơ, kể cả ngày nghỉ.",
        "Ngày cuối rơi vào ngày nghỉ nên lùi sang ngày làm việc kế tiếp.",
    ]


def test_hours_say_what_they_are() -> None:
    assert "Giờ được tính là giờ làm việc, 8 giờ là một ngày làm việc." in describe_due(due(6, TimeUnit.HOUR))


def test_estimates_say_so() -> None:
    assert "dự kiến" in describe_due(due(60, TimeUnit.WORKING_DAY))[0]


def test_received_on_a_weekend_is_told() -> None:
    saturday = date(2026, 11, 21)
    found = due(3, TimeUnit.WORKING_DAY, saturday)
    assert "23/11/2026" in (describe_received(saturday, found) or "")
    assert describe_received(MONDAY, due(3, TimeUnit.WORKING_DAY)) is None


def test_commitments() -> None:
    law = Deadline(Channel.ONLINE, 15, TimeUnit.WORKING_DAY)
    promise = CommittedDeadline(10, TimeUnit.WORKING_DAY)
    assert describe_commitment(TimeLimits(law, promise, 33)) == (
        "Sở cam kết 10 ngày làm việc, rút ngắn 33% so với quy định."
    )
    assert describe_commitment(TimeLimits(None, promise)) == "Sở cam kết 10 ngày làm việc."
    assert describe_commitment(TimeLimits(law, None)) is None
