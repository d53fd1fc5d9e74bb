"""Builds the index of a release: which words stand where, and how telling each is.

Words count by how few topics use them (inverse topic frequency), not by how often a procedure repeats
them. Two sets of postings: of topics (what is it about) and of procedures (which case or kind of it).
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np

from knowledge.catalogue.records import Catalogue, Procedure, Status
from knowledge.catalogue.search.index import Entry, Posting, ProcedureIndex
from knowledge.catalogue.search.likeness import Likeness, learn
from knowledge.catalogue.search.weights import WEIGHTS, Weights
from knowledge.catalogue.search.wordings import CASE_SHAPES, wordings
from knowledge.catalogue.topics import (
    Case,
    EverydayLanguage,
    Topic,
    TopicProcedure,
    load_everyday_language,
)
from knowledge.text.lexicon import Lexicon, load_lexicon
from knowledge.text.terms import DATA as TEXT_DATA
from knowledge.text.terms import analyse

SEARCH_FOLDER = "search"
"""Folder under the data directory where learned wordings are kept."""
KEPT_FILES = 2
Weighted = dict[str, dict[int, float]]
Uses = dict[str, Counter[int]]


def build_index(
    catalogue: Catalogue,
    language: EverydayLanguage | None = None,
    weights: Weights = WEIGHTS,
    cache: Path | None = None,
) -> ProcedureIndex:
    """Build the index of a release with its everyday language.

    A procedure without a topic (a department's own list) is a topic of its own, found by its official
    name and results. What is learned from wordings is kept in the folder ``cache``, when given, under a
    name that changes with the wordings.
    """
    language = language or load_everyday_language()
    return _Builder(language, weights, cache).build(catalogue)


def _likeness(
    catalogue: Catalogue,
    language: EverydayLanguage,
    procedures: dict[str, int],
    topics: dict[str, int],
    cache: Path | None,
) -> Likeness:
    """Read what was learned from these wordings before, or learn it now."""
    if cache is None:
        return learn(catalogue, language, procedures, topics)
    path = cache / f"wordings-{_fingerprint(catalogue, language)}.npz"
    try:
        return Likeness.load(path)
    except (OSError, ValueError, KeyError):
        learned = learn(catalogue, language, procedures, topics)
        learned.save(path)
        _keep_newest(cache)
        return learned


def _keep_newest(cache: Path) -> None:
    """Keep what is answered from and what may be published next; delete the rest."""
    newest_first = sorted(cache.glob("wordings-*.npz"), key=lambda path: -path.stat().st_mtime)
    for old in newest_first[KEPT_FILES:]:
        old.unlink(missing_ok=True)


def _fingerprint(catalogue: Catalogue, language: EverydayLanguage) -> str:
    """Name of the learned arrays: changes with any wording, with the text rules and with the method."""
    digest = hashlib.sha256()
    for wording in wordings(catalogue, language):
        digest.update(f"{wording.code}|{wording.topic}|{wording.text}\n".encode())
    digest.update("\n".join(language.others).encode())
    here = Path(__file__).parent
    for path in [
        *sorted(TEXT_DATA.rglob("*.*")),
        *sorted(TEXT_DATA.parent.glob("*.py")),
        here / "likeness.py",
        here / "wordings.py",
        CASE_SHAPES,
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class _Builder:
    def __init__(self, language: EverydayLanguage, weights: Weights, cache: Path | None) -> None:
        self._language = language
        self._weights = weights
        self._cache = cache
        self._topic_units: Weighted = defaultdict(dict)
        self._procedure_units: Weighted = defaultdict(dict)
        self._topic_examples: Uses = defaultdict(Counter)
        self._procedure_examples: Uses = defaultdict(Counter)
        self._phrases: list[tuple[str, str, str]] = []
        self._topics: dict[str, int] = {}

    def build(self, catalogue: Catalogue) -> ProcedureIndex:
        entries = []
        for number, (code, procedure) in enumerate(sorted(catalogue.procedures.items())):
            topic, place = self._language.by_code.get(code, (None, None))
            topic_id = topic.id if topic else code
            if topic_id not in self._topics:
                self._topics[topic_id] = len(self._topics)
                self._add_topic(topic)
            self._add_procedure(procedure, number, self._topics[topic_id], place)
            entries.append(_entry(procedure, topic_id, self._topics[topic_id], place))
        self._weigh_examples(self._topic_examples, self._topic_units)
        self._weigh_examples(self._procedure_examples, self._procedure_units)
        count = max(1, len(self._topics))
        numbers = {entry.code: number for number, entry in enumerate(entries)}
        return ProcedureIndex(
            tuple(entries),
            _postings(self._topic_units, count),
            _postings(self._procedure_units, count),
            Lexicon(self._phrases),
            _idf(0, count),
            _likeness(catalogue, self._language, numbers, self._topics, self._cache),
            self._weights,
        )

    def _add_topic(self, topic: Topic | None) -> None:
        if topic is None:
            return
        number = self._topics[topic.id]
        self._phrases += [("topic", topic.id, name) for name in topic.names]
        self._index(topic.title, number, self._weights.title, self._topic_units)
        self._index(topic.contrast, number, self._weights.contrast, self._topic_units)
        for name in topic.names:
            self._index(name, number, self._weights.name, self._topic_units)
        for hint in topic.hints:
            self._index(hint, number, self._weights.hint, self._topic_units)

    def _add_procedure(
        self, procedure: Procedure, number: int, topic: int, place: TopicProcedure | None
    ) -> None:
        weights = self._weights
        texts = [(procedure.name, weights.official_name)]
        texts += [(result, weights.result) for result in procedure.results[:3]]
        if place:
            texts.append((place.title, weights.title))
        self._index(procedure.field, topic, weights.field_label, self._topic_units)
        for text, weight in texts:
            self._index(text, topic, weight, self._topic_units)
            self._index(text, number, weight, self._procedure_units)
        for example in self._language.examples.get(procedure.code, ()):
            for key in set(_keys(example)):
                self._topic_examples[key][topic] += 1
                self._procedure_examples[key][number] += 1
        for name in place.names if place else ():
            self._phrases.append(("procedure", procedure.code, name))
            self._index(name, number, weights.name, self._procedure_units)
            self._index(name, topic, weights.example, self._topic_units)

    def _weigh_examples(self, uses: Uses, units: Weighted) -> None:
        """A word of one example may be there by chance ("tiệm bánh trên Facebook"); of many it is not."""
        for key, examples in uses.items():
            weighted = units[key]
            for number, count in examples.items():
                weight = self._weights.example * (1 - self._weights.chance**count)
                weighted[number] = max(weight, weighted.get(number, 0.0))

    def _index(self, text: str, number: int, weight: float, units: Weighted) -> None:
        for key in _keys(text):
            weighted = units[key]
            if weight > weighted.get(number, 0.0):
                weighted[number] = weight


def _postings(units: Weighted, count: int) -> dict[str, Posting]:
    return {
        key: Posting(
            np.fromiter(weighted, dtype=np.int32, count=len(weighted)),
            np.fromiter(weighted.values(), dtype=np.float64, count=len(weighted)),
            _idf(len(weighted), count),
        )
        for key, weighted in units.items()
    }


def _idf(using: int, count: int) -> float:
    """Information of a word that ``using`` of ``count`` topics use (Robertson and Spärck Jones)."""
    return math.log(1 + max(0.0, count - using + 0.5) / (using + 0.5))


def _entry(procedure: Procedure, topic: str, topic_number: int, place: TopicProcedure | None) -> Entry:
    named = [Case(match.value) for match in load_lexicon().find(procedure.name) if match.entity == "case"]
    first = [place.case] if place else []
    cases = tuple(dict.fromkeys(first + named)) or (Case.NEW,)
    listed = procedure.status is Status.LISTED
    return Entry(procedure.code, procedure.name, topic, topic_number, cases, procedure.levels, listed)


def _keys(text: str) -> Iterable[str]:
    terms = analyse(text)
    for term in terms:
        yield f"n:{term.norm}"
        yield f"f:{term.folded}"
    for first, second in pairwise(terms):
        yield f"p:{first.folded} {second.folded}"
