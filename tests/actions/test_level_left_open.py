"""A question that does not say whether the province's or the ministry's procedure is meant."""

from __future__ import annotations

import pytest

from actions.reply import Outcome

PROVINCE, MINISTRY = "2.000004", "2.000138"


@pytest.mark.parametrize(
    "text", ["khuyến mại bốc thăm cần giấy gì", "cty em muon khuyen mai boc tham, xin giay phep o dau?"]
)
def test_both_are_offered(ask, text):
    reply = ask(text)
    assert reply.outcome is Outcome.CLARIFY
    assert {PROVINCE, MINISTRY} <= {*reply.candidates}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("khuyến mại bốc thăm trong tỉnh cần giấy gì", PROVINCE),
        ("khuyến mại bốc thăm trên toàn quốc cần giấy gì", MINISTRY),
        ("khuyến mại may rủi từ 2 tỉnh trở lên nộp ở đâu", MINISTRY),
    ],
)
def test_who_says_where_is_answered(ask, text, code):
    assert ask(text).procedure == code
