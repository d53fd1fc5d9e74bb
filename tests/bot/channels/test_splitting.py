"""Texts are cut where people would cut them; nothing but white space is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.splitting import split_text, utf16_length

LIMITS = st.integers(4, 80)
TEXTS = st.text(st.sampled_from("aăâđơ \n.!?;😀ê"), max_size=400)


@pytest.mark.parametrize("length", [len, utf16_length])
@given(TEXTS, LIMITS)
def test_every_piece_fits_and_only_white_space_is_lost(length, text, limit):
    pieces = split_text(text, limit, length)
    assert all(piece and piece == piece.strip() and length(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_a_text_that_fits_stays_as_it_is():
    assert split_text("Hai đoạn.\n\nNhư vậy.", 100) == ["Hai đoạn.\n\nNhư vậy."]
    assert split_text(" \n ", 100) == []


def test_the_best_place_is_the_end_of_a_paragraph_then_of_a_line_then_of_a_sentence():
    assert split_text("Đoạn một.\n\nĐoạn hai dài hơn.", 22) == ["Đoạn một.", "Đoạn hai dài hơn."]
    assert split_text("1. Đơn đề nghị\n2. Bản sao hợp đồng", 20) == ["1. Đơn đề nghị", "2. Bản sao hợp đồng"]
    assert split_text("Câu một ngắn. Câu hai cũng ngắn.", 20) == ["Câu một ngắn.", "Câu hai cũng ngắn."]
    assert split_text("từng từ một thôi nhé", 8) == ["từng từ", "một thôi", "nhé"]


def test_emoji_count_as_telegram_counts_them():
    assert utf16_length("a😀") == 3
    assert split_text("😀😀😀", 4, utf16_length) == ["😀😀", "😀"]
