"""Plain BM25 over official names and titles: what a keyword search would find on the same questions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np

from knowledge.text.normalise import fold

K1 = 1.2
B = 0.75
_WORD = re.compile(r"\w+")


class BM25:
    """Okapi BM25 with the usual constants.

    Words are folded to their letters without marks, a courtesy without which it would find nothing in
    questions typed so; shorthand and typing errors are its own problem.
    """

    def __init__(self, documents: Mapping[str, str]) -> None:
        """Index texts by code."""
        self._codes = tuple(documents)
        counts = [Counter(_words(text)) for text in documents.values()]
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float64)
        norms = K1 * (1 - B + B * lengths / lengths.mean())
        entries: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, count in enumerate(counts):
            for word, times in count.items():
                entries[word].append((place, times * (K1 + 1) / (times + norms[place])))
        self._postings = {}
        for word, found in entries.items():
            places, weights = zip(*found, strict=True)
            idf = np.log(1 + (len(counts) - len(found) + 0.5) / (len(found) + 0.5))
            self._postings[word] = (np.array(places), idf * np.array(weights))

    def rank(self, text: str, limit: int = 5) -> list[str]:
        """Return the codes of the best documents, best first; none where no word is known."""
        scores = np.zeros(len(self._codes))
        for word in _words(text):
            if word in self._postings:
                places, weights = self._postings[word]
                scores[places] += weights
        best = np.argsort(-scores, kind="stable")[:limit]
        return [self._codes[place] for place in best if scores[place] > 0]


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
