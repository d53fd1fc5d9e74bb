"""Facets by words: one logistic regression for each facet over words, word pairs and triples.

It sees exactly which words stand together, how a message ends, and which facets the phrase lexicon found; so
a phrase is strong evidence, and the rest of the message may overrule it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.nlu.facet_examples import Lesson
from bot.nlu.reading import Reading

Floats = npt.NDArray[np.floating[Any]]


class FacetWords:
    """Trained weights of words, a row a facet, in the order of ``facets``."""

    def __init__(self, facets: list[str], names: list[str], weights: Floats, intercepts: Floats) -> None:
        """Take what was learned: the features' names and a weight of each for each facet."""
        self.facets = facets
        self._vocabulary = {name: place for place, name in enumerate(names)}
        self._weights = weights
        self._by_feature = np.ascontiguousarray(weights.T)
        self._intercepts = intercepts

    @classmethod
    def fit(
        cls,
        lessons: Sequence[Lesson],
        facets: list[str],
        inverse_regularisation: float,
        least_messages: int,
    ) -> FacetWords:
        """Learn ``facets``; what occurs in fewer than ``least_messages`` is left out."""
        rows = [_features(lesson.reading) for lesson in lessons]
        importance = [lesson.importance for lesson in lessons]
        counts = Counter(name for row in rows for name in row)
        names = sorted(name for name, count in counts.items() if count >= least_messages)
        matrix = _matrix(rows, {name: place for place, name in enumerate(names)})
        fitted = [
            LogisticRegression(C=inverse_regularisation, max_iter=300, solver="liblinear").fit(
                matrix, [facet in lesson.facets for lesson in lessons], importance
            )
            for facet in facets
        ]
        weights = np.vstack([model.coef_[0] for model in fitted])
        return cls(facets, names, weights, np.array([float(model.intercept_[0]) for model in fitted]))

    def probabilities(self, reading: Reading) -> Floats:
        """Return how probably each facet is asked."""
        row = _features(reading)
        places = [self._vocabulary[name] for name in row if name in self._vocabulary]
        scores = self._intercepts.copy()
        if places:
            scores = scores + self._by_feature[places].sum(axis=0) / np.sqrt(len(row))
        return np.asarray(1 / (1 + np.exp(-scores)))

    def save(self, folder: Path) -> None:
        """Write the weights."""
        names = sorted(self._vocabulary, key=self._vocabulary.__getitem__)
        content = json.dumps({"vocabulary": names, "facets": self.facets}, ensure_ascii=False)
        (folder / "facet_words.json").write_text(content, encoding="utf-8")
        np.savez(folder / "facet_words.npz", weights=self._weights, intercepts=self._intercepts)

    @classmethod
    def load(cls, folder: Path) -> FacetWords:
        """Read what ``save`` wrote."""
        content = json.loads((folder / "facet_words.json").read_text(encoding="utf-8"))
        with np.load(folder / "facet_words.npz", allow_pickle=False) as arrays:
            return cls(content["facets"], content["vocabulary"], arrays["weights"], arrays["intercepts"])


def _matrix(rows: list[list[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """Return the rows over the vocabulary; with what is not in it, each has length 1."""
    known = [[vocabulary[name] for name in row if name in vocabulary] for row in rows]
    lengths = [len(row) for row in known]
    places = [place for row in known for place in row]
    values = np.repeat(1 / np.sqrt([len(row) for row in rows]), lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return csr_matrix((values, places, starts), shape=(len(rows), len(vocabulary)))


def _features(reading: Reading) -> list[str]:
    """Return the distinct features of a message."""
    folded = ["^", *(term.folded for term in reading.terms), "$"]
    names = {f"w:{word}" for word in folded}
    names |= {f"b:{first} {second}" for first, second in pairwise(folded)}
    names |= {f"t:{' '.join(three)}" for three in zip(folded, folded[1:], folded[2:], strict=False)}
    names |= {f"m:{term.norm}" for term in reading.terms if term.marked}
    phrases = [match.value for match in reading.phrases if match.entity == "facet"]
    names |= {f"phrase:{value}" for value in phrases}
    names.add(f"phrases:{min(len(set(phrases)), 3)}")
    return sorted(names)
