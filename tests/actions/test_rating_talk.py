"""Light ratings and surveys: one tap, once, changeable for a day; a number from elsewhere is no score."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from actions.reply import Outcome
from actions.state import State
from knowledge.cases.models import CaseFile
from knowledge.feedback.models import Rating, RatingRequest
from knowledge.feedback.survey import survey
from tests.actions.citizen_talk import MONDAY, open_talk, payload_of
from tests.actions.dossier_talk import Talk, titles

QUESTION, NEXT = "mở cây xăng cần giấy tờ gì", "còn thời hạn thì sao"
ASK = "Câu trả lời này có hữu ích không?"


def ratings(services) -> list[Rating]:
    with services.sessions() as session:
        return list(session.scalars(sa.select(Rating).order_by(Rating.id)))


def requests(services) -> list[tuple[str, str, str | None]]:
    with services.sessions() as session:
        query = sa.select(RatingRequest.occasion, RatingRequest.outcome, RatingRequest.reason)
        return [tuple(row) for row in session.execute(query.order_by(RatingRequest.id))]


def rated_answer(talk: Talk):
    """The second answer of a conversation, which asks."""
    talk.say(QUESTION)
    reply = talk.say(NEXT)
    assert reply.text.endswith(ASK)
    return reply


def test_not_every_answer_asks_and_every_occasion_is_counted(recording) -> None:
    talk = open_talk(recording)
    assert ASK not in talk.say(QUESTION).text
    asked = talk.say(NEXT)
    assert titles(asked)[-2:] == ["Hữu ích", "Chưa hữu ích"]
    assert ASK not in talk.say("nộp ở đâu").text
    assert requests(recording) == [
        ("answer", "not_asked", "too_early"),
        ("answer", "asked", None),
        ("answer", "not_asked", "asked_lately"),
    ]


def test_the_same_message_again_gives_the_same_answer(recording) -> None:
    talk = open_talk(recording)
    talk.say(QUESTION)
    before = talk.state
    first = talk.say(NEXT, message_id="once")
    talk.state = before
    assert talk.say(NEXT, message_id="once") == first
    assert len(requests(recording)) == 2


def test_useful_is_one_tap(recording) -> None:
    talk = open_talk(recording)
    reply = talk.tap(rated_answer(talk), "Hữu ích")
    (rating,) = ratings(recording)
    assert reply.outcome is Outcome.FEEDBACK
    assert (rating.score, rating.scale, rating.occasion, rating.factor) == (2, 2, "answer", None)
    assert rating.procedure_code == talk.state.procedure is not None
    assert rating.field == recording.field_of(rating.procedure_code)
    assert requests(recording)[-1] == ("answer", "answered", None)


def test_not_useful_asks_why_and_offers_an_officer(recording) -> None:
    talk = open_talk(recording)
    why = talk.tap(rated_answer(talk), "Chưa hữu ích")
    assert titles(why) == list(survey().reasons.values())
    offer = talk.tap(why, "Thiếu thông tin")
    assert ratings(recording)[0].reason == "incomplete"
    opened = talk.tap(offer, "Nhờ cán bộ trả lời")
    assert "PA-261207-0001" in opened.text
    assert talk.tap(offer, "Nhờ cán bộ trả lời").text == opened.text
    with recording.sessions() as session:
        (case,) = session.scalars(sa.select(CaseFile))
    assert (case.kind, case.rating_id) == ("low_rating", ratings(recording)[0].id)
    assert "Thiếu thông tin" in case.text


def test_why_can_be_written_and_is_masked(recording) -> None:
    talk = open_talk(recording)
    talk.tap(rated_answer(talk), "Chưa hữu ích")
    talk.say("thiếu mẫu đơn, gọi tôi 0912345678", "give_feedback")
    assert ratings(recording)[0].comment == "thiếu mẫu đơn, gọi tôi [số điện thoại]"


def test_the_next_question_is_a_question_and_no_reason(recording) -> None:
    talk = open_talk(recording)
    talk.tap(rated_answer(talk), "Chưa hữu ích")
    reply = talk.say("thế thời hạn mấy ngày")
    assert reply.outcome is Outcome.ANSWERED
    assert talk.state.flow is None
    talk.say("cảm ơn nhé", "thank")
    assert ratings(recording)[0].comment is None


def test_a_rating_can_be_changed_for_a_day(recording) -> None:
    talk = open_talk(recording)
    asked = rated_answer(talk)
    talk.tap(asked, "Chưa hữu ích")
    assert "đánh giá mới" in talk.tap(asked, "Hữu ích").text
    recording.moment = MONDAY + timedelta(hours=25)
    assert "trong vòng một ngày" in talk.tap(asked, "Chưa hữu ích").text
    assert [rating.score for rating in ratings(recording)] == [2]


@pytest.mark.parametrize("about", ["", "0" * 64, "own"])
@pytest.mark.parametrize("value", ["2", "9", "x", "reason:other", "case"])
def test_a_button_counts_only_where_it_was_asked(recording, about, value) -> None:
    asked = rated_answer(open_talk(recording))
    if about == "own":
        about = payload_of(asked, "Hữu ích").split('"about":"')[1][:64]
    stranger = open_talk(recording, key="b" * 64)
    stranger.say(f'/flow_step{{"flow":"rating","value":"{value}","about":"{about}"}}')
    assert ratings(recording) == []


def test_a_number_typed_earlier_or_elsewhere_is_no_score(recording) -> None:
    talk = open_talk(recording)
    talk.say("1", "nlu_fallback")
    rated_answer(talk)
    talk.say("2", "inform")
    assert ratings(recording) == []


def test_words_about_an_answer_rate_it_and_not_the_department(recording) -> None:
    talk = open_talk(recording)
    talk.say(QUESTION)
    asked = talk.say("bot trả lời hay ghê", "give_feedback")
    assert titles(asked) == ["Hữu ích", "Chưa hữu ích"]
    talk.tap(asked, "Hữu ích")
    assert [rating.occasion for rating in ratings(recording)] == ["answer"]


def taken(talk: Talk, *levels: str):
    reply = talk.say("tôi muốn đánh giá", "give_feedback")
    for level in levels:
        reply = talk.tap(reply, level)
    return reply


HAPPY = ("Rất hài lòng",) * 6


def test_a_survey_goes_through_the_factors(recording) -> None:
    talk = open_talk(recording)
    talk.say(QUESTION)
    reply = taken(talk, *HAPPY)
    assert "góp ý thêm" in reply.text
    done = talk.say("phục vụ rất tốt", "give_feedback")
    assert "Đã ghi 6 mục đánh giá và ý kiến của bạn" in done.text
    given = ratings(recording)
    assert [rating.factor for rating in given] == [factor.id for factor in survey().factors]
    assert {(rating.score, rating.scale, rating.procedure_code) for rating in given} == {
        (3, 3, talk.state.procedure)
    }
    assert given[0].comment == "phục vụ rất tốt"
    assert requests(recording)[-1] == ("survey", "answered", None)


def test_numbers_and_names_of_levels_may_be_typed_while_awaited(recording) -> None:
    talk = open_talk(recording)
    talk.say("tôi muốn đánh giá", "give_feedback")
    talk.say("2", "inform")
    talk.say("Rất hài lòng", "give_feedback")
    assert "nhắn số từ 1" in talk.say("9", "inform").text
    assert [(rating.factor, rating.score) for rating in ratings(recording)] == [
        ("access", 2),
        ("reception", 3),
    ]


def test_factors_can_be_skipped_and_a_survey_left(recording) -> None:
    talk = open_talk(recording)
    taken(talk, "Bỏ qua mục này", "Hài lòng")
    assert "Đã ghi 1 mục" in talk.say("thôi").text
    assert [rating.factor for rating in ratings(recording)] == ["reception"]


def test_a_survey_without_a_score_says_that_nothing_was_recorded(recording) -> None:
    talk = open_talk(recording)
    last = taken(talk, *(("Bỏ qua mục này",) * 6))
    assert "không có gì được ghi" in talk.tap(last, "Kết thúc").text
    assert ratings(recording) == []


def test_an_earlier_tap_changes_its_factor_and_keeps_the_place(recording) -> None:
    talk = open_talk(recording)
    first = talk.say("tôi muốn đánh giá", "give_feedback")
    talk.tap(first, "Hài lòng")
    reply = talk.tap(first, "Không hài lòng")
    assert reply.text.startswith("2/6")
    assert [(rating.factor, rating.score) for rating in ratings(recording)] == [("access", 1)]


def test_a_second_survey_on_the_same_day_takes_the_place_of_the_first(recording) -> None:
    talk = open_talk(recording)
    talk.tap(taken(talk, *HAPPY), "Kết thúc")
    again = taken(talk, "Hài lòng")
    assert len(ratings(recording)) == 6
    assert ratings(recording)[0].score == 2
    assert "2/6" in again.text
    recording.moment = MONDAY + timedelta(days=2)
    taken(talk, "Hài lòng")
    assert len(ratings(recording)) == 7


def test_words_said_at_once_are_offered_at_the_end(recording) -> None:
    talk = open_talk(recording)
    reply = talk.say("nhân viên tiếp dân niềm nở lắm", "give_feedback")
    for _ in range(6):
        reply = talk.tap(reply, "Rất hài lòng")
    assert "niềm nở" in reply.text
    talk.tap(reply, "Ghi kèm")
    assert ratings(recording)[0].comment == "nhân viên tiếp dân niềm nở lắm"


def test_somebody_unhappy_is_offered_a_case_with_their_words(recording) -> None:
    talk = open_talk(recording)
    taken(talk, *("Không hài lòng",) * 6)
    unhappy = talk.say("chờ bốn tiếng không ai gọi", "give_feedback")
    shown = talk.tap(unhappy, "Gửi phản ánh")
    assert "chờ bốn tiếng" in shown.text
    talk.tap(shown, "Gửi")
    with recording.sessions() as session:
        (case,) = session.scalars(sa.select(CaseFile))
    assert (case.kind, case.rating_id) == ("low_rating", ratings(recording)[0].id)


def test_five_levels_are_a_setting(recording) -> None:
    recording.survey = survey(scale_size=5)
    talk = open_talk(recording)
    reply = talk.say("tôi muốn đánh giá", "give_feedback")
    assert titles(reply)[:5] == list(survey(scale_size=5).scale.levels)
    talk.tap(reply, "Bình thường")
    assert [(rating.score, rating.scale) for rating in ratings(recording)] == [(3, 5)]


def test_a_made_up_score_is_not_written(recording) -> None:
    talk = open_talk(recording)
    reply = talk.say("tôi muốn đánh giá", "give_feedback")
    made_up = payload_of(reply, "Hài lòng")
    for old, new in (('"value":"2"', '"value":"7"'), ("access", "weather"), ('"value":"2"', '"value":"two"')):
        talk.say(made_up.replace(old, new))
    assert ratings(recording) == []


def test_a_question_in_between_is_answered_and_the_survey_goes_on(recording) -> None:
    talk = open_talk(recording)
    taken(talk, "Hài lòng")
    between = talk.say(QUESTION)
    assert between.outcome is Outcome.ANSWERED
    assert "1/6" in between.text
    assert "2/6" in talk.tap(between, "Làm tiếp việc đang dở").text
    assert ("answer", "not_asked", "mid_talk") in requests(recording)


def test_without_a_database_it_says_that_nothing_is_recorded(services) -> None:
    reply = Talk(services).say("tôi muốn đánh giá", "give_feedback")
    assert "CHƯA" in reply.text
    assert reply.state == State()


def test_the_notice_of_first_contact_is_given_once(recording) -> None:
    talk = open_talk(recording)
    first = talk.say(QUESTION, message_id="once")
    assert "dữ liệu của tôi" in first.text
    assert "180 ngày" in first.text
    assert "dữ liệu của tôi" not in talk.say(NEXT).text
    talk.state = replace(talk.state, notice=None)
    assert "dữ liệu của tôi" not in talk.say("nộp ở đâu").text
    talk.state = State()
    assert talk.say(QUESTION, message_id="once").text == first.text
