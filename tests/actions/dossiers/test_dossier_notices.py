"""Who asks to be told is told, and nobody else: of changes, and of a system that answers again."""

from __future__ import annotations

import pytest

from knowledge.dossiers.connectors.base import ForbiddenError, RemoteError
from knowledge.dossiers.models import DossierWatch
from knowledge.dossiers.statuses import Status
from tests.actions.dossiers.samples import look_up, rows, sample


def test_a_system_that_does_not_answer_is_admitted_and_tells_later(make_talk, remote, engine):
    talk = make_talk(remote)
    one = sample(Status.IN_PROGRESS)
    remote.error = RemoteError("down")
    talk.say(one.code, "dossier_status")
    told = talk.say(one.digits)
    assert "không trả lời" in told.text
    assert "Đang xử lý" not in told.text
    assert "không trả lời" in talk.tap(told, "Thử lại").text
    assert "khi hệ thống trả lời" in talk.tap(told, "Báo tôi khi hệ thống trả lời").text
    assert rows(engine, DossierWatch)[0]["seen"] is None
    remote.error = None
    assert "Đang xử lý" in talk.say("thử lại", "affirm").text


def test_a_system_that_refuses_us_is_admitted(make_talk, remote):
    talk = make_talk(remote)
    remote.error = ForbiddenError("no")
    talk.say(sample(Status.IN_PROGRESS).code, "dossier_status")
    assert "không cho phép trợ lý" in talk.say("0000").text


@pytest.mark.parametrize("typed", [False, True])
def test_notices_are_asked_for_once_and_ended(talk, engine, typed):
    told = look_up(talk, sample(Status.IN_PROGRESS))
    words = "báo tôi khi có thay đổi nhé"
    on = talk.say(words, "dossier_status") if typed else talk.tap(told, "Báo tôi khi có thay đổi")
    assert "Tôi sẽ báo" in on.text
    assert "đang theo dõi" in talk.say(words, "dossier_status").text
    assert len(rows(engine, DossierWatch)) == 1
    assert "ngừng theo dõi 1 hồ sơ" in talk.say("ngừng theo dõi", "cancel").text
    assert "không nhờ tôi theo dõi" in talk.say("ngừng theo dõi", "dossier_status").text
    assert [row["end_reason"] for row in rows(engine, DossierWatch)] == ["asked"]


@pytest.mark.parametrize(
    "said",
    [
        "nhận kết quả ở đâu",
        "bao lâu có kết quả",
        "bao nhiêu ngày thì có kết quả vậy",
        "nộp bổ sung hồ sơ ở đâu",
        "theo dõi hồ sơ bằng cách nào",
        "báo cho tôi biết phí bao nhiêu",
        "mất thông báo nộp hồ sơ thì sao",
    ],
)
def test_a_question_about_the_dossier_shown_asks_for_no_notices(talk, engine, said):
    look_up(talk, sample(Status.IN_PROGRESS))
    talk.say(said, "ask_procedure")
    assert rows(engine, DossierWatch) == []


@pytest.mark.parametrize(
    "said",
    [
        "báo tôi khi có thay đổi",
        "khi nào có kết quả thì báo em nhé",
        "co gi moi thi bao minh voi",
        "thông báo cho tôi khi xong",
        "theo dõi hồ sơ này giúp tôi",
        "nhắn tin cho chị khi hồ sơ xong",
        "nhận thông báo",
        "đăng ký nhận tin báo",
        "bao khi co ket qua",
    ],
)
def test_notices_are_asked_for_in_many_words(talk, engine, said):
    look_up(talk, sample(Status.IN_PROGRESS))
    assert "Tôi sẽ báo" in talk.say(said, "ask_procedure").text
    assert len(rows(engine, DossierWatch)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "ngừng theo dõi",
        "thôi đừng báo nữa",
        "dung thong bao nua nhe",
        "tôi không cần báo nữa",
        "hủy theo dõi hồ sơ giúp tôi",
        "tắt thông báo đi",
        "dừng báo",
    ],
)
@pytest.mark.parametrize("intent", ["cancel", "nlu_fallback", "ask_procedure"])
def test_notices_end_on_request_whatever_was_talked_of_since(talk, engine, said, intent):
    talk.tap(look_up(talk, sample(Status.IN_PROGRESS)), "Báo tôi khi có thay đổi")
    talk.state = type(talk.state)()  # a week later, in the middle of something else
    assert "ngừng theo dõi 1 hồ sơ" in talk.say(said, intent).text


@pytest.mark.parametrize(
    "said", ["sản xuất rượu dùng bao bì gì", "hủy báo cáo bán hàng", "sở không thông báo gì"]
)
def test_other_words_end_no_notices(talk, engine, said):
    talk.tap(look_up(talk, sample(Status.IN_PROGRESS)), "Báo tôi khi có thay đổi")
    talk.say(said, "ask_procedure")
    assert [row["ended_at"] for row in rows(engine, DossierWatch)] == [None]


def test_who_asks_for_notices_out_of_the_blue_is_asked_which_dossier(talk):
    assert "mã hồ sơ" in talk.say("báo tôi khi hồ sơ có thay đổi", "ask_procedure").text
    assert talk.say("báo cho tôi biết hồ sơ mở cây xăng", "ask_procedure").procedure == "2.000648"


@pytest.mark.parametrize("said", ["hồ sơ này ai xử lý", "hồ sơ đó bao giờ xong", "hồ sơ vừa rồi sao rồi"])
def test_the_dossier_just_shown_is_told_again(talk, said):
    one = sample(Status.IN_PROGRESS)
    look_up(talk, one)
    again = talk.say(said, "dossier_status")
    assert one.row.unit in again.text
    assert again.protected
    assert "mã hồ sơ ghi trên giấy hẹn" in talk.say("tra hồ sơ khác", "dossier_status").text
