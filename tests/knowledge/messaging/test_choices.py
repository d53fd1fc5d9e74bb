"""Buttons as numbered text, and the typed answers that choose them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.messaging.choices import chosen_payload, number_choices, with_numbers

FEE = {"title": "Lệ phí", "payload": "/fee"}
PAPERS = {"title": "Giấy tờ", "payload": "/papers"}
a_button = st.fixed_dictionaries({"title": st.text(max_size=30), "payload": st.text(min_size=1, max_size=20)})
buttons = st.lists(a_button, max_size=12)


def test_buttons_of_a_turn_are_numbered_through() -> None:
    replies, choices = with_numbers(
        [{"text": "một", "buttons": [FEE]}, {"text": "hai"}, {"text": "ba", "buttons": [PAPERS]}]
    )

    assert [[button["number"] for button in reply["buttons"]] for reply in replies] == [["1"], [], ["2"]]
    assert [choice["payload"] for choice in choices] == ["/fee", "/papers"]


def test_titles_with_numbers_of_their_own_are_chosen_by_those() -> None:
    stars = [{"title": f"{stars} sao", "payload": f"/rate{stars}"} for stars in (5, 4, 3, 2, 1)]

    assert chosen_payload(number_choices(stars), "5", by_number=True) == "/rate5"


@pytest.mark.parametrize(
    "typed", ["2", " 2 ", "2.", "2)", "(2)", "số 2", "so 2", "Chọn 2", "chọn số 2", "giay to"]
)
def test_what_chooses(typed: str) -> None:
    assert chosen_payload(number_choices([FEE, PAPERS]), typed, by_number=True) == "/papers"


@pytest.mark.parametrize("typed", ["3", "0", "2 cửa hàng", "22", "2.000648", "phí?", ""])
def test_what_does_not(typed: str) -> None:
    assert chosen_payload(number_choices([FEE, PAPERS]), typed, by_number=True) is None


def test_where_buttons_are_shown_a_number_is_no_choice_but_a_title_is() -> None:
    numbered = number_choices([FEE, PAPERS])

    assert chosen_payload(numbered, "2", by_number=False) is None
    assert chosen_payload(numbered, "Lệ phí", by_number=False) == "/fee"


def test_a_title_that_two_buttons_have_chooses_none() -> None:
    assert (
        chosen_payload(number_choices([FEE, {**FEE, "payload": "/other"}]), "lệ phí", by_number=True) is None
    )


@given(buttons)
def test_every_number_shown_chooses_its_button(given: list[dict[str, str]]) -> None:
    numbered = number_choices(given)

    assert len({choice["number"] for choice in numbered}) == len(numbered)
    for choice in numbered:
        typed = f"({choice['number']})"
        if not any(other["title"].strip() == typed for other in numbered):
            assert chosen_payload(numbered, typed, by_number=True) == choice["payload"]


@given(buttons, st.text(max_size=40))
def test_anything_may_be_typed(given: list[dict[str, str]], typed: str) -> None:
    payload = chosen_payload(number_choices(given), typed, by_number=True)

    assert payload is None or payload in {button["payload"] for button in given}
