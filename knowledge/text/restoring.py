"""Marks for words typed without them: what "the ban thuoc la" stands for.

A chain of words (hidden Markov model): each word without marks may be any word of the project's texts that
folds to it, and a word is as likely as it is common after the word before. Only words that the whole sentence
makes nearly certain get their marks; the others stay as typed. Counts come with the speller's vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import mul

from knowledge.text.normalise import strip_marks
from knowledge.text.spelling import Vocabulary, load_vocabulary

PAIR_WEIGHT = 0.85
"""Weight of the word before against the word's own frequency."""
SURE = 0.85
"""Probability from which a word gets its marks."""
MOST_MARKED = 0.3
"""Share of marked words from which a text counts as typed with marks: its bare words are meant bare."""


@dataclass(frozen=True)
class _Reading:
    word: str
    share: float


class Restorer:
    """Restores the marks of words typed without them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the words and pairs to restore from."""
        self._counts = vocabulary.marked
        self._pairs = vocabulary.marked_pairs
        total = sum(vocabulary.marked.values()) or 1
        by_folded: dict[str, list[_Reading]] = {}
        for word, count in vocabulary.marked.items():
            by_folded.setdefault(strip_marks(word), []).append(_Reading(word, count / total))
        self._readings: Mapping[str, tuple[_Reading, ...]] = {
            folded: tuple(readings) for folded, readings in by_folded.items()
        }

    def restore(self, words: Sequence[str]) -> list[str | None]:
        """Return for each word its restored form, or None to leave it.

        Args:
            words: in normal form; those with marks are taken as they are.
        """
        if not words:
            return []
        columns = [self._column(word) for word in words]
        if len(columns) == 1 and len(columns[0]) > 1:
            return [None]  # nothing beside it tells which word is meant
        if all(len(column) == 1 for column in columns):
            return [
                column[0].word if column[0].word != word else None
                for column, word in zip(columns, words, strict=True)
            ]
        steps = [self._steps(first, second) for first, second in pairwise(columns)]
        forward, backward = _forward([r.share for r in columns[0]], steps), _backward(len(columns[-1]), steps)
        restored: list[str | None] = []
        for word, column, before, after in zip(words, columns, forward, backward, strict=True):
            joint = [first * second for first, second in zip(before, after, strict=True)]
            best = max(range(len(joint)), key=joint.__getitem__)
            sure = joint[best] >= SURE * sum(joint)
            restored.append(column[best].word if sure and column[best].word != word else None)
        return restored

    def _column(self, word: str) -> tuple[_Reading, ...]:
        if strip_marks(word) != word:
            return (_Reading(word, 1e-6),)
        return self._readings.get(word) or (_Reading(word, 1e-6),)

    def _steps(self, firsts: Sequence[_Reading], seconds: Sequence[_Reading]) -> list[list[float]]:
        """How likely each second word is after each first one."""
        own = [(1 - PAIR_WEIGHT) * second.share for second in seconds]
        rows = []
        for first in firsts:
            seen = self._counts.get(first.word, 0)
            row = own
            if seen:
                word, factor, pairs = first.word, PAIR_WEIGHT / seen, self._pairs
                row = [
                    base + factor * pairs.get((word, second.word), 0)
                    for base, second in zip(own, seconds, strict=True)
                ]
            rows.append(row)
        return rows


def _forward(first: Sequence[float], steps: Sequence[Sequence[Sequence[float]]]) -> list[list[float]]:
    """How likely each reading of each word is from what stands before it."""
    chain = [_scaled(first)]
    for matrix in steps:
        last = chain[-1]
        chain.append(_scaled([sum(map(mul, last, column)) for column in zip(*matrix, strict=True)]))
    return chain


def _backward(last: int, steps: Sequence[Sequence[Sequence[float]]]) -> list[list[float]]:
    """How likely each reading of each word is from what stands after it."""
    chain = [[1.0] * last]
    for matrix in reversed(steps):
        ahead = chain[-1]
        chain.append(_scaled([sum(map(mul, row, ahead)) for row in matrix]))
    return chain[::-1]


def _scaled(values: Sequence[float]) -> list[float]:
    total = math.fsum(values) or 1.0
    return [value / total for value in values]


@lru_cache(maxsize=1)
def load_restorer() -> Restorer:
    """Return the restorer with the project's vocabulary."""
    return Restorer(load_vocabulary())
