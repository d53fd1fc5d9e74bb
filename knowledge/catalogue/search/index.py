"""The index over one release: postings of words and word pairs, everyday names, and scoring.

Words count by how few topics use them (inverse topic frequency), not by how often a procedure repeats
them, and a question is measured by how much of its information a procedure explains. Postings are
arrays, so that 20,000 procedures cost no more than a few vector additions a question.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from knowledge.catalogue.records import Catalogue, Level, Procedure, Status
from knowledge.catalogue.search.query import Query, read_query
from knowledge.catalogue.search.result import Candidate, SearchResult, Verdict
from knowledge.catalogue.search.weights import WEIGHTS, Weights
from knowledge.catalogue.topics import Case, EverydayLanguage, Topic, TopicProcedure, load_everyday_language
from knowledge.text.lexicon import Lexicon, load_lexicon
from knowledge.text.terms import Term, analyse

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Entry:
    """One procedure in the index."""

    code: str
    topic: str
    cases: tuple[Case, ...]
    levels: tuple[Level, ...]
    listed: bool


@dataclass(frozen=True)
class _Posting:
    ids: npt.NDArray[np.int32]
    weights: Vector
    idf: float


class ProcedureIndex:
    """Search over the procedures of one release."""

    def __init__(self, entries: tuple[Entry, ...], postings: Mapping[str, _Posting], names: Lexicon,
                 unknown_idf: float, weights: Weights = WEIGHTS) -> None:
        """Take what ``build_index`` made."""
        self.entries = entries
        self._postings = postings
        self._names = names
        self._unknown_idf = unknown_idf
        self._weights = weights
        self._by_topic: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            self._by_topic[entry.topic].append(place)
        self._by_code = {entry.code: place for place, entry in enumerate(entries)}
        self._prior = np.array([self._prior_of(entry) for entry in entries])

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def search(self, text: str, *, case: Case | None = None, limit: int = 5) -> SearchResult:
        """Find the procedures that ``text`` means.

        Args:
            text: the citizen's words, at most a few thousand characters.
            case: the case when the dialogue already knows it; otherwise read from the text.
            limit: how many candidates to return.
        """
        query = read_query(text, self._names)
        wanted = case or query.case
        known = [code for code in query.codes if code in self._by_code]
        if known:
            return self._by_codes(known, wanted)
        if not query.content or not self.entries:
            return SearchResult(Verdict.NONE, case=wanted)
        coverage, named = self._coverage(query)
        score = coverage + self._prior + self._case_scores(wanted, coverage) + self._level_scores(query)
        score = np.where(coverage > 0, score, -1.0)
        order = np.argsort(-score, kind="stable")[: max(limit, 8)]
        candidates = tuple(
            Candidate(
                self.entries[i].code, self.entries[i].topic, round(float(score[i]), 4), round(float(coverage[i]), 4),
                tuple(sorted(named.get(int(i), ()))),
            )
            for i in order
            if coverage[i] > 0
        )
        return self._judge(query, candidates, wanted, limit)

    def family(self, code: str) -> tuple[str, ...]:
        """Codes of the topic that ``code`` belongs to, itself included; empty when unknown."""
        place = self._by_code.get(code)
        return tuple(self.entries[i].code for i in self._by_topic[self.entries[place].topic]) if place is not None else ()

    def in_topic_of(self, code: str, case: Case) -> str | None:
        """The procedure of the same topic for another case ("thế cấp lại?"), or None."""
        place = self._by_code.get(code)
        if place is None:
            return None
        members = self._by_topic[self.entries[place].topic]
        members = [i for i in members if self.entries[i].listed] or members
        for fallback in self._weights.case_fallbacks.get(case, (case,)):
            for i in members:
                if fallback in self.entries[i].cases:
                    return self.entries[i].code
        return None

    def _by_codes(self, codes: list[str], case: Case | None) -> SearchResult:
        candidates = tuple(
            Candidate(code, self.entries[self._by_code[code]].topic, 1.0, 1.0, ("code",)) for code in codes
        )
        return SearchResult(Verdict.SURE if len(codes) == 1 else Verdict.SEVERAL, candidates, 1.0, case)

    def _coverage(self, query: Query) -> tuple[Vector, dict[int, set[str]]]:
        """Share of the question's information each procedure explains, and the names that matched."""
        total = 0.0
        got = np.zeros(len(self.entries))
        for key, fallback, weight in _units(query):
            posting = self._postings.get(key) or (self._postings.get(fallback) if fallback else None)
            if posting is None:
                if weight >= 1.0:
                    total += weight * self._unknown_idf
                continue
            total += weight * posting.idf
            got[posting.ids] += weight * posting.idf * posting.weights
        named: dict[int, set[str]] = defaultdict(set)
        bonus = np.zeros(len(self.entries))
        for match in query.names:
            for i in self._members(match.entity, match.value):
                named[i].add(match.phrase)
                words = match.last_term - match.first_term + 1
                bonus[i] = max(bonus[i], self._weights.name_bonus * (1 - 0.5**words))
        coverage = got / total if total else got
        return coverage + bonus, named

    def _members(self, entity: str, value: str) -> list[int]:
        if entity == "topic":
            return self._by_topic[value]
        return [self._by_code[value]] if value in self._by_code else []

    def _case_scores(self, case: Case | None, coverage: Vector) -> Vector:
        """Prefer the wanted case, or what stands in for it within the same topic."""
        scores = np.zeros(len(self.entries))
        fallbacks = self._weights.case_fallbacks.get(case or Case.NEW, ())
        gain = self._weights.case_gain if case else self._weights.default_case_gain
        for members in self._by_topic.values():
            if coverage[members].max() <= 0:
                continue
            for step, fallback in enumerate(fallbacks):
                hits = [i for i in members if fallback in self.entries[i].cases]
                if hits:
                    scores[hits] = gain * (1 - 0.2 * step)
                    break
        return scores

    def _level_scores(self, query: Query) -> Vector:
        wanted = {"ministry": Level.MINISTRY, "province": Level.PROVINCE, "commune": Level.COMMUNE}.get(query.level or "")
        if wanted is None:
            return np.zeros(len(self.entries))
        return np.array([self._weights.level_gain if wanted in entry.levels else 0.0 for entry in self.entries])

    def _prior_of(self, entry: Entry) -> float:
        prior = 0.0 if entry.listed else -self._weights.withdrawn_cost
        return prior - (self._weights.ministry_cost if set(entry.levels) == {Level.MINISTRY} else 0.0)

    def _judge(self, query: Query, candidates: tuple[Candidate, ...], case: Case | None, limit: int) -> SearchResult:
        weights = self._weights
        content = tuple(term.norm for term in query.content)
        if not candidates or candidates[0].coverage < weights.several_from:
            return SearchResult(Verdict.NONE, candidates[:limit], candidates[0].coverage / 2 if candidates else 0.0, case, content)
        best = candidates[0]
        close = [c for c in candidates[1:] if best.score - c.score < weights.margin]
        sure = best.coverage >= weights.sure_from and not close
        margin = best.score - candidates[1].score if len(candidates) > 1 else 1.0
        confidence = min(1.0, best.coverage) * (0.5 + 0.5 * min(1.0, margin / (2 * weights.margin)))
        if sure:
            return SearchResult(Verdict.SURE, candidates[:limit], confidence, case, content)
        offered = (best, *close) if close else tuple(c for c in candidates if best.score - c.score < 2 * weights.margin)
        return SearchResult(Verdict.SEVERAL, offered[:limit], confidence, case, content)


