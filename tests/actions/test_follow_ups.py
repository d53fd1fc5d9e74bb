"""A second message in everyday words: it stays with the procedure in talk unless it names something else."""

from __future__ import annotations

import pytest

from actions.reply import Outcome

PROMOTION, PETROL, FOOD, OFFICE, RICE = "2.000004", "2.000648", "2.000591", "2.000063", "1.000299"
OPENINGS = {
    PROMOTION: "khuyến mại bốc thăm trong tỉnh cần giấy gì",
    PETROL: "mở cây xăng cần giấy tờ gì",
    FOOD: "giấy an toàn thực phẩm cho cơ sở sản xuất bánh kẹo cần gì",
    OFFICE: "mở văn phòng đại diện công ty nước ngoài cần hồ sơ gì",
    RICE: "kinh doanh xuất khẩu gạo cần giấy gì",
}


@pytest.mark.parametrize(
    ("about", "then"),
    [
        (PROMOTION, "sang nop chieu co chua"),
        (PETROL, "co phai nop ly lich giam doc khong"),
        (FOOD, "tiền nong sao"),
        (OFFICE, "bên nào ký"),
        (FOOD, "cần bản chính hay photo"),
        (PETROL, "có cần bản vẽ mặt bằng không"),
        (PROMOTION, "kế toán đi nộp thay sếp được không"),
        (RICE, "nộp xong sở có xuống kiểm tra kho không"),
    ],
)
def test_words_that_only_ask_on_stay_with_the_procedure_in_talk(conversation, about, then):
    assert conversation.say(OPENINGS[about]).procedure == about
    assert conversation.say(then).procedure == about


@pytest.mark.parametrize(
    ("about", "then", "code"),
    [
        (PROMOTION, "c/o mẫu a cần gì", "1.000490"),
        (PETROL, "xin co form D luôn thì nộp đâu", "1.000665"),
        (PROMOTION, "đổi ngày bốc thăm thì sửa thế nào", "2.000002"),
        (PETROL, "đổi tên chủ thì làm lại hay sao", "2.000645"),
    ],
)
def test_words_that_name_another_procedure_leave_at_once(conversation, about, then, code):
    conversation.say(OPENINGS[about])
    assert conversation.say(then).procedure == code


@pytest.mark.parametrize(
    ("about", "then"),
    [
        (PETROL, "nuôi heo có phải xin ko"),
        (PETROL, "PCCC thì xin bên nào ký"),
        (FOOD, "thế còn xin visa thì sao"),
        (FOOD, "ly hon can giay gi"),
        (PROMOTION, "đào giếng khoan có phải xin không"),
        (OFFICE, "nộp thuế môn bài bao nhiêu"),
    ],
)
def test_business_of_others_is_not_answered_with_the_procedure_in_talk(conversation, about, then):
    conversation.say(OPENINGS[about])
    reply = conversation.say(then)
    assert reply.outcome is Outcome.OUT_OF_SCOPE
    assert reply.procedure is None


@pytest.mark.parametrize("then", ["có cần sao y không", "chuyển phát nhanh được không"])
def test_what_is_said_of_any_dossier_is_no_business_of_others_while_one_is_in_talk(conversation, then):
    conversation.say(OPENINGS[PETROL])
    assert conversation.say(then).procedure == PETROL


def test_business_of_others_without_a_telling_word_is_refused_too(conversation):
    conversation.say(OPENINGS[OFFICE])
    assert conversation.say("mo cong ty tnhh mat bao nhieu").outcome is Outcome.OUT_OF_SCOPE


def test_what_only_asks_is_asked_back_where_nothing_was_talked_of(ask):
    reply = ask("bên nào ký")
    assert (reply.outcome, reply.procedure) == (Outcome.CLARIFY, None)


def test_what_only_asks_keeps_what_was_offered(conversation):
    offered = conversation.say("phí bán hàng đa cấp")
    again = conversation.say("cần bản chính hay photo")
    assert (again.outcome, again.candidates) == (Outcome.CLARIFY, offered.candidates)


@pytest.mark.parametrize(
    "then", ["bếp phải lát gạch không", "tài xế phải có thẻ gì", "văn phòng đặt ở chung cư được không"]
)
def test_a_detail_that_is_not_understood_leads_back_with_one_tap(conversation, then):
    talk = conversation.say("giấy an toàn thực phẩm cho cơ sở sản xuất bánh kẹo cần gì")
    reply = conversation.say(then)
    assert talk.procedure == "2.000591"
    assert '"procedure_code":"2.000591"' in reply.buttons[0].payload


def test_others_business_leads_nowhere_back(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    assert conversation.say("làm hộ chiếu ở đâu").buttons == ()


def test_whose_fee_is_asked_in_one_go_stays_with_the_procedure_in_talk(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    reply = conversation.say("doanh nghiệp, 3 cửa hàng ở nông thôn phí bao nhiêu")
    assert reply.procedure == "2.000648"
    assert "900.000" in reply.text


def test_a_fee_that_names_another_procedure_leaves(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    reply = conversation.say("doanh nghiệp xin giấy an toàn thực phẩm cơ sở sản xuất bánh kẹo phí bao nhiêu")
    assert reply.procedure == "2.000591"
