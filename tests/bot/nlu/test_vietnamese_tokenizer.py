from __future__ import annotations

import builtins
import logging
import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.segmentation import SyllableSegmenter, UndertheseaSegmenter, open_segmenter
from bot.nlu.tokenizer import VietnameseTokenizer


def tokens_of(text: str, *, word_segmentation: bool = True) -> list[Token]:
    config = {**VietnameseTokenizer.get_default_config(), "word_segmentation": word_segmentation}
    return VietnameseTokenizer(config).tokenize(Message({"text": text}), "text")


def lemmas(text: str, **options: Any) -> list[str]:
    return [token.lemma for token in tokens_of(text, **options)]


def test_syllables_of_one_word_are_one_token() -> None:
    tokens = tokens_of("muốn KINH DOANH xăng dầu")

    assert [token.text for token in tokens] == ["muốn", "KINH DOANH", "xăng dầu"]
    assert [token.lemma for token in tokens] == ["muốn", "kinh_doanh", "xăng_dầu"]


def test_without_segmentation_syllables_are_words() -> None:
    assert lemmas("kinh doanh xăng dầu", word_segmentation=False) == ["kinh", "doanh", "xăng", "dầu"]


def test_an_abbreviation_is_one_token_with_all_its_syllables() -> None:
    tokens = tokens_of("giấy attp", word_segmentation=False)

    assert (tokens[1].text, tokens[1].lemma) == ("attp", "an_toàn_thực_phẩm")


@pytest.mark.parametrize(
    ("text", "code", "lemma"),
    [
        ("thủ tục 2.000648 phí", "2.000648", "2.000648"),
        ("mã 2,000648?", "2,000648", "2.000648"),
        ("hồ sơ H27.12-230412-0001 tới đâu", "H27.12-230412-0001", "h27.12-230412-0001"),
        ("hồ sơ 000.00.12.h27-230412-0001", "000.00.12.h27-230412-0001", "000.00.12.h27-230412-0001"),
        ("mã H27.12\u2013230412\u20130001 ạ", "H27.12\u2013230412\u20130001", "h27.12-230412-0001"),
    ],
)
def test_codes_stay_in_one_piece(text: str, code: str, lemma: str) -> None:
    found = [token for token in tokens_of(text) if token.lemma == lemma]

    assert [token.text for token in found] == [code]
    assert all(text[token.start : token.end] == token.text for token in tokens_of(text))


def test_text_without_words_has_no_tokens() -> None:
    assert tokens_of("") == []
    assert tokens_of("😀 !!! …") == []


def test_decomposed_and_composed_text_give_the_same_words() -> None:
    text = "hồ sơ mở cửa hàng xăng dầu"
    decomposed = unicodedata.normalize("NFD", text)

    assert lemmas(decomposed) == lemmas(text)
    assert all(decomposed[token.start : token.end] == token.text for token in tokens_of(decomposed))


TYPED = st.lists(
    st.sampled_from(
        [
            "giấy",
            "tờ",
            "xăng",
            "dầu",
            "attp",
            "ko",
            "2.000648",
            "H27.12-230412-0001",
            "nộp",
            "?",
            ",",
            "  ",
            "\n",
            "ở",
            "đâu",
            "hoso",
            "giaays",
            "C/O",
            "form",
            "D",
            "😀",
            "15/2018/NĐ-CP",
            "\u200b",
            "e\u0301",
            "10.000",
        ]
    ),
    max_size=12,
).map(" ".join)


@given(st.one_of(TYPED, st.text(max_size=80)))
def test_tokens_are_pieces_of_the_text_in_order(text: str) -> None:
    tokens = tokens_of(text)

    assert all(text[token.start : token.end] == token.text and token.text for token in tokens)
    assert all(first.end <= second.start for first, second in pairwise(tokens))


@given(TYPED)
def test_no_letter_is_lost(text: str) -> None:
    covered = {place for token in tokens_of(text) for place in range(token.start, token.end)}

    assert all(place in covered for place, char in enumerate(text) if char.isalpha())


def test_an_underthesea_that_does_not_load_costs_words_but_no_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real_import = builtins.__import__

    def without_underthesea(name: str, *arguments: Any, **options: Any) -> Any:
        if name.startswith("underthesea"):
            raise ImportError("no underthesea here")
        return real_import(name, *arguments, **options)

    open_segmenter.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without_underthesea)
    with caplog.at_level(logging.WARNING):
        segmenter = open_segmenter(use_underthesea=True)
    monkeypatch.undo()
    open_segmenter.cache_clear()

    assert isinstance(segmenter, SyllableSegmenter)
    assert "no underthesea here" in caplog.text
    assert isinstance(open_segmenter(use_underthesea=True), UndertheseaSegmenter)
