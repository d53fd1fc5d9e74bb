"""Spelling: what a word that nobody writes was probably meant to be.

A noisy channel over syllables: a word unknown to the project's vocabulary is read as the known word one
slip of the finger away that fits best between its neighbours. Known words are never touched, so that
names and loan words stay as typed. ``data/vocabulary.txt`` is counted from the project's own texts by
``python -m scripts.vocabulary``.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.text.normalise import strip_marks
from knowledge.text.syllables import is_syllable

VOCABULARY = Path(__file__).parent / "data" / "vocabulary.txt"
LETTERS = "abcdeghiklmnopqrstuvxy"
SHORTEST = 3
LONGEST = 9
"""Longest word taken for one misspelt syllable ("nghiêng" and a slip)."""
LONGEST_RUN = 24
PAIR_FOR_SYLLABLE = 4
"""How often a word pair must be known before a word with the shape of a syllable is respelt for it."""
LEAST_FOLDED_PAIR = 3
"""How often a folded pair must be known to count: what stands in one text is as likely a slip of ours."""
COMMON = 30
"""How often a word must be known to be read without a neighbour that speaks for it."""
CHANNEL = {"swapped": 0.0, "doubled": 0.0, "beside": 0.0, "lost": -0.5, "extra": -0.5, "other": -1.5}
"""How likely each slip is (natural logarithm, the usual ones 0)."""
FIRST_LETTER = -1.0
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True)
class Vocabulary:
    """How often words and pairs of words stand in the project's texts, with marks and folded.

    Folded pairs are those known well enough to speak for a respelling.
    """

    marked: Mapping[str, int]
    marked_pairs: Mapping[tuple[str, str], int]
    folded: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]

    def knows(self, folded: str) -> bool:
        """Tell whether a folded word is known."""
        return folded in self.folded


class Speller:
    """Finds the known word that a misspelt one stands for."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary to correct towards."""
        self.vocabulary = vocabulary

    def correct(self, word: str, before: str, after: str) -> str | None:
        """Return the folded word meant by the unknown folded ``word``, or None to leave it.

        A word that could be a syllable is changed only for a neighbour that it then makes a well-known
        pair with: it may be a name.
        """
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or self.vocabulary.knows(word):
            return None
        found = max(
            ((self._fit(candidate, kind, before, after), candidate) for candidate, kind in self._near(word)),
            default=None,
        )
        if found is None:
            return None
        meant = found[1]
        if self.belongs(meant, before, after):
            return meant
        common = self.vocabulary.folded[meant] >= COMMON and meant[0] == word[0]
        return meant if common and not is_syllable(word) else None

    def belongs(self, word: str, before: str, after: str) -> bool:
        """Tell whether the folded ``word`` makes a well-known pair with a neighbour."""
        pairs = self.vocabulary.pairs
        return max(pairs.get((before, word), 0), pairs.get((word, after), 0)) >= PAIR_FOR_SYLLABLE

    def split(self, word: str) -> tuple[str, ...]:
        """Return the known words that the unknown folded ``word`` was run together from, or none."""
        vocabulary = self.vocabulary
        if not 4 <= len(word) <= LONGEST_RUN or not word.isalpha() or vocabulary.knows(word):
            return ()
        cuts = [(word[:place], word[place:]) for place in range(2, len(word) - 1)]
        pair = max(cuts, key=lambda cut: vocabulary.pairs.get(cut, 0))
        if pair in vocabulary.pairs:
            return pair
        for first, rest in cuts:
            others = self.split(rest) if vocabulary.knows(first) else ()
            if others and (first, others[0]) in vocabulary.pairs:
                return (first, *others)
        return ()

    def _fit(self, candidate: str, kind: str, before: str, after: str) -> float:
        pairs = self.vocabulary.pairs
        return (
            0.5 * math.log(self.vocabulary.folded[candidate])
            + math.log(1 + pairs.get((before, candidate), 0))
            + math.log(1 + pairs.get((candidate, after), 0))
            + CHANNEL.get(kind, FIRST_LETTER)
        )

    def _near(self, word: str) -> Iterator[tuple[str, str]]:
        """Yield known words one slip from ``word`` with the kind of slip."""
        for candidate, kind in _one_slip(word):
            if self.vocabulary.knows(candidate) and len(candidate) > 1:
                yield candidate, kind if candidate[0] == word[0] or kind == "swapped" else "first"


def _one_slip(word: str) -> Iterator[tuple[str, str]]:
    beside = _beside()
    for place, letter in enumerate(word):
        without = word[:place] + word[place + 1 :]
        yield without, "doubled" if place and word[place - 1] == letter else "extra"
        for other in LETTERS:
            if other != letter:
                near = other in beside.get(letter, "")
                yield word[:place] + other + word[place + 1 :], "beside" if near else "other"
        if place + 1 < len(word):
            yield word[:place] + word[place + 1] + letter + word[place + 2 :], "swapped"
    for place in range(len(word) + 1):
        for other in LETTERS:
            yield word[:place] + other + word[place:], "lost"


@lru_cache(maxsize=1)
def _beside() -> Mapping[str, str]:
    """Keys beside each key, on its row and the rows above and below."""
    near: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            around = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
            for other in _ROWS[max(0, number - 1) : number] + _ROWS[number + 1 : number + 2]:
                around += other[max(0, place - 1) : place + 2]
            near[key] = around
    return near


def read_vocabulary(lines: Iterable[str]) -> Vocabulary:
    """Read lines of "word count" and "word word count", with marks."""
    marked: dict[str, int] = {}
    marked_pairs: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        *words, count = line.split()
        if len(words) == 1:
            marked[words[0]] = int(count)
        elif len(words) == 2:
            marked_pairs[sys.intern(words[0]), sys.intern(words[1])] = int(count)
    return make_vocabulary(marked, marked_pairs)


def make_vocabulary(marked: Mapping[str, int], marked_pairs: Mapping[tuple[str, str], int]) -> Vocabulary:
    """Return the vocabulary of counted words and pairs."""
    bare = {word: sys.intern(strip_marks(word)) for word in marked}
    folded: Counter[str] = Counter()
    for word, count in marked.items():
        folded[bare[word]] += count
    pairs: Counter[tuple[str, str]] = Counter()
    for (first, second), count in marked_pairs.items():
        if first in bare and second in bare:
            pairs[bare[first], bare[second]] += count
    well_known = {pair: count for pair, count in pairs.items() if count >= LEAST_FOLDED_PAIR}
    return Vocabulary(marked, marked_pairs, folded, well_known)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Return the project's vocabulary."""
    return read_vocabulary(VOCABULARY.read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=1)
def load_speller() -> Speller:
    """Return the speller with the project's vocabulary."""
    return Speller(load_vocabulary())
