"""The legal clock: working days from receipt, standing still while the citizen is waited for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.cases import desk
from knowledge.cases.hours import read_hours
from knowledge.cases.policy import DATA, load_policy
from knowledge.cases.records import CaseError
from knowledge.department.profile import ProfileError, WorkingHours
from knowledge.yaml_fields import DataError
from tests.knowledge.cases.conftest import HOURS, MONDAY, OFFICER, at, complaint, utc


def test_deadlines_are_ends_of_working_days(sessions, conversation) -> None:
    with sessions.begin() as session:
        case = complaint(session, conversation, MONDAY)
        assert [case.refuse_by, case.ask_by, case.handle_by, case.publish_by, case.due_at] == [
            at("2026-12-09 23:59:59"),
            at("2026-12-14 23:59:59"),
            at("2026-12-28 23:59:59"),
            None,
            at("2026-12-28 23:59:59"),
        ]


@pytest.mark.parametrize(
    ("received", "refuse_by"),
    [
        ("2026-12-11 16:59", "2026-12-15"),
        ("2026-12-11 17:01", "2026-12-16"),
        ("2026-12-12 09:00", "2026-12-16"),
        ("2026-12-31 09:00", "2027-01-05"),
        ("2027-02-03 10:00", "2027-02-12"),
    ],
    ids=["before closing", "after closing", "on Saturday", "over New Year", "over Tết"],
)
def test_evenings_weekends_and_holidays_do_not_count(received, refuse_by) -> None:
    assert HOURS.deadline(at(received), 2) == at(f"{refuse_by} 23:59:59")


def test_the_time_stands_still_while_the_citizen_is_waited_for(sessions, conversation) -> None:
    with sessions.begin() as session:
        case = complaint(session, conversation, MONDAY)
        desk.ask_more(session, case.id, "Hồ sơ nộp ngày nào?", OFFICER, HOURS, at("2026-12-08 09:00"))
        assert (case.stage, case.due_at) == ("asked", None)
        desk.accept(session, case.id, OFFICER, HOURS, at("2026-12-11 09:00"))
        assert case.handle_by == at("2026-12-31 23:59:59")
        assert (case.asked_at, case.due_at) == (None, case.handle_by)


def test_what_comes_late_is_entered_as_late(sessions, conversation) -> None:
    with sessions.begin() as session:
        case = complaint(session, conversation, MONDAY)
        desk.refuse(session, case.id, "Thuộc Sở Xây dựng", OFFICER, HOURS, at("2026-12-10 08:00"))
        other = complaint(session, conversation, MONDAY)
        desk.answer(session, other.id, "Đã trả hồ sơ", OFFICER, HOURS, at("2026-12-28 23:00"))
        late = {entry.case_id: entry.is_late for entry in _stages(session)}
        assert late == {case.id: True, other.id: False}
        assert other.publish_by == at("2026-12-31 23:59:59")


def _stages(session):
    from knowledge.cases.models import CaseEntry

    return session.query(CaseEntry).filter(CaseEntry.kind == "stage").all()


def test_only_what_the_rules_allow_may_follow(sessions, conversation) -> None:
    with sessions.begin() as session:
        case = complaint(session, conversation, MONDAY)
        with pytest.raises(CaseError, match="not_answered"):
            desk.publish(session, case.id, OFFICER, HOURS, MONDAY)
        desk.accept(session, case.id, OFFICER, HOURS, MONDAY)
        with pytest.raises(CaseError, match="wrong_stage"):
            desk.refuse(session, case.id, "Không thuộc thẩm quyền", OFFICER, HOURS, MONDAY)
        with pytest.raises(CaseError, match="no_text"):
            desk.answer(session, case.id, "  ", OFFICER, HOURS, MONDAY)
        with pytest.raises(CaseError, match="gone"):
            desk.accept(session, case.id + 999, OFFICER, HOURS, MONDAY)


def test_a_reopened_case_gets_a_new_period(sessions, conversation) -> None:
    with sessions.begin() as session:
        case = complaint(session, conversation, MONDAY)
        desk.answer(session, case.id, "Đã trả hồ sơ", OFFICER, HOURS, MONDAY)
        desk.publish(session, case.id, OFFICER, HOURS, MONDAY)
        desk.close(session, case.id, OFFICER, HOURS, MONDAY)
        assert (case.due_at, case.closed_at) == (None, utc(MONDAY))
        desk.reopen(session, case.id, OFFICER, HOURS, at("2026-12-15 09:00"))
        assert case.handle_by == HOURS.deadline(at("2026-12-15 09:00"), 15)
        assert (case.reopened, case.handled_at, case.published_at, case.closed_at) == (1, None, None, None)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-12-07 07:29", False),
        ("2026-12-07 07:30", True),
        ("2026-12-07 11:30", False),
        ("2026-12-07 13:30", True),
        ("2026-12-07 17:00", False),
        ("2026-12-12 09:00", False),
        ("2027-01-01 09:00", False),
    ],
)
def test_officers_work_in_sessions_on_working_days(moment, is_open) -> None:
    assert HOURS.is_open(at(moment)) is is_open


def test_the_next_opening_is_the_next_session() -> None:
    assert HOURS.next_opening(at("2026-12-07 12:00")) == at("2026-12-07 13:30")
    assert HOURS.next_opening(at("2026-12-11 18:00")) == at("2026-12-14 07:30")
    assert HOURS.next_opening(MONDAY) == MONDAY


@pytest.mark.parametrize(
    ("days", "open_at"),
    [
        ("Thứ Hai đến Thứ Bảy", {"2026-12-12 09:00", "2026-12-12 14:00"}),
        ("Thứ 2 đến thứ 6 và sáng Thứ 7", {"2026-12-12 09:00"}),
        ("Thứ Hai đến Thứ Sáu (trừ Thứ Bảy, Chủ nhật)", set()),
    ],
)
def test_saturdays_are_read_from_the_profile(days, open_at) -> None:
    hours = read_hours(WorkingHours(days, ("07:30-11:30", "13:30-17:00")))
    tried = ["2026-12-12 09:00", "2026-12-12 14:00", "2026-12-13 09:00"]
    assert {moment for moment in tried if hours.is_open(at(moment))} == open_at


@pytest.mark.parametrize("session", ["sáng", "11:30-07:30", "25:00-26:00"])
def test_a_session_that_is_none_is_refused(session) -> None:
    with pytest.raises(ProfileError, match=r"working_hours\.sessions"):
        read_hours(WorkingHours("Thứ Hai đến Thứ Sáu", (session,)))


@given(minutes=st.integers(0, 60 * 24 * 400), days=st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_a_deadline_is_a_working_day_and_never_shorter_than_promised(minutes, days) -> None:
    received = MONDAY + timedelta(minutes=minutes)
    deadline = HOURS.deadline(received, days)
    assert HOURS.calendar.is_working_day(deadline.date())
    assert HOURS.working_days_between(received, deadline) >= days
    assert HOURS.deadline(received, days + 1) > deadline > received


def test_stages_that_do_not_exist_are_refused(tmp_path) -> None:
    broken = tmp_path / "policy.yml"
    broken.write_text(
        DATA.read_text(encoding="utf-8").replace("[handling, closed]", "[handling, lost]"), "utf-8"
    )
    with pytest.raises(DataError, match="lost"):
        load_policy(broken)