def _units(query: Query) -> Iterable[tuple[str, str | None, float]]:
    """The question's words and word pairs as (posting key, fallback key, weight)."""
    content = query.content
    for term in content:
        if term.marked:
            yield f"n:{term.norm}", f"t:{term.folded}", 1.0
        else:
            yield f"f:{term.folded}", None, 1.0
    for first, second in pairwise(content):
        if second.start - first.end <= 2:
            yield f"p:{first.folded} {second.folded}", None, WEIGHTS.pair_weight


def build_index(catalogue: Catalogue, language: EverydayLanguage | None = None, weights: Weights = WEIGHTS) -> ProcedureIndex:
    """Build the index of a release with its everyday language."""
    language = language or load_everyday_language()
    entries: list[Entry] = []
    units: dict[str, dict[int, float]] = defaultdict(dict)
    topics_of: dict[str, set[str]] = defaultdict(set)
    phrases: list[tuple[str, str, str]] = []
    seen_topics: set[str] = set()
    for code, procedure in sorted(catalogue.procedures.items()):
        topic, place = language.by_code.get(code, (None, None))
        entry = _entry(procedure, topic, place)
        number = len(entries)
        entries.append(entry)
        for text, weight in _texts(procedure, topic, place, weights):
            for key in _keys(text):
                if weight > units[key].get(number, 0.0):
                    units[key][number] = weight
                topics_of[key].add(entry.topic)
        if topic and topic.id not in seen_topics:
            seen_topics.add(topic.id)
            phrases += [("topic", topic.id, name) for name in topic.names]
        if place:
            phrases += [("procedure", code, name) for name in place.names]
    group_count = max(1, len({entry.topic for entry in entries}))
    postings = {
        key: _Posting(
            np.fromiter(weighted, dtype=np.int32, count=len(weighted)),
            np.fromiter(weighted.values(), dtype=np.float64, count=len(weighted)),
            _idf(len(topics_of[key]), group_count),
        )
        for key, weighted in units.items()
    }
    return ProcedureIndex(tuple(entries), postings, Lexicon(phrases), _idf(0, group_count), weights)


def _idf(topics: int, count: int) -> float:
    return math.log(1 + (count - topics + 0.5) / (topics + 0.5))


def _entry(procedure: Procedure, topic: Topic | None, place: TopicProcedure | None) -> Entry:
    named = [Case(m.value) for m in load_lexicon().find(procedure.name) if m.entity == "case"]
    cases = dict.fromkeys(([place.case] if place else []) + (named or ([] if place else [Case.NEW])))
    return Entry(
        procedure.code, topic.id if topic else procedure.code, tuple(cases), procedure.levels,
        procedure.status is Status.LISTED,
    )


def _texts(procedure: Procedure, topic: Topic | None, place: TopicProcedure | None,
           weights: Weights) -> Iterable[tuple[str, float]]:
    yield procedure.name, weights.official_name
    yield procedure.field, weights.field_label
    for result in procedure.results[:3]:
        yield result, weights.result
    if topic and place:
        yield topic.title, weights.title
        yield topic.contrast, weights.contrast
        yield place.title, weights.title
        for name in topic.names:
            yield name, weights.name
        for name in place.names:
            yield name, weights.name
        for hint in topic.hints:
            yield hint, weights.hint


def _keys(text: str) -> Iterable[str]:
    terms: tuple[Term, ...] = analyse(text)
    for term in terms:
        yield f"n:{term.norm}"
        yield f"f:{term.folded}"
    for first, second in pairwise(terms):
        yield f"p:{first.folded} {second.folded}"
