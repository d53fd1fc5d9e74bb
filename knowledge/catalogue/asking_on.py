"""Whether a message only asks on ("bên nào ký", "mấy bữa có") or names a subject of its own.

Fitted by ``benchmarks/fit_asking_on.py`` on the clauses of written messages: the first one mostly names what
it is about, those after it ask on.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from knowledge.text.terms import analyse

DATA = Path(__file__).parent / "data" / "asking_on.yml"


@dataclass(frozen=True)
class AskingOn:
    """What speaks for asking on: weights of words and pairs of words, without marks.

    Words that are not there are those that hardly ever stand in a clause that asks on.
    """

    intercept: float
    words: Mapping[str, float]

    def likelihood(self, words: Sequence[str], known: Collection[str] = ()) -> float:
        """Return how likely (0..1) the words only ask on; a word neither here nor ``known`` forbids it."""
        if not words or any(word not in self.words and word not in known for word in words):
            return 0.0
        said = {*words, *pairs(words)}
        total = math.fsum(self.words.get(part, 0.0) for part in said)
        return 1 / (1 + math.exp(-(self.intercept + total / math.sqrt(len(words)))))


def read_words(text: str) -> list[str]:
    """Return the words of a text without marks, in order."""
    return [term.folded for term in analyse(text)]


def pairs(words: Sequence[str]) -> list[str]:
    """Return the pairs of neighbouring words."""
    return [f"{first} {second}" for first, second in pairwise(words)]


def asks_on(text: str) -> float:
    """Return how likely (0..1) ``text`` only asks on about what was talked of."""
    return _fitted().likelihood(read_words(text))


@lru_cache(maxsize=1)
def _fitted() -> AskingOn:
    content = yaml.load(DATA.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return AskingOn(content["intercept"], content["words"])
