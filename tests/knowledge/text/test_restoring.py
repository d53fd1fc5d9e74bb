"""Marks left out come back where the sentence makes them certain, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.normalise import fold, strip_marks
from knowledge.text.restoring import Restorer, load_restorer
from knowledge.text.spelling import make_vocabulary
from knowledge.text.terms import analyse


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ban thuoc la", "bán thuốc lá"),
        ("ban hang da cap", "bán hàng đa cấp"),
        ("dau tu dien mat troi mai nha", "đầu tư điện mặt trời mái nhà"),
        ("lam dai ly xang can giay to gi", "làm đại lý xăng cần giấy tờ gì"),
        ("giay phep bi mat thi xin cap lai o dau", "giấy phép bị mất thì xin cấp lại ở đâu"),
    ],
)
def test_a_sentence_without_marks_reads_as_it_is_meant(typed, meant):
    assert [term.norm for term in analyse(typed)] == meant.split()


def test_a_word_corrected_in_a_text_with_marks_gets_its_marks():
    assert "chức" in [term.norm for term in analyse("tổ chwsc hội chợ thương mại ở đâu")]


def test_bare_words_of_a_text_with_marks_stay_as_typed():
    assert analyse("ban quản lý chợ có phải xin phép")[0].norm == "ban"


def test_a_word_that_may_be_several_stays_open():
    readings = make_vocabulary({"bán": 10, "bàn": 10, "ghế": 5}, {})
    assert Restorer(readings).restore(["ban"]) == [None]


def test_the_word_before_decides():
    readings = make_vocabulary({"bán": 10, "bàn": 10, "thuốc": 9, "thuộc": 9}, {("bán", "thuốc"): 8})
    assert Restorer(readings).restore(["ban", "thuoc"]) == ["bán", "thuốc"]


@given(st.lists(st.sampled_from(["giay", "phép", "ban", "zalo", "x", "2", "thuoc", "mất"]), max_size=12))
def test_only_marks_are_ever_added(words):
    restored = load_restorer().restore(words)
    assert len(restored) == len(words)
    for word, found in zip(words, restored, strict=True):
        assert found is None or (strip_marks(found) == word and fold(found) == word)
