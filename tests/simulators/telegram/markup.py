"""Reads HTML as the Bot API does: what it does not know, it refuses."""

from __future__ import annotations

import html
import re

TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"})
_PIECE = re.compile(r"<(/?)([a-zA-Z-]+)([^<>]*)>|<|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|&|[^<&]+")


class MarkupError(ValueError):
    """The text cannot be parsed; the message is the Bot API's."""


def parse_html(text: str) -> str:
    """Return the text without markup.

    Raises:
        MarkupError: a tag is unknown, not closed or closed out of order, or a ``<`` stands alone.
    """
    opened: list[str] = []
    plain: list[str] = []
    for piece in _PIECE.finditer(text):
        closing, name = piece[1], piece[2]
        if name is None:
            if piece[0] == "<":
                raise MarkupError(f'Unsupported start tag "" at byte offset {piece.start()}')
            plain.append(html.unescape(piece[0]))
        elif name.lower() not in TAGS:
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {piece.start()}')
        elif not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            raise MarkupError(f"Unmatched end tag at byte offset {piece.start()}")
    if opened:
        raise MarkupError(f"Can't find end tag corresponding to start tag {opened[-1]}")
    return "".join(plain)


def utf16_length(text: str) -> int:
    """Length as Telegram counts it."""
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)
