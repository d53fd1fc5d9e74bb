"""Buttons as numbered lines, where a channel has none: the citizen answers with the number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

from knowledge.messaging.choices import Choice, leading_number, number_choices


def numbered_lines(buttons: Sequence[Choice]) -> list[str]:
    """Return a line for each button, such as ``2. Lệ phí``, led by the number it is chosen by.

    Buttons as the outbox gives them carry their ``number``; others are numbered here.
    """
    numbered = buttons if all("number" in button for button in buttons) else number_choices(buttons)
    return [_line(button) for button in numbered]


def numbered_text(text: str, buttons: Sequence[Choice]) -> str:
    """Return a reply's text followed by its buttons as lines and the word how to choose."""
    if not buttons:
        return text
    return "\n".join([text, "", *numbered_lines(buttons), choosing_hint()]).strip()


@cache
def choosing_hint() -> str:
    """The sentence that tells how to choose."""
    wordings = yaml.safe_load(Path(__file__).with_name("wordings.yml").read_text(encoding="utf-8"))
    return str(wordings["choose_by_number"])


def _line(button: Choice) -> str:
    """A title that begins with its own number is not numbered twice."""
    title = button["title"].strip()
    return title if leading_number(title) == button["number"] else f"{button['number']}. {title}"
