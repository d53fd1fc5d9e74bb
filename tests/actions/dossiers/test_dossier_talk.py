"""Conversations about dossiers: every status, every detour, and nobody learns what is not his."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from actions.question import Facet, Question
from actions.reply import Outcome
from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.models import Dossier, DossierLookup, DossierSession
from knowledge.dossiers.records import RegisterRow
from knowledge.dossiers.register import store_rows
from knowledge.dossiers.statuses import Status, words_of
from tests.actions.dossier_talk import CHANNEL, Talk, titles
from tests.actions.dossiers.samples import POLICY, SAMPLES, SEALER, look_up, rows, sample


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: f"{int(one.row.status)}-{one.row.code.serial}")
def test_every_sample_is_told_with_what_it_means_and_what_to_do(talk, one):
    asked = talk.say("hồ sơ của tôi tới đâu rồi", "dossier_status")
    assert "mã hồ sơ" in asked.text
    asked = talk.say(one.code, "nlu_fallback")
    assert "4 SỐ CUỐI" in asked.text
    known = words_of(one.row.status)
    assert known.name not in asked.text

    told = talk.say(f"4 số cuối là {one.digits}", "inform")

    assert told.outcome is Outcome.DOSSIER
    assert f"Hồ sơ …-{one.row.code.serial}: {known.name}." in told.text
    assert known.meaning in told.text
    assert (known.to_do_post or known.to_do) in told.text or one.row.returned_via != "post"
    assert one.row.unit in told.text
    assert one.row.procedure_name in told.text
    assert one.code not in told.text
    assert one.digits not in told.text
    assert told.protected
    assert told.procedure == one.row.procedure_code
    if one.row.supplement_note:
        assert one.row.supplement_note in told.text
    if one.row.due_at and not one.row.finished_at:
        assert one.row.due_at.strftime("%d/%m/%Y") in told.text
    assert ("Báo tôi khi có thay đổi" in titles(told)) is not known.is_final


def test_lateness_is_admitted_with_a_way_to_complain(talk):
    late = next(
        one
        for one in SAMPLES
        if one.row.status is Status.IN_PROGRESS
        and one.row.due_at < datetime.now(timezone.utc) - timedelta(days=2)
    )
    told = look_up(talk, late)
    assert "ĐÃ QUÁ HẠN 7 ngày" in told.text
    assert "không phải lỗi của bạn" in told.text
    assert "chỉ cần chờ" not in told.text
    assert next(button.payload for button in told.buttons if button.title == "Gửi phản ánh") == "/complain"


def test_what_was_late_stays_late_after_it_is_done(talk):
    assert "TRỄ 7 ngày so với hẹn" in look_up(talk, sample(Status.DONE, 2)).text
    assert "sớm 3 ngày so với hẹn" in look_up(talk, sample(Status.DONE, 0)).text
    assert "đúng hẹn" in look_up(talk, sample(Status.DONE, 1)).text


def test_next_steps_lead_on(talk):
    told = look_up(talk, sample(Status.SUPPLEMENT))
    papers = talk.tap(told, "Giấy tờ của thủ tục")
    assert (papers.outcome, papers.procedure) == (Outcome.ANSWERED, "2.000648")
    assert "đang tra hồ sơ dở" not in papers.text
    assert "/give_feedback" in [button.payload for button in look_up(talk, sample(Status.RETURNED)).buttons]


def test_code_and_digits_in_one_message(talk):
    one = sample(Status.IN_PROGRESS)
    told = talk.say(f"tra hồ sơ {one.code} giúp em, 4 số cuối điện thoại {one.digits}", "dossier_status")
    assert "Đang xử lý" in told.text


@pytest.mark.parametrize(
    "said",
    ["{lower}", "{spaced}", "mã {code} ạ", "https://dvc.example.gov.vn/?ma={code}", "{code} sao rồi"],
)
def test_a_code_alone_starts_a_look_up_whatever_it_was_taken_for(talk, said):
    one = sample(Status.IN_PROGRESS)
    spaced = one.code.replace("-", " – ")
    asked = talk.say(said.format(code=one.code, lower=one.code.lower(), spaced=spaced), "ask_procedure")
    assert "4 SỐ CUỐI" in asked.text
    assert "Đang xử lý" in talk.say(one.digits).text


def test_the_end_alone_is_enough_with_the_digits(talk):
    one = sample(Status.IN_PROGRESS)
    assert "4 SỐ CUỐI" in talk.say(one.row.code.tail, "dossier_status").text
    assert "Đang xử lý" in talk.say(one.digits).text


def test_an_end_that_fits_several_needs_the_whole_code(talk, engine):
    twins = [
        RegisterRow(parse_code(f"H27.{unit}-261102-7777"), Status.RECEIVED, phone="4321") for unit in (12, 13)
    ]
    with engine.begin() as connection:
        store_rows(connection, twins, "one_stop", SEALER)
    talk.say("261102-7777", "dossier_status")
    told = talk.say("4321")
    assert "cả mã hồ sơ" in told.text
    talk.say("H27.13-261102-7777")
    assert "Được tiếp nhận" in talk.say("4321").text


def test_an_end_is_not_enough_for_remote_systems(make_talk, remote):
    talk = make_talk(remote)
    assert "cả mã hồ sơ" in talk.say("261102-0010", "dossier_status").text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("H27.12-230431-0001", "Ngày trong mã hồ sơ (230431) không có thật"),
        ("H27.12-990101-0001", "chưa tới"),
        ("H27.12-230412", "còn thiếu số thứ tự"),
        ("27.12-230412-0001", "Phần đầu của mã hồ sơ (27.12) chưa đúng"),
        ("2.000648", "2.000648 là mã thủ tục, không phải mã hồ sơ"),
        ("[số điện thoại]", "Bạn đừng gửi cả số điện thoại"),
        ("0001", "một phần của mã hồ sơ"),
    ],
)
def test_a_faulty_code_is_corrected_at_once(talk, said, words):
    talk.say("tra cứu hồ sơ", "dossier_status")
    told = talk.say(said, "nlu_fallback")
    assert words in told.text
    assert (talk.state.flow, talk.state.step) == ("dossier", "code")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("[số điện thoại]", "chỉ gửi 4 SỐ CUỐI"),
        ("cccd [số giấy tờ]", "chỉ gửi 4 SỐ CUỐI"),
        ("123", "bạn vừa gửi 3 số"),
        ("12345", "bạn vừa gửi 5 số"),
        ("tôi không nhớ số nào", "đã khai khi nộp hồ sơ"),
    ],
)
def test_faulty_digits_are_corrected_at_once(talk, said, words):
    talk.say(sample(Status.IN_PROGRESS).code, "dossier_status")
    assert words in talk.say(said, "nlu_fallback").text
    assert talk.state.step == "factor"


@pytest.mark.parametrize(
    "form",
    ["{0}", "số cuối: {0}", "sdt {0}", "duoi {0} a", "{1}", "là {0} nhé em", "dạ số điện thoại đuôi {0} nhé"],
)
def test_digits_in_the_forms_that_people_write(talk, form):
    one = sample(Status.IN_PROGRESS)
    talk.say(one.code, "dossier_status")
    assert "Đang xử lý" in talk.say(form.format(one.digits, " ".join(one.digits)), "out_of_scope").text


@pytest.mark.parametrize("said", ["phí năm 2025 của cây xăng bao nhiêu", "nghị định 98 năm 2020 quy định gì"])
def test_a_year_in_another_question_is_no_second_factor(talk, engine, said):
    talk.say(sample(Status.IN_PROGRESS).code, "dossier_status")
    talk.say(said, "ask_procedure")
    assert rows(engine, DossierLookup) == []
    assert talk.state.suspended


def test_who_lost_the_code_is_helped(talk):
    talk.say("tra cứu hồ sơ", "dossier_status")
    assert "giấy tiếp nhận và hẹn trả" in talk.say("tôi mất giấy hẹn rồi", "inform").text
    assert (
        "giấy tiếp nhận và hẹn trả"
        in Talk(talk.services).say("tôi quên mã hồ sơ thì tra thế nào", "dossier_status").text
    )


def test_not_there_and_wrong_digits_are_one_answer(talk):
    one = sample(Status.IN_PROGRESS)
    talk.say(one.code, "dossier_status")
    wrong = talk.say("0000")
    other = Talk(talk.services, key="b" * 64)
    other.say("H00.12-261102-9910", "dossier_status")
    missing = other.say("0000")
    assert wrong.text.replace("…-0010", "") == missing.text.replace("…-9910", "")
    assert wrong.buttons == missing.buttons
    assert (wrong.outcome, wrong.procedure, wrong.protected) == (
        missing.outcome,
        missing.procedure,
        missing.protected,
    )
    assert "tra tại" in wrong.text
    assert "Đang xử lý" in talk.say(one.digits).text  # the right digits may follow


def test_after_five_failures_even_the_right_digits_are_refused(talk, engine):
    one = sample(Status.IN_PROGRESS)
    talk.say(one.code, "dossier_status")
    for number in range(5):
        assert "chưa xác nhận" in talk.say(f"000{number}").text
    assert "tạm khóa" in talk.say(one.digits).text
    assert [row["result"] for row in rows(engine, DossierLookup)] == ["not_confirmed"] * 5 + ["locked"]


def test_a_dossier_guessed_at_by_many_is_locked_for_all(talk):
    one = sample(Status.IN_PROGRESS)
    for person in range(POLICY.failures_per_code):
        guesser = Talk(talk.services, key=f"{person:064x}")
        guesser.say(one.code, "dossier_status")
        assert "chưa xác nhận" in guesser.say("0000").text
    talk.say(one.row.code.tail, "dossier_status")  # the end alone counts as the same dossier
    assert "tạm khóa" in talk.say(one.digits).text


def test_many_look_ups_of_one_person_are_limited(talk):
    for one in SAMPLES[: POLICY.lookups_per_person]:
        assert f"…-{one.row.code.serial}: " in look_up(talk, one).text
    assert "nhiều hồ sơ" in look_up(talk, SAMPLES[-1]).text


def test_a_message_handed_over_again_counts_once_and_gets_the_same_answer(talk, engine):
    one = sample(Status.IN_PROGRESS)
    talk.say(one.code, "dossier_status", message_id="1")
    before = talk.state
    first = talk.say("0000", message_id="2")
    talk.state = before
    again = talk.say("0000", message_id="2")
    assert first == again
    assert len(rows(engine, DossierLookup)) == 1
    assert len(rows(engine, DossierSession)) == 1


def test_in_a_group_nothing_is_looked_up(make_talk, engine):
    talk = make_talk(group=True)
    one = sample(Status.IN_PROGRESS)
    told = talk.say(f"{one.code} {one.digits}", "dossier_status")
    assert "nhắn riêng" in told.text
    assert talk.state.flow is None
    assert rows(engine, DossierLookup) == []


def test_another_question_in_between_is_answered_and_the_talk_goes_on(talk):
    one = sample(Status.IN_PROGRESS)
    talk.say(one.code, "dossier_status")
    answered = talk.say("mở cây xăng phí bao nhiêu", "ask_procedure")
    assert answered.outcome is Outcome.ANSWERED
    assert "chờ 4 số cuối" in answered.text
    again = talk.tap(answered, "Làm tiếp việc đang dở")
    assert "4 SỐ CUỐI" in again.text
    assert "Đang xử lý" in talk.say(one.digits).text


@pytest.mark.parametrize("said", ["huỷ", "thôi", "bỏ qua"])
@pytest.mark.parametrize("with_code", [False, True])
def test_it_can_be_left(talk, said, with_code):
    talk.say(sample(Status.IN_PROGRESS).code if with_code else "tra cứu hồ sơ", "dossier_status")
    assert "đã dừng tra cứu" in talk.say(said, "deny").text
    assert (talk.state.flow, talk.state.data) == (None, {})


def test_who_begins_something_else_hears_that_the_first_is_left(talk):
    talk.say(sample(Status.IN_PROGRESS).code, "dossier_status")
    told = talk.say("tôi muốn phản ánh", "complain")
    assert told.text.startswith("Tôi đã dừng tra cứu hồ sơ.")


def test_a_facet_guessed_from_the_shape_does_not_turn_a_look_up_into_a_question_about_papers():
    guessed = Question("hồ sơ của tôi tới đâu rồi", "dossier_status", 0.9, facets=(Facet.DOCUMENTS,))
    assert not guessed.asks_for_papers
    assert replace(guessed, text="hồ sơ gồm những giấy tờ gì").asks_for_papers


def test_a_question_about_papers_is_no_look_up(talk):
    told = talk.say("hồ sơ mở cây xăng gồm giấy tờ gì", "dossier_status")
    assert (told.outcome, told.procedure) == (Outcome.ANSWERED, "2.000648")


def test_the_conversation_remembers_no_code_and_no_digits(talk, engine):
    one = sample(Status.IN_PROGRESS)
    talk.say(one.code, "dossier_status")
    talk.say("0000")
    talk.say(one.digits)
    remembered = str(talk.state.as_slot())
    kept = str([rows(engine, model) for model in (DossierSession, DossierLookup)])
    for secret in (one.code, one.row.code.tail, one.digits):
        assert secret not in remembered
        assert secret not in kept


def test_a_talk_of_yesterday_has_to_begin_anew(talk, engine):
    one = sample(Status.IN_PROGRESS)
    talk.say(one.code, "dossier_status")
    with engine.begin() as connection:
        connection.execute(sa.update(DossierSession).values(expires_at=datetime.now(timezone.utc)))
    assert "hết hạn" in talk.say(one.digits).text
    talk.services.dossiers.purge()
    assert rows(engine, DossierSession) == []


def test_late_buttons_of_an_old_message_do_no_harm(talk):
    told = look_up(talk, sample(Status.IN_PROGRESS))
    talk.state = type(talk.state)()
    assert "hết hạn" in talk.tap(told, "Báo tôi khi có thay đổi").text


def test_look_ups_are_noted_for_the_statistics(talk, engine):
    look_up(talk, sample(Status.IN_PROGRESS, 1))
    (row,) = rows(engine, DossierLookup)
    assert (row["channel"], row["result"], row["unit"], row["overdue"]) == (
        CHANNEL,
        "found",
        sample(Status.IN_PROGRESS, 1).row.unit,
        True,
    )


def test_without_a_desk_the_assistant_says_so(services):
    told = Talk(services).say("hồ sơ của tôi tới đâu rồi", "dossier_status")
    assert "chưa nối với hệ thống hồ sơ" in told.text


def test_the_register_is_asked_by_code_and_says_as_of_when(talk, engine):
    with engine.begin() as connection:
        connection.execute(sa.update(Dossier).values(status=9, supplement_note=None))
    assert "Nguồn: sổ hồ sơ của đơn vị" in look_up(talk, sample(Status.IN_PROGRESS)).text
