"""Noise: what a question looks like when it is typed as people really type.

Every program is a function of the text and a key (the question's id): the same question always gets the
same noise. Tokens with digits or slashes (codes, dates, numbers of legal texts) are left alone. The tables
are in ``noise.yml``.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from knowledge.text.normalise import strip_marks

DATA = Path(__file__).parent / "noise.yml"
SHORTHAND_SHARE = 0.8
"""Who writes in shorthand writes most of what can be shortened so."""
TELEX_SHARE = 1 / 3
MIXED_SHORTHAND_SHARE = 0.5
MIXED_TELEX_SHARE = 0.2
LONG_QUESTION = 6
"""A question with more words than this gets up to two typing errors."""
STOPS = ("p", "t", "c", "ch")
STOPPED_TONES = ("\u0301", "\u0323")

_WORD = re.compile(r"(?<![^\s(\"'“‘…,;:])[^\W\d_]+(?![^\s,.;:?!)\"'”’…]|[.,]\d)")
"""A run of letters between spaces or punctuation: nothing that touches a digit, a slash or a hyphen."""


class Noise(str, Enum):
    """Kinds of noise, in the order of the tables."""

    CLEAN = "clean"
    UNMARKED = "no diacritics"
    TYPOS = "typos"
    SHORTHAND = "abbreviations"
    TELEX = "telex leftovers"
    MIXED = "mixed"


@dataclass(frozen=True)
class NoiseData:
    """The tables of ``noise.yml``; keys of ``shorthand`` are phrases as tuples of words."""

    function_words: frozenset[str]
    neighbours: Mapping[str, str]
    telex_letters: Mapping[str, str]
    telex_tones: Mapping[str, str]
    shorthand: Mapping[tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=1)
def noise_data() -> NoiseData:
    """Read the tables."""
    content = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return NoiseData(
        frozenset(content["function_words"]),
        {str(key): str(value) for key, value in content["neighbours"].items()},
        content["telex"]["letters"],
        content["telex"]["tones"],
        {tuple(str(phrase).split()): tuple(forms) for phrase, forms in content["shorthand"].items()},
    )


def add_noise(text: str, noise: Noise, key: str) -> str:
    """Return ``text`` with ``noise``, always the same for the same ``key``; NFC."""
    chance = random.Random(f"{key}|{noise.value}")
    return _PROGRAMS[noise](unicodedata.normalize("NFC", text), chance)


def _clean(text: str, _chance: random.Random) -> str:
    return text


def _unmarked(text: str, _chance: random.Random) -> str:
    return strip_marks(text)


def _typos(text: str, chance: random.Random, most: int = 2) -> str:
    """Make one or two typing errors in content words, or in any word when there are none."""
    words = list(_WORD.finditer(text))
    content = [w for w in words if len(w[0]) >= 3 and w[0].lower() not in noise_data().function_words]
    candidates = content or [word for word in words if len(word[0]) >= 2]
    if not candidates:
        return text
    wanted = chance.randint(1, most) if len(words) > LONG_QUESTION else 1
    chosen = chance.sample(candidates, min(wanted, len(candidates)))
    return _replace(text, [(word, _mistype(word[0], chance)) for word in chosen])


def _shorthand(text: str, chance: random.Random, share: float = SHORTHAND_SHARE) -> str:
    """Write a share of what can be shortened, at least one, in shorthand."""
    words = list(_WORD.finditer(text))
    found = list(_phrases(text, words))
    if not found:
        return text
    sure = chance.randrange(len(found))
    parts = [
        (start, end, chance.choice(forms))
        for place, (start, end, forms) in enumerate(found)
        if chance.random() < share or place == sure
    ]
    return _put(text, parts)


def _telex(text: str, chance: random.Random, share: float = TELEX_SHARE) -> str:
    """Spell a share of the marked words, at least one, in Telex keys."""
    marked = [word for word in _WORD.finditer(text) if strip_marks(word[0]) != word[0]]
    if not marked:
        return text
    chosen = chance.sample(marked, max(1, round(len(marked) * share)))
    return _replace(text, [(word, telex_keys(word[0], chance)) for word in chosen])


def _mixed(text: str, chance: random.Random) -> str:
    """Some shorthand, one typing error, and half of the time no marks, else a few Telex leftovers."""
    text = _typos(_shorthand(text, chance, MIXED_SHORTHAND_SHARE), chance, most=1)
    return strip_marks(text) if chance.random() < 0.5 else _telex(text, chance, MIXED_TELEX_SHARE)


_PROGRAMS: Mapping[Noise, Callable[[str, random.Random], str]] = {
    Noise.CLEAN: _clean,
    Noise.UNMARKED: _unmarked,
    Noise.TYPOS: _typos,
    Noise.SHORTHAND: _shorthand,
    Noise.TELEX: _telex,
    Noise.MIXED: _mixed,
}


def _mistype(word: str, chance: random.Random) -> str:
    """Make one typing error in a word; the kinds are equally likely as far as the word allows them."""
    kinds = [_swap, _drop, _double, _neighbour, _wrong_tone, _missing_tone]
    chance.shuffle(kinds)
    for kind in kinds:
        changed = kind(word, chance)
        if changed and changed != word:
            return changed
    return word + word[-1]


def _swap(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _drop(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def _double(word: str, chance: random.Random) -> str:
    plain = [place for place, char in enumerate(word) if char.isascii()]
    if not plain:
        return word
    place = chance.choice(plain)
    return word[:place] + word[place] + word[place:]


def _neighbour(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    beside = noise_data().neighbours.get(strip_marks(word[place]).lower(), "")
    return word[:place] + chance.choice(beside) + word[place + 1 :] if beside else word


def _wrong_tone(word: str, chance: random.Random) -> str:
    """Put another tone that the syllable can carry: after p, t, c, ch only acute and dot below."""
    possible = STOPPED_TONES if word.lower().endswith(STOPS) else tuple(noise_data().telex_tones)
    return _change_tone(word, lambda tone: chance.choice([other for other in possible if other != tone]))


def _missing_tone(word: str, _chance: random.Random) -> str:
    return _change_tone(word, lambda _tone: "")


def _change_tone(word: str, change: Callable[[str], str]) -> str:
    """Change the first tone of a word; a word without one stays as it is."""
    for place, char in enumerate(word):
        letter, tone = _tone_apart(char)
        if tone:
            return word[:place] + unicodedata.normalize("NFC", letter + change(tone)) + word[place + 1 :]
    return word


def _tone_apart(char: str) -> tuple[str, str]:
    """Split a letter into itself without its tone, and the tone (empty when it has none)."""
    letters = unicodedata.normalize("NFD", char)
    tone = next((mark for mark in letters if mark in noise_data().telex_tones), "")
    return unicodedata.normalize("NFC", letters.replace(tone, "") if tone else letters), tone


def telex_keys(word: str, chance: random.Random) -> str:
    """Spell a word in Telex keys: tone last (giaays), tone at once (giaasy), or all marks last (giayas)."""
    habit = chance.choices(("tone last", "tone at once", "marks last"), weights=(3, 1, 1))[0]
    tables = noise_data()
    body, late, tone_key = "", "", ""
    for char in word:
        letter, tone = _tone_apart(char)
        keys = tables.telex_letters.get(letter.lower(), letter)
        keys = keys.capitalize() if letter.isupper() and len(keys) > 1 else keys
        if habit == "marks last" and len(keys) > 1:
            body, late = body + keys[0], late + keys[1]
        else:
            body += keys
        if tone and habit == "tone at once":
            body += tables.telex_tones[tone]
        elif tone:
            tone_key = tables.telex_tones[tone]
    # "ươ" takes one w for both vowels.
    return body.replace("uwow", "uow") + late.replace("ww", "w") + tone_key


def _phrases(text: str, words: Sequence[re.Match[str]]) -> Sequence[tuple[int, int, tuple[str, ...]]]:
    """Find what can be shortened, longest first from left to right, as (start, end, forms)."""
    table = noise_data().shorthand
    longest = max(map(len, table))
    found = []
    place = 0
    while place < len(words):
        for count in range(min(longest, len(words) - place), 0, -1):
            span = words[place : place + count]
            forms = table.get(tuple(word[0].lower() for word in span))
            if forms and _adjacent(text, span):
                found.append((span[0].start(), span[-1].end(), forms))
                place += count
                break
        else:
            place += 1
    return found


def _adjacent(text: str, span: Sequence[re.Match[str]]) -> bool:
    """Tell whether only spaces stand between the words of ``span``."""
    return all(not text[a.end() : b.start()].strip() for a, b in pairwise(span))


def _replace(text: str, changes: Sequence[tuple[re.Match[str], str]]) -> str:
    return _put(text, [(match.start(), match.end(), new) for match, new in changes])


def _put(text: str, parts: Sequence[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(parts, reverse=True):
        text = text[:start] + new + text[end:]
    return text
