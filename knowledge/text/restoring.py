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
        forward = self._forward(columns)
        backward = self._backward(columns)
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

    def _step(self, first: _Reading, second: _Reading) -> float:
        pair = self._pairs.get((first.word, second.word), 0)
        seen = self._counts.get(first.word, 0)
        after = PAIR_WEIGHT * pair / seen if seen else 0.0
        return after + (1 - PAIR_WEIGHT) * second.share

    def _forward(self, columns: Sequence[tuple[_Reading, ...]]) -> list[list[float]]:
        chain = [_scaled([reading.share for reading in columns[0]])]
        for previous, column in pairwise(columns):
            last = chain[-1]
            chain.append(
                _scaled(
                    [
                        sum(p * self._step(first, second) for p, first in zip(last, previous, strict=True))
                        for second in column
                    ]
                )
            )
        return chain

    def _backward(self, columns: Sequence[tuple[_Reading, ...]]) -> list[list[float]]:
        chain = [[1.0] * len(columns[-1])]
        for place in range(len(columns) - 2, -1, -1):
            ahead = chain[-1]
            chain.append(
                _scaled(
                    [
                        sum(
                            p * self._step(first, second)
                            for p, second in zip(ahead, columns[place + 1], strict=True)
                        )
                        for first in columns[place]
                    ]
                )
            )
        return chain[::-1]


def _scaled(values: list[float]) -> list[float]:
    total = math.fsum(values) or 1.0
    return [value / total for value in values]


@lru_cache(maxsize=1)
def load_restorer() -> Restorer:
    """Return the restorer with the project's vocabulary."""
    return Restorer(load_vocabulary())
