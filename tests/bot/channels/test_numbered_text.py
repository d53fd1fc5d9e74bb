"""Buttons as lines of text."""

from __future__ import annotations

from bot.channels.numbered import numbered_lines, numbered_text

FEE = {"title": "Lệ phí", "payload": "/fee"}
PAPERS = {"title": "Giấy tờ", "payload": "/papers"}


def test_buttons_become_numbered_lines_with_the_word_how_to_choose() -> None:
    text = numbered_text("Bạn hỏi gì?", [FEE, PAPERS])

    assert text == "Bạn hỏi gì?\n\n1. Lệ phí\n2. Giấy tờ\nTrả lời bằng số để chọn."


def test_without_buttons_the_text_is_as_it_was() -> None:
    assert numbered_text("Chào", []) == "Chào"


def test_the_number_of_the_outbox_is_shown() -> None:
    assert numbered_lines([{**FEE, "number": "3"}]) == ["3. Lệ phí"]


def test_a_title_that_begins_with_its_number_is_not_numbered_twice() -> None:
    assert numbered_lines([{"title": "5 sao", "payload": "/5"}, {"title": "4 sao", "payload": "/4"}]) == [
        "5 sao",
        "4 sao",
    ]
