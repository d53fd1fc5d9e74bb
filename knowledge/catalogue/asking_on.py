"""Whether a message only asks on ("bên nào ký", "mấy bữa có") or names a subject of its own.

Fitted by ``benchmarks/fit_asking_on.py`` on the clauses of written messages: the first one mostly names what
it is about, those after it ask on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from knowledge.text.normalise import strip_marks
from knowledge.text.terms import analyse

DATA = Path(__file__).parent / "data" / "asking_on.yml"


@dataclass(frozen=True)
class AskingOn:
    """What speaks for asking on: weights of words and pairs of words without marks.

    ``marked`` are the words with their marks. A word that is neither there nor, typed without marks, among
    the weights hardly ever stands in a clause that asks on.
    """

    intercept: float
    weights: Mapping[str, float]
    marked: frozenset[str]

    def likelihood(self, words: Sequence[str]) -> float:
        """Return how likely (0..1) the words only ask on; one that no clause asks on with forbids it."""
        if not words or not all(map(self._is_known, words)):
            return 0.0
        total = math.fsum(self.weights.get(part, 0.0) for part in parts(words))
        return 1 / (1 + math.exp(-(self.intercept + total / math.sqrt(len(words)))))

    def _is_known(self, word: str) -> bool:
        folded = strip_marks(word)
        return folded in self.weights and (word == folded or word in self.marked)


def read_words(text: str) -> list[str]:
    """Return the words of a text in order, with marks where they are known."""
    return [term.norm if term.marked else term.folded for term in analyse(text)]


def parts(words: Sequence[str]) -> set[str]:
    """Return the words and pairs of neighbouring words, without marks."""
    folded = [strip_marks(word) for word in words]
    return {*folded, *(f"{first} {second}" for first, second in pairwise(folded))}


def asks_on(text: str) -> float:
    """Return how likely (0..1) ``text`` only asks on about what was talked of."""
    return _fitted().likelihood(read_words(text))


@lru_cache(maxsize=1)
def _fitted() -> AskingOn:
    content = yaml.load(DATA.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return AskingOn(content["intercept"], content["weights"], frozenset(content["marked"]))
