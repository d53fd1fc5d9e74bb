"""One normal form: the same sentence in any encoding, spelling of tones, or without marks is the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.normalise import clean, fold, has_marks, normalise, strip_marks

VIETNAMESE = st.text(
    alphabet="aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ "
)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("HOÀ", "hòa"),
        ("thuỷ  điện", "thủy điện"),
        ("Thuý", "thúy"),
        ("quý", "quý"),
        ("hoàn", "hoàn"),
        ("khuỷu", "khuỷu"),
        ("giấy\u00a0phép\u200b", "giấy phép"),
        ("H27.12–230412—0001", "h27.12-230412-0001"),
    ],
)
def test_normal_form(typed, normal):
    assert normalise(typed) == normal


def test_folding_drops_all_marks():
    assert fold("Đường Hoà Bình, giấy phép xăng dầu") == "duong hoa binh, giay phep xang dau"


def test_lone_surrogates_do_not_break_cleaning():
    assert clean("a\ud800b") == "ab"


@given(VIETNAMESE)
def test_decomposed_text_is_the_same(text):
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)


@given(st.text())
def test_normal_form_is_stable(text):
    once = normalise(text)
    assert normalise(once) == once


@given(VIETNAMESE)
def test_folded_text_has_no_marks_and_keeps_its_length(text):
    folded = fold(text)
    assert not has_marks(folded)
    assert folded.isascii()
    assert len(folded) == len(normalise(text))


@given(st.text())
def test_stripping_twice_changes_nothing(text):
    assert strip_marks(strip_marks(text)) == strip_marks(text)
