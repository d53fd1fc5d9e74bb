"""How long a paper can be used is said when it is asked, and said to be unknown where it is."""

from __future__ import annotations

import pytest

from actions.answers.validity import is_asked

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
    assert is_asked(words)


@pytest.mark.parametrize("words", ["nhận được giấy gì", "hết hạn thì xin lại ở đâu", "hàng hóa gì", ""])
def test_validity_is_not_asked(words):
    assert not is_asked(words)


def test_a_validity_that_is_not_published_is_said_to_be_unknown(conversation):
    conversation.say("mở cây xăng cần giấy tờ gì")
    assert UNKNOWN in conversation.say("giấy này xài được mấy năm").text
    assert UNKNOWN not in conversation.say("nhận được giấy gì").text


def test_a_validity_that_is_published_is_said(ask):
    text = ask("giấy sản xuất chai LPG xài được mấy năm").text
    assert "Giấy chứng nhận có thời hạn 10 năm kể từ ngày cấp mới." in text
    assert UNKNOWN not in text
