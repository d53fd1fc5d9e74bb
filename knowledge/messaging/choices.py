"""The buttons a citizen was offered last, and which of them a typed answer chooses.

Where a channel has no buttons they are shown as numbered text: the citizen answers "2", or types the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from knowledge.text.normalise import fold

Choice = dict[str, str]
"""``title``, ``payload`` and, once numbered, ``number``."""

_LEADING_NUMBER = re.compile(r"\s*(\d{1,2})\b")
_TYPED_NUMBER = re.compile(r"(?:(?:so|chon|chon so|muc|y)\s+)?\(?(\d{1,2})[.)]?", re.IGNORECASE)


def number_choices(buttons: Iterable[Choice]) -> list[Choice]:
    """Return the buttons with the ``number`` each is chosen by: 1, 2 and so on.

    Titles that all begin with a number of their own ("5 - Rất hài lòng") are chosen by that one: a citizen
    who types 5 means what the title says, not its place.
    """
    given = list(buttons)
    numbers = [leading_number(button["title"]) or "" for button in given]
    if "" in numbers or len(set(numbers)) != len(given):
        numbers = [str(place) for place in range(1, len(given) + 1)]
    return [{**button, "number": number} for button, number in zip(given, numbers, strict=True)]


def leading_number(title: str) -> str | None:
    """Return the number that a title begins with, if any."""
    match = _LEADING_NUMBER.match(title)
    return match[1] if match is not None else None


def with_numbers(replies: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Choice]]:
    """Return a turn's replies with their buttons numbered through, and all these buttons in order."""
    numbered = number_choices(button for reply in replies for button in reply.get("buttons") or ())
    left = iter(numbered)
    return (
        [{**reply, "buttons": [next(left) for _ in reply.get("buttons") or ()]} for reply in replies],
        numbered,
    )


def chosen_payload(choices: Sequence[Choice], text: str, *, by_number: bool) -> str | None:
    """Return the payload of the button that ``text`` names: by its title or, ``by_number``, its number."""
    typed = fold(text).strip()
    titles = [choice for choice in choices if fold(choice["title"]).strip() == typed]
    if len(titles) == 1:
        return titles[0]["payload"]
    match = _TYPED_NUMBER.fullmatch(typed) if by_number else None
    if match is None:
        return None
    return next((choice["payload"] for choice in choices if choice.get("number") == match[1]), None)
