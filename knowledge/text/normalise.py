"""One normal form of Vietnamese text, and its folded form without marks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"\s+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\uff0d]")

_TONES = frozenset("\u0300\u0301\u0309\u0303\u0323")
_FOLD_EXTRA = str.maketrans({"đ": "d", "Đ": "D"})


def clean(text: str) -> str:
    """Return ``text`` in NFC without invisible and control characters, spaces and dashes unified.

    Line breaks become spaces; lone surrogates are dropped. Letters keep their case.
    """
    text = text.encode("utf-8", "ignore").decode("utf-8")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = _DASHES.sub("-", _CONTROL.sub(" ", text))
    return _SPACES.sub(" ", text).strip()


def normalise(text: str) -> str:
    """Return the normal form: cleaned, lower case, tone marks in one place (``hoà`` -> ``hòa``)."""
    return " ".join(_place_tone(word) for word in clean(text).lower().split(" "))


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """Return the normal form without tone and vowel marks and with đ as d (``giấy`` -> ``giay``)."""
    return strip_marks(normalise(text))


def strip_marks(text: str) -> str:
    """Drop combining marks from ``text`` and turn đ into d; nothing else changes."""
    decomposed = unicodedata.normalize("NFD", text.translate(_FOLD_EXTRA))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def has_marks(text: str) -> bool:
    """Tell whether ``text`` carries any Vietnamese mark (tone, breve, circumflex, horn or đ)."""
    return strip_marks(text) != text


def _place_tone(word: str) -> str:
    """Move the tone of an open oa, oe, uy syllable to its first vowel (both spellings are in use)."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    tone = next((c for c in decomposed if c in _TONES), None)
    if tone is None:
        return word
    bare = unicodedata.normalize("NFC", decomposed.replace(tone, "", 1))
    if len(bare) < 2 or bare[-2:] not in {"oa", "oe", "uy"} or bare[:-1].endswith("qu"):
        return word
    return unicodedata.normalize("NFC", bare[:-2] + bare[-2] + tone + bare[-1])
