"""Hand-over, its job, and the lists of cases, on both databases."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from knowledge.cases import desk, handover
from knowledge.cases.handover import PersonRequest
from knowledge.cases.jobs import watch_queue
from knowledge.cases.listing import CaseFilter, count_cases, entries_of, export_cases, list_cases
from knowledge.cases.models import CaseFile, Handover
from knowledge.cases.records import CaseError
from knowledge.department.profile import WorkingHours
from knowledge.messaging.models import Conversation, InboxMessage
from tests.knowledge.cases.conftest import (
    COLLEAGUE,
    HOURS,
    MONDAY,
    OFFICER,
    SEALER,
    at,
    complaint,
    new_conversation,
    said,
)

MINUTE = timedelta(minutes=1)
UNIT = "Sở Công Thương"


def request(conversation, name="a", reason="asked") -> PersonRequest:
    return PersonRequest(name * 64, conversation, "web", reason, UNIT, "Người dân muốn gặp cán bộ.")


def job(sessions, now):
    profile = SimpleNamespace(
        short_name=UNIT, working_hours=WorkingHours("Thứ Hai đến Thứ Sáu", ("07:30-11:30", "13:30-17:00"))
    )
    watch_queue(SimpleNamespace(sessions=sessions, sealer=SEALER, profile=profile, now=lambda: now))


def handler(sessions, conversation) -> str:
    with sessions() as session:
        return session.scalars(sa.select(Conversation.handler).where(Conversation.id == conversation)).one()


def test_an_officer_takes_over_speaks_and_gives_back(sessions, conversation) -> None:
    with sessions.begin() as session:
        handover.request_person(session, request(conversation), HOURS, SEALER, MONDAY)
        assert [row.conversation_id for row in handover.queue(session).rows] == [conversation]
        handover.take_over(session, conversation, OFFICER, UNIT, MONDAY)
        handover.take_over(session, conversation, OFFICER, UNIT, MONDAY)
        handover.send_message(session, conversation, "Chào bạn", OFFICER, MONDAY)
    assert handler(sessions, conversation) == "staff"
    with sessions.begin() as session:
        for actor, reason in ((COLLEAGUE, "taken"),):
            with pytest.raises(CaseError, match=reason):
                handover.send_message(session, conversation, "Tôi nữa", actor, MONDAY)
            with pytest.raises(CaseError, match=reason):
                handover.take_over(session, conversation, actor, UNIT, MONDAY)
        ended = handover.give_back(session, conversation, OFFICER, MONDAY)
        assert ended.outcome == "served"
        with pytest.raises(CaseError, match="not_taken"):
            handover.send_message(session, conversation, "Còn gì không", OFFICER, MONDAY)
        assert [body["author"] for body in said(session, conversation)] == ["system", "staff", "system"]
        assert handover.queue(session).rows == []
    assert handler(sessions, conversation) == "bot"


def test_nobody_comes_and_it_becomes_a_case(sessions, conversation) -> None:
    with sessions.begin() as session:
        handover.request_person(session, request(conversation), HOURS, SEALER, MONDAY)
        session.add(
            InboxMessage(
                conversation_id=conversation, message_id="m", text="hỏi về xăng dầu", received_at=MONDAY
            )
        )
    job(sessions, MONDAY + 14 * MINUTE)
    with sessions() as session:
        assert said(session, conversation) == []
    job(sessions, MONDAY + 16 * MINUTE)
    job(sessions, MONDAY + 17 * MINUTE)
    with sessions() as session:
        case = session.scalars(sa.select(CaseFile)).one()
        row = session.scalars(sa.select(Handover)).one()
        (told,) = said(session, conversation)
    assert (row.outcome, row.case_id, case.kind) == ("case", case.id, "handover")
    assert case.code in told["text"]
    assert "hỏi về xăng dầu" in case.text
    assert case.handle_by == at("2026-12-08 17:00")


def test_the_end_of_the_day_is_the_end_of_waiting(sessions, conversation) -> None:
    late = at("2026-12-07 16:58")
    with sessions.begin() as session:
        handover.request_person(session, request(conversation), HOURS, SEALER, late)
    job(sessions, at("2026-12-07 17:01"))
    with sessions() as session:
        assert session.scalars(sa.select(Handover.outcome)).all() == ["case"]


def test_an_officer_who_falls_silent_gives_back(sessions, conversation) -> None:
    with sessions.begin() as session:
        handover.take_over(session, conversation, OFFICER, UNIT, MONDAY)
    job(sessions, MONDAY + 14 * MINUTE)
    assert handler(sessions, conversation) == "staff"
    job(sessions, MONDAY + 15 * MINUTE)
    assert handler(sessions, conversation) == "bot"
    with sessions() as session:
        assert session.scalars(sa.select(Handover.outcome)).all() == ["idle"]
        assert "đang bận" in said(session, conversation)[-1]["text"]


def test_an_officer_in_the_channels_own_application_silences_the_bot(sessions, conversation) -> None:
    with sessions.begin() as session:
        handover.staff_is_typing(session, conversation, MONDAY)
    assert handler(sessions, conversation) == "staff"


def filled(sessions, count=12) -> list[int]:
    conversation = new_conversation(sessions, key="c" * 64)
    with sessions.begin() as session:
        cases = [
            complaint(
                session, conversation, MONDAY + number * timedelta(days=1), text=f"Trễ hẹn lần {number}"
            )
            for number in range(count)
        ]
        desk.answer(session, cases[0].id, "Đã trả", OFFICER, HOURS, MONDAY)
        desk.refuse(session, cases[1].id, "Không thuộc", OFFICER, HOURS, MONDAY)
        return [case.id for case in cases]


def test_what_is_most_overdue_comes_first(sessions) -> None:
    filled(sessions)
    with sessions() as session:
        seen, cursor = [], None
        while True:
            page = list_cases(session, CaseFilter(due=True), cursor, 5)
            seen += page.rows
            cursor = page.next
            if cursor is None:
                break
        assert len(seen) == 11
        assert [case.due_at for case in seen] == sorted(case.due_at for case in seen)
        overdue = list_cases(session, CaseFilter(overdue_at=seen[3].due_at)).rows
        assert all(case.due_at < seen[3].due_at for case in overdue)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (CaseFilter(stage="answered"), 1),
        (CaseFilter(stage="received"), 10),
        (CaseFilter(kind="complaint", unit="Văn phòng Sở", channel="web"), 12),
        (CaseFilter(assigned_to=OFFICER), 1),
        (CaseFilter(unassigned=True), 11),
        (CaseFilter(text="tre HEN 11"), 1),
        (CaseFilter(text="PA-2612"), 12),
        (CaseFilter(settled=True), 0),
        (CaseFilter(since=MONDAY + timedelta(days=5)), 7),
        (CaseFilter(label="gấp"), 2),
    ],
)
def test_lists_are_filtered(sessions, wanted, count) -> None:
    ids = filled(sessions)
    with sessions.begin() as session:
        assert desk.add_label(session, ids[:2], "gấp") == 2
        assert len(list_cases(session, wanted).rows) == count
        assert len(list(export_cases(session, wanted))) == count
        if not wanted.text:
            assert count_cases(session, wanted) == count


def test_what_officers_do_is_in_the_history(sessions, conversation) -> None:
    with sessions.begin() as session:
        case = complaint(session, conversation)
        desk.accept(session, case.id, OFFICER, HOURS, MONDAY)
        assert desk.assign(session, [case.id], COLLEAGUE, OFFICER, MONDAY) == 1
        assert desk.assign(session, [case.id], COLLEAGUE, OFFICER, MONDAY) == 0
        assert desk.hand_to_unit(session, [case.id], "Chi cục Quản lý thị trường", OFFICER, MONDAY) == 1
        desk.add_note(session, case.id, "Gọi lại buổi chiều", COLLEAGUE, MONDAY)
        desk.write_to_citizen(session, case.id, "Chúng tôi đang xem", COLLEAGUE, MONDAY)
        kinds = [(entry.kind, entry.actor) for entry in entries_of(session, case.id)]
        told = " ".join(body["text"] for body in said(session, conversation))
    assert kinds == [
        ("opened", None),
        ("stage", OFFICER),
        ("assigned", OFFICER),
        ("unit", OFFICER),
        ("note", COLLEAGUE),
        ("message", COLLEAGUE),
    ]
    assert "Chúng tôi đang xem" in told
    assert "Gọi lại" not in told


def test_what_is_told_of_a_case_can_go_by_a_template(sessions, conversation) -> None:
    """Zalo takes only approved templates when the citizen has not written for a week."""
    with sessions.begin() as session:
        case = complaint(session, conversation)
        desk.answer(session, case.id, "Đã trả hồ sơ hôm nay", OFFICER, HOURS, MONDAY)
        values = {"case": case.code, "stage": "Đã trả lời", "unit": "Văn phòng Sở"}
        assert said(session, conversation)[-1]["notice"] == {"kind": "case_changed", "values": values}


def test_an_answer_that_cannot_be_told_is_kept(sessions) -> None:
    with sessions.begin() as session:
        case = complaint(session, None)
        assert desk.answer(session, case.id, "Đã trả", OFFICER, HOURS, MONDAY).stage == "answered"
        with pytest.raises(CaseError, match="no_conversation"):
            desk.write_to_citizen(session, case.id, "Chào", OFFICER, MONDAY)


def test_codes_are_not_given_twice(sessions) -> None:
    from concurrent.futures import ThreadPoolExecutor

    conversation = new_conversation(sessions, key="d" * 64)

    def one(_: int) -> str:
        with sessions.begin() as session:
            return complaint(session, conversation).code

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(one, range(12)))
    assert sorted(codes) == [f"PA-261207-{number:04d}" for number in range(1, 13)]
