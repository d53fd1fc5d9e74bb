"""Composed (NFC) text that remembers the places of the text it was made from."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class ComposedText:
    """``text`` in NFC; ``starts[i]`` is where its i-th character began in the original, then its end."""

    text: str
    starts: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original of ``text[start:end]``."""
        return self.starts[start], self.starts[end]


def compose(original: str) -> ComposedText:
    """Compose ``original`` letter by letter, so that entity and token places stay right for it.

    Phones and copied PDF text send decomposed letters (``e`` + combining marks); Rasa's places must
    refer to the text as it was sent.
    """
    if unicodedata.is_normalized("NFC", original):
        return ComposedText(original, tuple(range(len(original) + 1)))
    characters: list[str] = []
    starts: list[int] = []
    for start, cluster in _clusters(original):
        composed = unicodedata.normalize("NFC", cluster)
        characters.append(composed)
        starts += [start] * len(composed)
    return ComposedText("".join(characters), (*starts, len(original)))


def _clusters(text: str) -> list[tuple[int, str]]:
    """Split into base letters with the combining marks that follow them."""
    clusters: list[tuple[int, str]] = []
    for place, char in enumerate(text):
        if clusters and unicodedata.combining(char):
            start, cluster = clusters[-1]
            clusters[-1] = (start, cluster + char)
        else:
            clusters.append((place, char))
    return clusters
