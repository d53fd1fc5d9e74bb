"""How like a question is to the wordings of each procedure: nearest wordings, and a linear classifier.

Both work on the same features (TF-IDF of ``wordings.features``). The classifier (linear support vectors,
one against the rest) learns what tells neighbours apart; nearest wordings also cover procedures that have
nothing but an official name. Learned arrays are kept on disk, so that a start does not learn again.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix, vstack

from knowledge.catalogue.records import Catalogue
from knowledge.catalogue.search.wordings import features, wordings
from knowledge.catalogue.topics import EverydayLanguage
from knowledge.text.normalise import strip_marks

Vector = npt.NDArray[np.float64]
LEAST_WORDINGS = 4
"""A procedure with fewer wordings is left to nearest wordings."""


@dataclass(frozen=True)
class Scores:
    """Scores of one question.

    ``nearest`` is the cosine with the nearest wording of each procedure, ``nearest_topic`` of each topic,
    ``margin`` the classifier's margin for each procedure (0 where none was learned). ``ours`` (0..1) is how
    much the question is like ours rather than like other authorities' business.
    """

    nearest: Vector
    nearest_topic: Vector
    margin: Vector
    ours: float


class Likeness:
    """Compares questions with the wordings of a release's procedures."""

    def __init__(self, vocabulary: dict[str, int], arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take what ``learn`` made or ``load`` read."""
        self._vocabulary = vocabulary
        self._arrays = arrays
        self._idf = arrays["idf"]
        shape = (len(arrays["owners"]), len(vocabulary))
        matrix = csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
        self._columns: csc_matrix = matrix.tocsc()
        self._count = len(arrays["owners"])
        self._by_owner = _Groups(arrays["owners"])
        self._by_topic = _Groups(arrays["topics"])
        self._classes = arrays["classes"]
        self._weights = arrays["weights"]
        self._steps = arrays["steps"]
        self._intercepts = arrays["intercepts"]
        self._ours = arrays["ours"]

    def score(self, text: str, procedures: int, topics: int) -> Scores:
        """Score ``text`` against all procedures and topics (numbered as in the index)."""
        places, values = self._vector(text)
        margin = np.zeros(procedures)
        if len(places) == 0:
            return Scores(np.zeros(procedures), np.zeros(topics), margin, 0.5)
        similarity = self._similarity(places, values)
        nearest = self._by_owner.best(similarity, procedures)
        nearest_topic = self._by_topic.best(similarity, topics)
        if len(self._classes):
            steps = (values * self._steps[places]).astype(np.float32)
            decisions = steps @ self._weights[places].astype(np.float32) + self._intercepts
            spread = decisions.std() or 1.0
            margin[self._classes] = (decisions - decisions.mean()) / spread
        ours = float(values @ self._ours[places] + self._arrays["ours_intercept"])
        return Scores(nearest, nearest_topic, margin, 1 / (1 + math.exp(-max(-30.0, min(30.0, ours)))))

    def _similarity(self, places: npt.NDArray[np.int64], values: Vector) -> Vector:
        """Cosine of the question with every wording."""
        columns = self._columns
        bounds = columns.indptr[places].tolist(), columns.indptr[places + 1].tolist()
        spans = [slice(start, end) for start, end in zip(*bounds, strict=True)]
        rows = np.concatenate([columns.indices[span] for span in spans])
        shares = np.concatenate(
            [columns.data[span] * value for span, value in zip(spans, values.tolist(), strict=True)]
        )
        return np.asarray(np.bincount(rows, shares, self._count), dtype=np.float64)

    def _vector(self, text: str) -> tuple[npt.NDArray[np.int64], Vector]:
        counts = Counter(name for name in features(text) if name in self._vocabulary)
        places = np.fromiter((self._vocabulary[name] for name in counts), dtype=np.int64, count=len(counts))
        values = np.fromiter((1 + math.log(n) for n in counts.values()), dtype=np.float64, count=len(counts))
        values = values * self._idf[places]
        length = float(np.sqrt((values**2).sum()))
        return places, values / length if length else values

    def save(self, path: Path) -> None:
        """Write the learned arrays to ``path`` at once or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be saving the same; and `wordings-*.npz` are finished files.
        draft = path.with_name(f".{path.stem}.{os.getpid()}.npz")
        names = np.array(
            json.dumps(sorted(self._vocabulary, key=self._vocabulary.__getitem__), ensure_ascii=False)
        )
        try:
            np.savez(draft, vocabulary=names, **self._arrays)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> Likeness:
        """Read what ``save`` wrote.

        Raises:
            OSError, ValueError, KeyError: there is no such file, or it is not one of ours.
        """
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        names = json.loads(str(arrays.pop("vocabulary")))
        return cls({name: place for place, name in enumerate(names)}, arrays)


class _Groups:
    """Wordings grouped by what they belong to (numbers below 0 belong to nothing)."""

    def __init__(self, numbers: npt.NDArray[np.int32]) -> None:
        order = np.argsort(numbers, kind="stable")
        self._order = order[numbers[order] >= 0]
        self._groups, self._starts = np.unique(numbers[self._order], return_index=True)

    def best(self, values: Vector, size: int) -> Vector:
        """Return the greatest value of each group, 0 for groups without wordings."""
        result = np.zeros(size)
        if len(self._groups):
            result[self._groups] = np.maximum.reduceat(values[self._order], self._starts)
        return result


def learn(
    catalogue: Catalogue, language: EverydayLanguage, procedures: dict[str, int], topics: dict[str, int]
) -> Likeness:
    """Learn from the wordings of a release; ``procedures`` and ``topics`` number them as the index does."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - slow to import

    known = list(wordings(catalogue, language))
    vectoriser = TfidfVectorizer(analyzer=list, sublinear_tf=True)
    texts = [features(text) for text in (*(wording.text for wording in known), *language.others)]
    fitted = vectoriser.fit_transform(texts).tocsr()
    matrix, marked_others = fitted[: len(known)], fitted[len(known) :]
    owners = np.array([procedures[w.code] if w.code else -1 for w in known], dtype=np.int32)
    unmarked = vectoriser.transform([features(strip_marks(wording.text)) for wording in known])
    as_typed = vstack([matrix, unmarked]).tocsr()  # half of all citizens type without marks
    classes, margins, intercepts = _classify(matrix, owners)
    weights, steps = _rounded(margins)
    unmarked_others = vectoriser.transform([features(strip_marks(text)) for text in language.others])
    others = vstack([marked_others, unmarked_others]).tocsr()
    ours, ours_intercept = _tell_apart(as_typed, others)
    arrays = {
        "idf": vectoriser.idf_,
        "data": matrix.data.astype(np.float32),
        "indices": matrix.indices,
        "indptr": matrix.indptr,
        "owners": owners,
        "topics": np.array([topics[w.topic] for w in known], dtype=np.int32),
        "classes": classes,
        "weights": weights,
        "steps": steps,
        "intercepts": intercepts,
        "ours": ours,
        "ours_intercept": np.array(ours_intercept),
    }
    return Likeness({str(name): int(place) for name, place in vectoriser.vocabulary_.items()}, arrays)


def _tell_apart(ours: csr_matrix, others: csr_matrix) -> tuple[Vector, float]:
    """Fit what tells our wordings from other authorities' business; zeros without any to learn from."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import, only to learn

    if others.shape[0] == 0:
        return np.zeros(ours.shape[1]), 0.0
    labels = [True] * ours.shape[0] + [False] * others.shape[0]
    model = LogisticRegression(C=5.0, class_weight="balanced", solver="liblinear", max_iter=300)
    model.fit(vstack([ours, others]), labels)
    return np.asarray(model.coef_[0]), float(model.intercept_[0])


def _classify(
    matrix: csr_matrix, owners: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], Vector, Vector]:
    """Fit the classifier on procedures with enough wordings; weights as (feature, class)."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - slow to import, only to learn

    counts = Counter(int(owner) for owner in owners if owner >= 0)
    rows = np.array([n for n, owner in enumerate(owners) if counts.get(int(owner), 0) >= LEAST_WORDINGS])
    if len(rows) == 0 or len({int(owners[row]) for row in rows}) < 3:  # two classes give one vector only
        return np.zeros(0, dtype=np.int32), np.zeros((matrix.shape[1], 0)), np.zeros(0)
    machine = LinearSVC(C=1.0, tol=0.1, random_state=0)  # a finer tolerance: no better, several times as long
    machine.fit(matrix[rows], owners[rows])
    return (
        machine.classes_.astype(np.int32),
        np.ascontiguousarray(machine.coef_.T),
        machine.intercept_.astype(np.float64),
    )


def _rounded(weights: Vector) -> tuple[npt.NDArray[np.int16], Vector]:
    """Return the weights as whole steps of 16 bits, and how large a step is for each feature.

    A quarter of the memory; and of all numbers of 16 bits NumPy makes real ones of these the fastest.
    """
    greatest = np.abs(weights).max(axis=1, initial=0.0)
    steps = np.where(greatest > 0, greatest, 1.0) / np.iinfo(np.int16).max
    return np.rint(weights / steps[:, None]).astype(np.int16), steps
