"""What a citizen sends is cleaned, masked, cut, and can never run as a command of Rasa."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.gateway.incoming import EMPTY_MARK, clean_text, message_for_rasa, storable_text
from knowledge.messaging.records import IncomingMessage

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


def given_to_rasa(text: str) -> str:
    stored, _ = storable_text(text, 2000)
    return message_for_rasa(IncomingMessage("web", "k", "m", stored))


@given(ANY_TEXT)
@example("/restart")
@example(" \u00a0/restart")
@example("\u200b/restart")
@example("\uff0frestart")
@example("\x1c//session_start")
@example("/ /\u2060/back")
def test_typed_text_never_reads_as_a_command(text: str) -> None:
    heard = given_to_rasa(text)

    assert heard
    assert not unicodedata.normalize("NFKC", heard).strip().startswith("/")


@given(ANY_TEXT)
def test_cleaned_text_is_valid_unicode_without_control_characters(text: str) -> None:
    cleaned = clean_text(text)

    cleaned.encode("utf-8")
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in cleaned.replace("\n", ""))
    assert clean_text(cleaned) == cleaned


@given(ANY_TEXT, st.integers(1, 200))
def test_stored_text_keeps_the_limit_and_says_when_it_was_cut(text: str, limit: int) -> None:
    stored, truncated = storable_text(text, limit)

    assert len(stored) <= limit
    assert truncated or stored == storable_text(text, 10_000)[0]


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t", "\u200b", "/", "//", "\ud800"])
def test_nothing_becomes_a_mark_that_rasa_can_answer(nothing: str) -> None:
    assert given_to_rasa(nothing) == EMPTY_MARK


def test_line_breaks_stay_and_marks_are_composed() -> None:
    assert clean_text("giâ\u0301y tờ\r\n\r\n\r\n\r\nphí\x00") == "giấy tờ\n\nphí"


def test_personal_data_is_masked_and_codes_stay() -> None:
    stored, truncated = storable_text(
        "Hồ sơ H27.12-230412-0001 của tôi, số 0912345678, mail an@example.vn", 2000
    )

    assert "H27.12-230412-0001" in stored
    assert "0912345678" not in stored
    assert "an@example.vn" not in stored
    assert not truncated


@pytest.mark.parametrize("before", range(89, 101))
def test_a_number_astride_the_cut_leaves_no_digits(before: int) -> None:
    stored, truncated = storable_text("x" * (before - 1) + " 001099012345", 100)

    assert truncated
    assert not any(char.isdigit() for char in stored)


def test_a_payload_goes_to_rasa_as_it_is() -> None:
    payload = '/ask{"facet": "fee"}'

    assert message_for_rasa(IncomingMessage("web", "k", "m", None, payload)) == payload
