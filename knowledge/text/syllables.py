"""The shape of a Vietnamese syllable, and words left over from Telex and VNI keyboards.

A syllable is onset + nucleus + coda; the sets are those of Vietnamese orthography without tone marks.
``giaays tow`` (Telex typed with the keyboard switched off) becomes ``giấy tờ``-like text again.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowledge.text.normalise import normalise, strip_marks

_ONSETS = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx]"
_OPEN_NUCLEI = "uyu|uoi|uou|uay|uya|ieu|yeu|oai|oay|oeo|uao|ai|ao|au|ay|eo|eu|ia|iu|oi|ui|uu|ya"
_NUCLEI = "uye|ie|oa|oe|oo|ua|ue|uo|uy|ye|[aeiouy]"
_CODAS = "ng|nh|ch|[cmnpt]"
_FOLDED_SYLLABLE = re.compile(f"^(?:{_ONSETS})?(?:(?:{_OPEN_NUCLEI})|(?:{_NUCLEI})(?:{_CODAS})?)$")

_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TELEX_VOWELS = (("dd", "đ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"))
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VNI_VOWELS = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"o": "ơ", "u": "ư"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}
_TONED_NUCLEUS = re.compile(r"[aăâeêioôơuưy]+")


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Tell whether ``word`` (marks ignored) has the shape of a Vietnamese syllable."""
    return bool(_FOLDED_SYLLABLE.match(strip_marks(word)))


@lru_cache(maxsize=20_000)
def undo_keyboard(word: str) -> str | None:
    """Return the syllable that Telex or VNI keystrokes ``word`` spell, or None when they spell none.

    Only words that are no syllable as they stand are tried, so ``co`` and ``gas`` in a keep list of the
    caller are never changed by accident.
    """
    if len(word) > 12 or is_syllable(word):
        return None
    if word.isascii() and word.isalpha():
        return _undo_telex(word)
    if any(c.isdigit() for c in word) and word.isascii() and word[0].isalpha():
        return _undo_vni(word)
    return _undo_telex(strip_marks(word)) if word.isalpha() else None


def _undo_telex(word: str) -> str | None:
    tone = ""
    letters = word
    for position in range(len(word) - 1, 0, -1):
        if word[position] in _TELEX_TONES and any(c in "aeiouyw" for c in word[:position]):
            letters, tone = word[:position] + word[position + 1 :], _TELEX_TONES[word[position]]
            break
    letters = _join_split_marks(letters)
    letters = letters.replace("uow", "ươ")
    for keys, vowel in _TELEX_VOWELS:
        letters = letters.replace(keys, vowel)
    if "w" in letters:
        letters = (
            letters.replace("uo", "ươ").replace("w", "", 1) if "uo" in letters else letters.replace("w", "ư")
        )
    return _with_tone(letters, tone) if letters != word else None


def _join_split_marks(letters: str) -> str:
    """Bring a doubled letter typed at the end back to its place: ``giaya`` -> ``giaay``."""
    for vowel in "aeo":
        last = len(letters) - 1
        if letters.count(vowel) == 2 and letters[last] == vowel and vowel * 2 not in letters:
            first = letters.index(vowel)
            return letters[: first + 1] + vowel + letters[first + 1 : last]
    if letters.count("d") == 2 and letters[0] == "d" and letters[-1] == "d":
        return "d" + letters[:-1]
    if letters[-1:] == "w":
        for vowel in ("uo", "u", "o", "a"):
            if vowel in letters[:-1]:
                place = letters.index(vowel) + len(vowel)
                return letters[:place] + "w" + letters[place:-1]
    return letters


def _undo_vni(word: str) -> str | None:
    letters: list[str] = []
    tone = ""
    for char in word:
        if char in _VNI_TONES:
            tone = _VNI_TONES[char]
        elif char in _VNI_VOWELS:
            table = _VNI_VOWELS[char]
            for place in range(len(letters) - 1, -1, -1):
                if letters[place] in table:
                    letters[place] = table[letters[place]]
                    break
            else:
                return None
        elif char.isalpha():
            letters.append(char)
        else:
            return None
    joined = "".join(letters).replace("uơ", "ươ").replace("ưo", "ươ")
    return _with_tone(joined, tone) if joined != word else None


def _with_tone(letters: str, tone: str) -> str | None:
    if not is_syllable(letters):
        return None
    if not tone:
        return letters
    glide = letters.startswith(("qu", "gi")) and _TONED_NUCLEUS.match(letters, 2) is not None
    onset = 2 if glide else 0
    match = _TONED_NUCLEUS.search(letters, onset)
    if match is None:
        return None
    vowels = match[0]
    place = next((i for i in range(len(vowels) - 1, -1, -1) if vowels[i] in "ăâêôơư"), None)
    if place is None:
        closed = match.end() < len(letters)
        place = len(vowels) - 1 if closed or len(vowels) == 1 else len(vowels) - 2
    index = match.start() + place
    return normalise(unicodedata.normalize("NFC", letters[: index + 1] + tone + letters[index + 1 :]))
