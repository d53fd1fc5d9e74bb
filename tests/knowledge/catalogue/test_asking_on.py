"""What only asks on, and what names a subject of its own."""

from __future__ import annotations

import pytest

from knowledge.catalogue.asking_on import AskingOn, asks_on, parts, read_words
from knowledge.catalogue.other_agencies import may_be_of_a_dossier, who_instead


@pytest.mark.parametrize("text", ["bên nào ký", "ben nao ky", "tiền nong sao", "mấy bữa thì có"])
def test_what_names_nothing_asks_on(text):
    assert asks_on(text) > 0.8


@pytest.mark.parametrize("text", ["mở cây xăng cần giấy tờ gì", "xin c/o mẫu a", "mở quán karaoke", ""])
def test_what_names_a_subject_does_not(text):
    assert asks_on(text) < 0.5


def test_a_word_that_nobody_asks_on_with_is_a_new_subject():
    fitted = AskingOn(2.0, {"xin": 0.5, "ai": 0.5, "ca": 0.5, "nhac": 0.5}, frozenset({"nhắc"}))
    assert fitted.likelihood(["xin", "ai"]) > 0.8
    assert fitted.likelihood(["xin", "visa"]) == 0
    assert fitted.likelihood(["nhac"]) > 0.8
    assert fitted.likelihood(["nhắc"]) > 0.8
    assert fitted.likelihood(["nhạc"]) == 0


def test_words_keep_their_marks_and_parts_do_not():
    assert read_words("Bên nào KÝ?") == ["bên", "nào", "ký"]
    assert parts(["bên", "nào"]) == {"ben", "nao", "ben nao"}


@pytest.mark.parametrize(
    ("text", "may_be"), [("có cần sao y không", True), ("làm hộ chiếu", False), ("mở cây xăng", False)]
)
def test_some_business_of_others_is_said_of_any_dossier(text, may_be):
    assert may_be_of_a_dossier(text) is may_be
    assert not may_be or who_instead(text)
