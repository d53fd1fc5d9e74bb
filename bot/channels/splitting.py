"""Cuts a text into messages that fit a channel, at the ends of paragraphs, lines, sentences or words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?;:…])\s"), re.compile(r"\s"))
"""Where a text may be cut, the best first."""
_SHORTEST = 0.4
"""A better place is taken only when the piece before it fills at least this share of the limit."""


def utf16_length(text: str) -> int:
    """Return how long Telegram counts a text: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split_text(text: str, limit: int, length: Callable[[str], int] = len) -> list[str]:
    """Cut ``text`` into pieces no longer than ``limit`` as ``length`` counts.

    Only white space at the cuts is lost. A text of nothing but white space gives no piece.
    """
    return list(_pieces(text.strip(), limit, length))


def _pieces(text: str, limit: int, length: Callable[[str], int]) -> Iterator[str]:
    while length(text) > limit:
        fitting = _longest_start(text, limit, length)
        end = _good_end(text, fitting)
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text


def _longest_start(text: str, limit: int, length: Callable[[str], int]) -> int:
    """How many characters from the start fit; at least one, and none of them cut off from its marks."""
    end = min(len(text), limit)
    while end > 1 and length(text[:end]) > limit:
        end -= max(1, (length(text[:end]) - limit) // 2)
    return max(end, 1)


def _good_end(text: str, fitting: int) -> int:
    """The end of the last paragraph, line, sentence or word that fits; a word longer than all is cut."""
    for pattern in _ENDS:
        places = [match.start() for match in pattern.finditer(text, 0, fitting + 1)]
        fitting_places = [place for place in places if fitting * _SHORTEST <= place <= fitting]
        if fitting_places:
            return fitting_places[-1]
    return fitting
