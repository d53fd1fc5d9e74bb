"""What people ask a department of industry and trade that is no procedure is never answered as one."""

from __future__ import annotations

import pytest

from actions.reply import Outcome
from knowledge.catalogue.matters import find_matter, load_matters
from knowledge.catalogue.shipped import load_shipped


@pytest.mark.parametrize(
    ("words", "matter"),
    [
        ("giá xăng hôm nay bao nhiêu", "fuel_price"),
        ("gia xang hom nay bn", "fuel_price"),
        ("cup dien hoai goi ai", "power_supply"),
        ("mat dien hoai goi ai", "power_supply"),
        ("cay xang ban thieu", "market_fraud"),
        ("muc phat ban hang khong ro nguon goc", "penalty"),
        ("e muon ban hang qua shopee co phai dang ky gi ko", "selling_on_platforms"),
        ("ban tren facebook thi sao", "selling_on_platforms"),
        ("mo quan pho can giay gi", "catering"),
        ("ban bun dau truoc nha co can giay to gi ko", "catering"),
        ("sở có tuyển dụng không", "recruitment"),
    ],
)
def test_no_procedure_is_answered(ask, words, matter):
    reply = ask(words)
    said = load_matters()[matter].say.split("{")[0]
    assert reply.text.startswith(said)
    assert (reply.outcome, reply.procedure) == (Outcome.OUT_OF_SCOPE, None)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("phí mở cây xăng bao nhiêu", "2.000648"),
        ("thu tiền điện của từng nhà có phải xin giấy phép bán lẻ điện không", "1.013416"),
        ("quán nhậu bán rượu có cần giấy phép không", "2.000620"),
        ("nhà hàng tổ chức bốc số may mắn tặng voucher trong tỉnh", "2.000004"),
        ("lần đầu bán cà phê qua Israel xin xuất xứ gồm gì", "1.014119"),
    ],
)
def test_a_procedure_that_shares_words_is(ask, words, code):
    reply = ask(words)
    assert code in {reply.procedure, *reply.candidates}


def test_a_penalty_is_no_fee_and_the_talk_goes_on(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    penalty = conversation.say("không có giấy thì phạt bao nhiêu")
    assert "600.000" not in penalty.text
    assert conversation.say("còn phí thì sao").procedure == "2.000648"


def test_a_fraud_can_be_reported(ask):
    report, *offered = ask("cây xăng bơm thiếu").buttons
    assert report.payload.startswith("/complain")
    assert ['"procedure_code":"2.000648"' in button.payload for button in offered] == [True]


def test_procedures_named_beside_matters_exist():
    known = {procedure.code for procedure in load_shipped()}
    for matter in load_matters().values():
        assert {*matter.procedures, *matter.instead_of} <= known


def test_no_amount_or_number_to_call_is_in_the_data():
    assert not [matter.id for matter in load_matters().values() if any(c.isdigit() for c in matter.say)]


@pytest.mark.parametrize("words", ["mất điện thoại nên không có ảnh hồ sơ", "nhập khẩu đồng hồ điện tử", ""])
def test_words_that_begin_alike_are_none(words):
    assert find_matter(words) is None


def test_the_longest_phrase_decides():
    found = find_matter("quán ăn xin giấy an toàn thực phẩm, không xin thì mức phạt thế nào")
    assert found is not None
    assert found.id == "catering"
