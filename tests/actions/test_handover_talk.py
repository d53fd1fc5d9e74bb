"""A wish for a person: the queue in working hours, else a promise; said honestly."""

from __future__ import annotations

import sqlalchemy as sa

from actions.reply import Outcome
from knowledge.cases.models import CaseEntry, CaseFile, Handover
from tests.actions.citizen_talk import EVENING, open_talk
from tests.actions.dossier_talk import Talk, titles


def rows(services, model):
    with services.sessions() as session:
        return list(session.scalars(sa.select(model).order_by(model.id)))


def test_in_working_hours_it_waits_for_an_officer(recording) -> None:
    talk = open_talk(recording)
    reply = talk.say("cho tôi gặp cán bộ", "ask_human")
    (waiting,) = rows(recording, Handover)
    assert reply.outcome is Outcome.HANDOFF
    assert "15 phút" in reply.text
    assert (waiting.reason, waiting.taken_at, waiting.ended_at) == ("asked", None, None)
    assert rows(recording, CaseFile) == []


def test_asking_again_waits_on(recording) -> None:
    talk = open_talk(recording)
    before = talk.state
    first = talk.say("cho tôi gặp cán bộ", "ask_human", message_id="once")
    talk.state = before
    assert talk.say("cho tôi gặp cán bộ", "ask_human", message_id="once") == first
    assert "đang chờ" in talk.say("có ai không", "ask_human").text
    assert len(rows(recording, Handover)) == 1


def test_outside_working_hours_it_is_a_case_with_a_promised_time(recording) -> None:
    recording.moment = EVENING
    talk = open_talk(recording)
    reply = talk.say("cho tôi gặp cán bộ", "ask_human")
    (case,) = rows(recording, CaseFile)
    assert "ngoài giờ làm việc" in reply.text
    assert f"mã {case.code}" in reply.text
    assert "trước 17:00 ngày 09/12/2026" in reply.text
    assert (case.kind, rows(recording, Handover)[0].outcome) == ("handover", "case")
    noted = talk.say("tôi muốn hỏi vì sao phải nộp lại bản vẽ", "inform")
    assert case.code in noted.text
    with recording.sessions() as session:
        said = session.scalars(sa.select(CaseEntry.text).where(CaseEntry.kind == "message")).all()
    assert said == ["tôi muốn hỏi vì sao phải nộp lại bản vẽ"]


def test_it_can_be_taken_back(recording) -> None:
    talk = open_talk(recording)
    reply = talk.say("cho tôi gặp cán bộ", "ask_human")
    assert "đã hủy" in talk.tap(reply, "Không cần nữa").text
    assert "không có yêu cầu" in talk.tap(reply, "Không cần nữa").text
    assert rows(recording, Handover)[0].outcome == "cancelled"


def test_the_waiting_citizen_can_ask_the_bot_meanwhile(recording) -> None:
    talk = open_talk(recording)
    talk.say("cho tôi gặp cán bộ", "ask_human")
    assert talk.say("mở cây xăng cần giấy tờ gì?").outcome is Outcome.ANSWERED


def test_two_failures_in_a_row_offer_a_person(recording) -> None:
    talk = open_talk(recording)
    first = talk.say("qwrt zxcv", "nlu_fallback")
    second = talk.say("mnbv lkjh", "nlu_fallback")
    assert "Gặp cán bộ" not in titles(first)
    assert "Gặp cán bộ" in titles(second)
    talk.tap(second, "Gặp cán bộ")
    assert rows(recording, Handover)[0].reason == "misses"


def test_a_group_is_no_place_for_it(recording) -> None:
    assert "nhắn riêng" in open_talk(recording, is_group=True).say("gặp cán bộ", "ask_human").text


def test_without_a_database_it_tells_where_to_go(services) -> None:
    assert "trực tiếp" in Talk(services).say("gặp cán bộ", "ask_human").text
