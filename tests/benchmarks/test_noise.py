"""Noise programs: deterministic, never empty, codes and digits untouched, and what each is for."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.evaluation.noise import Noise, add_noise, noise_data, telex_keys
from benchmarks.evaluation.questions import HELD_OUT, read_questions
from knowledge.text.codes import find_dossier_codes, find_procedure_codes
from knowledge.text.normalise import strip_marks
from knowledge.text.syllables import undo_keyboard

DEV = [question.text for question in read_questions(HELD_OUT.with_name("dev.jsonl"))]
CODES = ["2.000648", "1.005129.000.00.00.H22", "H27.12-230412-0001", "43/2017/NĐ-CP", "C/O", "30/11", "5MW"]

vietnamese = st.lists(
    st.one_of(
        st.sampled_from(sorted({word for text in DEV for word in text.split()})), st.sampled_from(CODES)
    ),
    min_size=1,
    max_size=12,
).map(" ".join)
texts = st.one_of(vietnamese, st.sampled_from(DEV), st.text(max_size=60))


@given(text=texts, noise=st.sampled_from(Noise), key=st.text(max_size=8))
def test_the_same_question_gets_the_same_noise(text: str, noise: Noise, key: str) -> None:
    assert add_noise(text, noise, key) == add_noise(text, noise, key)


@given(text=vietnamese, noise=st.sampled_from(Noise), key=st.text(max_size=8))
def test_noise_never_empties_a_question_nor_changes_digits_and_codes(
    text: str, noise: Noise, key: str
) -> None:
    noisy = add_noise(text, noise, key)

    assert noisy.strip()
    assert re.findall(r"\d+", noisy) == re.findall(r"\d+", text)
    for find in (find_procedure_codes, find_dossier_codes):
        assert [span.code for span in find(noisy)] == [span.code for span in find(text)]
    touched = {noise.UNMARKED: strip_marks, noise.MIXED: strip_marks}.get(noise, str)
    for code in CODES:
        assert text.split().count(code) <= sum(token in {code, touched(code)} for token in noisy.split())


@given(text=texts, noise=st.sampled_from(Noise), key=st.text(max_size=8))
def test_noise_is_composed_text(text: str, noise: Noise, key: str) -> None:
    noisy = add_noise(text, noise, key)

    assert noisy == unicodedata.normalize("NFC", noisy)


@pytest.mark.parametrize(("noise", "least"), [(Noise.UNMARKED, 1), (Noise.TYPOS, 1), (Noise.TELEX, 0.99),
                                              (Noise.SHORTHAND, 0.9), (Noise.MIXED, 0.99)])  # fmt: skip
def test_nearly_every_real_question_is_changed(noise: Noise, least: float) -> None:
    changed = [add_noise(text, noise, f"q{place}") != text for place, text in enumerate(DEV)]

    assert sum(changed) >= least * len(DEV)


def test_clean_leaves_the_question_as_it_is() -> None:
    assert all(add_noise(text, Noise.CLEAN, "x") == unicodedata.normalize("NFC", text) for text in DEV)


def test_typing_errors_are_one_or_two_and_in_content_words() -> None:
    for place, text in enumerate(DEV):
        before, after = text.split(), add_noise(text, Noise.TYPOS, f"q{place}").split()
        changed = [old for old, new in zip(before, after, strict=True) if old != new]
        assert 1 <= len(changed) <= 2, text
        assert not {word.strip(",.?!").lower() for word in changed} & noise_data().function_words, text


def test_different_questions_get_different_noise() -> None:
    assert len({add_noise(DEV[0], Noise.TYPOS, f"q{number}") for number in range(40)}) > 10


def test_a_third_of_the_marked_words_is_spelled_in_telex() -> None:
    words = changed = 0
    for place, text in enumerate(DEV):
        before, after = text.split(), add_noise(text, Noise.TELEX, f"q{place}").split()
        words += sum(strip_marks(word) != word for word in before)
        changed += sum(old != new for old, new in zip(before, after, strict=True))

    assert 0.28 < changed / words < 0.38


@pytest.mark.parametrize(
    ("word", "spellings"),
    [
        ("giấy", {"giaays", "giaasy", "giayas"}),
        ("được", {"dduwowcj", "dduowcj", "dduowjc", "duocdwj", "dduwowjc"}),
        ("Đăng", {"Ddawng", "Dangdw"}),
        ("phép", {"pheps", "phesp"}),
        ("xăng", {"xawng", "xangw"}),
        ("cay", {"cay"}),
    ],
)
def test_telex_spellings(word: str, spellings: set[str]) -> None:
    assert {telex_keys(word, random.Random(number)) for number in range(30)} <= spellings


def test_telex_spellings_can_be_undone_by_a_keyboard() -> None:
    """Telex itself turns what we spell back into the word; our normaliser knows how Telex works."""
    for word in ("giấy", "phép", "đăng", "thuốc", "rượu", "nước", "điện"):
        undone = {undo_keyboard(telex_keys(word, random.Random(number))) for number in range(30)}
        assert word in undone


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("giấy chứng nhận", set(noise_data().shorthand[("giấy", "chứng", "nhận")])),
        ("không", set(noise_data().shorthand[("không",)])),
        ("giấy, chứng nhận", {f"giấy, {form}" for form in noise_data().shorthand[("chứng", "nhận")]}),
    ],
)
def test_the_longest_phrase_is_shortened_and_none_across_a_comma(text: str, forms: set[str]) -> None:
    assert {add_noise(text, Noise.SHORTHAND, str(number)) for number in range(30)} == forms


def test_the_table_of_shorthand_is_sound() -> None:
    for phrase, forms in noise_data().shorthand.items():
        assert forms, phrase
        for form in forms:
            assert form != " ".join(phrase), phrase
            assert not any(char.isdigit() for char in form), phrase


def test_wrong_tones_stay_possible() -> None:
    """No tone but acute and dot below stands on a syllable that ends in p, t, c or ch."""
    for number in range(300):
        word = add_noise("nghiệp", Noise.TYPOS, str(number))
        if strip_marks(word) == "nghiep":
            assert word in {"nghiêp", "nghiếp"}
