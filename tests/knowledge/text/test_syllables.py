"""Syllable shapes, and what Telex and VNI keystrokes spell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.syllables import is_syllable, undo_keyboard


@pytest.mark.parametrize(
    "word", ["giấy", "phép", "xăng", "nghiêng", "quyết", "thuở", "xuân", "uỷ", "khuỷu", "giá"]
)
def test_real_syllables_are_recognised(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["giaays", "gas", "form", "xnag", "axit", "hoso", "website"])
def test_other_words_are_not(word):
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("giaays", "giấy"),
        ("towf", "tờ"),
        ("mowr", "mở"),
        ("xawng", "xăng"),
        ("daauf", "dầu"),
        ("phis", "phí"),
        ("nguwowif", "người"),
        ("dduowcj", "được"),
        ("thur", "thủ"),
        ("tucj", "tục"),
        ("kieejn", "kiện"),
        ("gia61y", "giấy"),
        ("d9ie62u", "điều"),
        ("to72", "tờ"),
    ],
)
def test_keyboard_leftovers_are_undone(keys, word):
    assert undo_keyboard(keys) == word


@given(st.text(max_size=15))
def test_undoing_never_fails_and_gives_syllables(word):
    restored = undo_keyboard(word)
    assert restored is None or is_syllable(restored)
