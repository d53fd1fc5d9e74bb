"""How long a paper can be used is said when it is asked; what an expired one needs stands first."""

from __future__ import annotations

import pytest

from actions.answers.expiry import validity_is_asked

UNKNOWN = "không ghi giấy này dùng được bao lâu"


@pytest.mark.parametrize(
    "words",
    [
        "giấy này xài được mấy năm",
        "giay dung dc may thang",
        "hiệu lực bao lâu",
        "C/O có giá trị mấy tháng",
        "bao giờ hết hạn",
        "có thời hạn không hay xài hoài",
    ],
)
def test_validity_is_asked(words):
    assert validity_is_asked(words)


@pytest.mark.parametrize("words", ["nhận được giấy gì", "hết hạn thì xin lại ở đâu", "hàng hóa gì", ""])
def test_validity_is_not_asked(words):
    assert not validity_is_asked(words)


def test_a_validity_that_is_not_published_is_said_to_be_unknown(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    assert UNKNOWN in conversation.say("giấy này xài được mấy năm").text
    assert UNKNOWN not in conversation.say("nhận được giấy gì").text


def test_a_validity_that_is_published_is_said(ask):
    text = ask("giấy sản xuất chai LPG xài được mấy năm").text
    assert "Giấy chứng nhận có thời hạn 10 năm kể từ ngày cấp mới." in text
    assert UNKNOWN not in text


def test_what_an_expired_paper_needs_stands_first(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    text = conversation.say("giấy hết hạn thì gia hạn sao, các bước thế nào").text
    _heading, first, *_ = text.split("\n\n")
    way = "lập hồ sơ như cấp mới (mã 2.000648)"
    assert way in first
    assert text.count(way) == 1


@pytest.mark.parametrize(
    "words", ["gia hạn cây xăng thế nào", "cây xăng giấy có giá trị bao lâu thì hết hạn"]
)
def test_of_an_expired_paper_nothing_is_said_when_nobody_asked(ask, words):
    reply = ask(words)
    assert "lập hồ sơ như cấp mới" not in reply.text.split("Các bước")[0]
