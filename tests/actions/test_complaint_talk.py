"""A complaint from the first word to its end: nothing is called received before it is stored."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from actions.reply import Outcome
from actions.state import State
from knowledge.cases import desk
from knowledge.cases.models import CaseEntry, CaseEvidence, CaseFile
from knowledge.messaging.models import ConversationEvent
from knowledge.privacy.models import Consent
from tests.actions.citizen_talk import EVENING, MONDAY, at, open_talk
from tests.actions.dossier_talk import Talk, titles

SAID = "Cán bộ một cửa hẹn tôi ba lần vẫn chưa trả hồ sơ H27.12-230412-0001"
QUESTION = "mở cây xăng cần giấy tờ gì"


def cases(services) -> list[CaseFile]:
    with services.sessions() as session:
        return list(session.scalars(sa.select(CaseFile).order_by(CaseFile.id)))


def filed(talk: Talk, said: str = SAID, title: str = "Gửi") -> CaseFile:
    talk.tap(talk.say(said, "complain"), title)
    return cases(talk.services)[-1]


def test_the_wish_alone_is_asked_for_words(recording) -> None:
    talk = open_talk(recording)
    asked = talk.say("tôi muốn phản ánh", "complain")
    assert "việc gì, ở đâu, khi nào" in asked.text
    assert "quá" in talk.say("tệ", "complain").text
    shown = talk.say(SAID, "complain")
    assert titles(shown) == ["Gửi", "Gửi ẩn danh", "Viết lại", "Không gửi"]
    assert "CHƯA có gì được gửi" in shown.text
    assert cases(recording) == []


def test_it_is_received_with_a_code_and_its_deadline(recording) -> None:
    talk = open_talk(recording)
    shown = talk.say(SAID, "complain")
    reply = talk.tap(shown, "Gửi")
    (case,) = cases(recording)
    assert reply.outcome is Outcome.CASE
    assert case.code == "PA-261207-0001"
    assert "Mã phản ánh: PA-261207-0001" in reply.text
    assert "Hạn trả lời: 28/12/2026" in reply.text
    assert (case.kind, case.unit, case.stage) == ("complaint", recording.profile.short_name, "received")
    assert "[mã hồ sơ]" in case.text
    assert "0001" not in case.text
    assert "H27.12-230412-0001" in recording.sealer.open(case.sealed_text)


def test_who_begins_something_else_hears_that_nothing_was_sent(recording) -> None:
    talk = open_talk(recording)
    talk.say(SAID, "complain")
    told = talk.say("tôi muốn gặp cán bộ", "ask_human")
    assert told.text.startswith("Tôi đã bỏ phản ánh đang viết. Không có gì được gửi đi.")
    assert [case.kind for case in cases(recording)] in ([], ["handover"])


def test_the_words_wait_sealed(recording) -> None:
    talk = open_talk(recording)
    talk.say(SAID, "complain")
    assert "hẹn" not in str(talk.state.as_slot())


def test_a_message_handed_over_again_opens_no_second_case(recording) -> None:
    talk = open_talk(recording)
    shown = talk.say(SAID, "complain")
    before, send = talk.state, next(b.payload for b in shown.buttons if b.title == "Gửi")
    first = talk.say(send, message_id="once")
    talk.state = before
    again = talk.say(send, message_id="once")
    assert first == again
    talk.state = before
    assert talk.say(send, message_id="tapped twice").text == first.text
    assert len(cases(recording)) == 1


@pytest.mark.parametrize(
    ("said", "kind"), [(SAID, "complaint"), ("Đề nghị sở có thêm ghế ngồi chờ", "suggestion")]
)
def test_what_it_is_follows_from_the_words(recording, said, kind) -> None:
    assert filed(open_talk(recording), said).kind == kind


def test_it_can_be_anonymous_and_is_answered_all_the_same(recording) -> None:
    talk = open_talk(recording)
    case = filed(talk, title="Gửi ẩn danh")
    assert case.is_anonymous
    assert case.conversation_id is not None


@pytest.mark.parametrize("leave", ["Không gửi", "thôi"])
def test_it_can_be_left_and_nothing_is_sent(recording, leave) -> None:
    talk = open_talk(recording)
    shown = talk.say(SAID, "complain")
    reply = talk.tap(shown, leave) if leave == "Không gửi" else talk.say(leave)
    assert "Không có gì được gửi đi" in reply.text
    assert (cases(recording), talk.state.flow) == ([], None)


def test_a_question_in_between_is_answered_and_the_words_are_kept(recording) -> None:
    talk = open_talk(recording)
    talk.say(SAID, "complain")
    between = talk.say(QUESTION)
    assert "CHƯA gửi" in between.text
    assert "Gửi" in titles(talk.tap(between, "Làm tiếp việc đang dở"))
    assert [case.stage for case in [filed(talk)]] == ["received"]


def test_typed_words_send_it_too(recording) -> None:
    talk = open_talk(recording)
    talk.say(SAID, "complain")
    assert "Đã tiếp nhận" in talk.say("gửi đi", "affirm").text


def test_more_words_are_added_before_it_is_sent(recording) -> None:
    talk = open_talk(recording)
    talk.say(SAID, "complain")
    shown = talk.say("cán bộ còn lớn tiếng nữa", "complain")
    talk.tap(shown, "Gửi")
    assert "lớn tiếng" in cases(recording)[0].text


def test_a_formal_complaint_is_told_its_own_way(recording) -> None:
    reply = open_talk(recording).say("tôi cần khiếu nại quyết định của sở", "complain")
    assert "Luật Khiếu nại" in reply.text


def test_nobody_floods_the_department(recording) -> None:
    talk = open_talk(recording)
    for number in range(5):
        filed(talk, f"{SAID}, lần {number}")
    assert "CHƯA nhận thêm" in talk.say(SAID, "complain").text
    assert len(cases(recording)) == 5


def test_a_group_is_no_place_for_it(recording) -> None:
    assert "nhắn riêng" in open_talk(recording, is_group=True).say(SAID, "complain").text


def test_where_it_stands_is_told_by_its_code(recording) -> None:
    talk = open_talk(recording)
    case = filed(talk)
    for said in (
        f"phản ánh {case.code} tới đâu rồi",
        case.code.lower().replace("-", " "),
        "phản ánh của tôi tới đâu rồi",
    ):
        status = talk.say(said, "complain")
        assert "Đã tiếp nhận" in status.text
        assert titles(status) == ["Bổ sung thông tin", "Rút lại"]
    assert "không tìm thấy" in talk.say("PA-261207-0099", "dossier_status").text


def test_a_stranger_hears_the_stage_and_no_word_of_it(recording) -> None:
    case = filed(open_talk(recording))
    with recording.sessions.begin() as session:
        desk.answer(session, case.id, "Đã trả hồ sơ cho ông An", 7, recording.office_hours(), MONDAY)
    reply = open_talk(recording, key="b" * 64).say(case.code, "complain")
    assert "Đã trả lời" in reply.text
    assert "ông An" not in reply.text
    assert reply.buttons == ()


def test_a_stranger_cannot_act_on_it(recording) -> None:
    case = filed(open_talk(recording))
    stranger = open_talk(recording, key="b" * 64)
    for value in ("withdraw", "settled", "unsettled", "supplement"):
        stranger.say(f'/flow_step{{"flow":"case","value":"{value}","about":"{case.code}"}}')
    assert cases(recording)[0].stage == "received"
    assert stranger.state.flow is None


def test_what_is_late_is_admitted(recording) -> None:
    talk = open_talk(recording)
    case = filed(talk)
    recording.moment = at("2027-01-04 09:00")
    assert "QUÁ HẠN" in talk.say(case.code, "complain").text


def test_the_answer_arrives_and_settles_it(recording) -> None:
    talk = open_talk(recording)
    case = filed(talk)
    hours = recording.office_hours()
    with recording.sessions.begin() as session:
        desk.answer(session, case.id, "Hồ sơ đã trả sáng nay, xin lỗi ông bà", 7, hours, MONDAY)
    with recording.sessions() as session:
        told = session.scalars(sa.select(ConversationEvent.body)).all()[-1]
    assert "Hồ sơ đã trả sáng nay" in told["text"]
    reply = talk.say(told["buttons"][0]["payload"])
    assert "đã được giải quyết" in reply.text
    assert cases(recording)[0].settled is True
    with recording.sessions.begin() as session:
        assert desk.publish(session, case.id, 7, hours, EVENING).stage == "closed"


def test_what_is_not_settled_goes_back_to_work_with_the_reason(recording) -> None:
    talk = open_talk(recording)
    case = filed(talk)
    for round_ in range(3):
        with recording.sessions.begin() as session:
            desk.answer(session, case.id, "Đã trả lời", 7, recording.office_hours(), recording.moment)
        reply = talk.say(f'/flow_step{{"flow":"case","value":"unsettled","about":"{case.code}"}}')
        if round_ < 2:
            assert "chuyển lại cho cán bộ" in reply.text
            assert "Đã ghi vào" in talk.say("vẫn chưa trả giấy cho tôi", "complain").text
    assert "Luật Khiếu nại" in reply.text
    (case,) = cases(recording)
    assert (case.settled, case.reopened, case.stage) == (False, 2, "answered")
    with recording.sessions() as session:
        said = session.scalars(sa.select(CaseEntry.text).where(CaseEntry.kind == "message")).all()
    assert said == ["vẫn chưa trả giấy cho tôi"] * 2


def test_what_is_asked_for_is_added_once_and_the_clock_goes_on(recording) -> None:
    talk = open_talk(recording)
    case = filed(talk)
    hours = recording.office_hours()
    with recording.sessions.begin() as session:
        desk.ask_more(session, case.id, "Bạn nộp hồ sơ nào?", 7, hours, at("2026-12-08 09:00"))
    recording.moment = at("2026-12-10 09:00")
    talk.say(f'/flow_step{{"flow":"case","value":"supplement","about":"{case.code}"}}')
    before = talk.state
    talk.say("mã H27.12-230412-0001 nộp tháng trước", "inform", message_id="once")
    talk.state = before
    talk.say("mã H27.12-230412-0001 nộp tháng trước", "inform", message_id="once")
    (case,) = cases(recording)
    assert (case.stage, case.handle_by) == ("handling", at("2026-12-30 23:59:59"))
    with recording.sessions() as session:
        (entry,) = session.scalars(sa.select(CaseEntry).where(CaseEntry.kind == "message"))
    assert "0001" not in entry.text
    assert "H27.12-230412-0001" in recording.sealer.open(entry.sealed_text)


def test_it_can_be_taken_back(recording) -> None:
    talk = open_talk(recording)
    case = filed(talk)
    assert "Đã rút" in talk.tap(talk.say(case.code, "complain"), "Rút lại").text
    assert cases(recording)[0].stage == "withdrawn"


def test_pictures_sent_before_go_with_it(recording) -> None:
    from tests.knowledge.cases.test_evidence import CLEANED

    talk = open_talk(recording)
    talk.say("tôi muốn phản ánh", "complain")
    with recording.sessions.begin() as session:
        recording.erasure.evidence.keep(session, CLEANED, 1, "p" * 64, MONDAY)
    assert "1 ảnh" in talk.say('/flow_step{"flow":"attachment","value":"image"}').text
    shown = talk.say(SAID, "complain")
    assert "Kèm 1 ảnh" in shown.text
    talk.tap(shown, "Gửi")
    with recording.sessions() as session:
        assert session.scalars(sa.select(CaseEvidence.case_id)).all() == [cases(recording)[0].id]


def test_a_file_that_did_not_arrive_is_not_called_received(recording) -> None:
    talk = open_talk(recording)
    talk.say("tôi muốn phản ánh", "complain")
    assert "chưa nhận được tệp" in talk.say('/flow_step{"flow":"attachment","value":"video"}').text


def test_the_consent_to_be_answered_is_kept(recording) -> None:
    filed(open_talk(recording))
    with recording.sessions() as session:
        kept = session.execute(sa.select(Consent.purpose, Consent.given)).all()
    assert sorted(kept) == [("contact", True), ("notice", None)]


def test_without_a_database_it_says_that_nothing_is_recorded(services) -> None:
    reply = Talk(services).say(SAID, "complain")
    assert "CHƯA" in reply.text
    assert reply.state == State()
