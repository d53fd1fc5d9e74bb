"""Search over one release: first what a question is about (topic), then which procedure of it.

A question is measured by how much of its information a topic explains. Postings are arrays, so that
20,000 procedures cost no more than a few vector additions a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.catalogue.records import Level
from knowledge.catalogue.search.likeness import Likeness, Scores
from knowledge.catalogue.search.query import Query, read_query
from knowledge.catalogue.search.result import Candidate, SearchResult, Verdict
from knowledge.catalogue.search.weights import WEIGHTS, Weights
from knowledge.catalogue.topics import Case
from knowledge.text.lexicon import Lexicon, Match

Vector = npt.NDArray[np.float64]
LEVELS = {"ministry": Level.MINISTRY, "province": Level.PROVINCE, "commune": Level.COMMUNE}
TOPICS_LOOKED_INTO = 12


@dataclass(frozen=True)
class Entry:
    """One procedure in the index; ``cases`` begins with its main case."""

    code: str
    topic: str
    topic_number: int
    cases: tuple[Case, ...]
    levels: tuple[Level, ...]
    listed: bool


@dataclass(frozen=True)
class Posting:
    """Where a word or word pair stands: numbers, weights there, and its information."""

    numbers: npt.NDArray[np.int32]
    weights: Vector
    idf: float


class ProcedureIndex:
    """Finds procedures by everyday words; made by ``build_index``."""

    def __init__(
        self,
        entries: tuple[Entry, ...],
        topic_postings: Mapping[str, Posting],
        procedure_postings: Mapping[str, Posting],
        names: Lexicon,
        unknown_idf: float,
        likeness: Likeness,
        weights: Weights = WEIGHTS,
    ) -> None:
        """Take the entries, postings and learned wordings of one release."""
        self._likeness = likeness
        self.entries = entries
        self._topic_postings = topic_postings
        self._procedure_postings = procedure_postings
        self._names = names
        self._unknown_idf = unknown_idf
        self._weights = weights
        self._members: dict[int, list[int]] = defaultdict(list)
        self._topic_numbers: dict[str, int] = {}
        for place, entry in enumerate(entries):
            self._members[entry.topic_number].append(place)
            self._topic_numbers[entry.topic] = entry.topic_number
        self._by_code = {entry.code: place for place, entry in enumerate(entries)}

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
            verdict = Verdict.SURE if len(known) == 1 else Verdict.SEVERAL
            return SearchResult(verdict, self.candidates(known), 1.0, wanted, query.words)
        if not query.words:
            return SearchResult(Verdict.NONE, case=wanted)
        units = list(self._units(query))
        topics, total = self._topic_coverage(query, units)
        like = self._likeness.score(text, len(self.entries), len(self._members))
        candidates = self._procedures(query, units, topics, total, wanted, like)
        grounded = bool(candidates) and self._is_grounded(query, units, candidates[0])
        return self._judge(query, candidates, wanted, limit, grounded=grounded)

    def family(self, code: str) -> tuple[str, ...]:
        """Codes of the topic that ``code`` belongs to, itself included; empty when unknown."""
        place = self._by_code.get(code)
        if place is None:
            return ()
        return tuple(self.entries[i].code for i in self._members[self.entries[place].topic_number])

    def siblings(self, code: str, case: Case) -> tuple[str, ...]:
        """Procedures of the same topic for another case ("thế cấp lại?"), listed ones first choice."""
        members = [self.entries[self._by_code[other]] for other in self.family(code)]
        members = [entry for entry in members if entry.listed] or members
        for fallback in self._weights.case_fallbacks[case]:
            hits = [entry for entry in members if entry.cases[0] is fallback]
            hits = hits or [entry for entry in members if fallback in entry.cases]
            if hits:
                return tuple(entry.code for entry in hits)
        return ()

    def candidates(self, codes: Iterable[str]) -> tuple[Candidate, ...]:
        """Wrap known codes as candidates."""
        known = [code for code in codes if code in self._by_code]
        return tuple(
            Candidate(code, self.entries[self._by_code[code]].topic, 1.0, 1.0, ("code",)) for code in known
        )

    def _units(self, query: Query) -> Iterable[tuple[str, float]]:
        """The question's words and word pairs as (posting key, weight)."""
        previous = None
        for item in query.content:
            term = item.term
            key = f"n:{term.norm}" if term.marked else f"f:{term.folded}"
            yield key, self._weights.weak_word if item.weak else 1.0
            if previous is not None and item.follows:
                both_weak = item.weak and previous.weak
                pair = f"p:{previous.term.folded} {term.folded}"
                yield pair, self._weights.pair * (self._weights.weak_word if both_weak else 1.0)
            previous = item

    def _topic_coverage(self, query: Query, units: Sequence[tuple[str, float]]) -> tuple[Vector, float]:
        """Share of the question's information that each topic explains, and the information in all."""
        total = 0.0
        got = np.zeros(len(self._members))
        for key, weight in units:
            posting = self._topic_postings.get(key)
            if posting is not None:
                total += weight * posting.idf
                got[posting.numbers] += weight * posting.idf * posting.weights
            elif not key.startswith("p:"):
                total += weight * self._unknown_idf
        coverage = got / total if total else got
        for match in query.names:
            number = self._topic_of_name(match)
            words = match.last_term - match.first_term + 1
            if match.entity == "topic":
                coverage[number] += self._weights.name_bonus * (1 - 0.5**words)
        return coverage, total

    def _topic_of_name(self, match: Match) -> int:
        if match.entity == "topic":
            return self._topic_numbers[match.value]
        return self.entries[self._by_code[match.value]].topic_number

    def _procedures(
        self,
        query: Query,
        units: Sequence[tuple[str, float]],
        topics: Vector,
        total: float,
        case: Case | None,
        like: Scores,
    ) -> list[Candidate]:
        """Score the procedures of the best topics by case, level, telling words and likeness."""
        weights = self._weights
        own = weights.specific * self._own_words(units, total)
        own += weights.nearest * like.nearest + weights.margin_of_classifier * like.margin
        found: list[Candidate] = []
        for number in self._topics_to_look_into(topics, like):
            members = self._members[number]
            cases = self._case_scores(members, case, is_hint=query.case_is_hint)
            topic_score = float(topics[number]) + weights.nearest_topic * float(like.nearest_topic[number])
            for place, case_score in zip(members, cases, strict=True):
                entry = self.entries[place]
                score = topic_score + float(own[place]) + case_score + self._prior(entry, query)
                found.append(
                    Candidate(entry.code, entry.topic, score, float(topics[number]), self._why(entry, query))
                )
        found.sort(key=lambda candidate: -candidate.score)
        return found

    def _topics_to_look_into(self, topics: Vector, like: Scores) -> list[int]:
        """The topics that explain most of the question, and those of the wordings it is most like."""
        best = list(np.argsort(-topics, kind="stable")[:TOPICS_LOOKED_INTO])
        best += list(np.argsort(-like.nearest_topic, kind="stable")[:TOPICS_LOOKED_INTO])
        best += [self.entries[place].topic_number for place in np.argsort(-like.margin)[:TOPICS_LOOKED_INTO]]
        return [int(n) for n in dict.fromkeys(int(n) for n in best) if topics[n] > 0]

    def _own_words(self, units: Sequence[tuple[str, float]], total: float) -> Vector:
        """Share of the question that each procedure's own words explain."""
        got = np.zeros(len(self.entries))
        for key, weight in units:
            posting = self._procedure_postings.get(key)
            if posting is not None:
                got[posting.numbers] += weight * posting.idf * posting.weights
        return got / total if total else got

    def _case_scores(self, members: Sequence[int], case: Case | None, *, is_hint: bool) -> list[float]:
        """Prefer the wanted case, or what stands in for it within the topic."""
        if case is None:
            gain = self._weights.default_case_gain
        else:
            gain = self._weights.case_hint_gain if is_hint else self._weights.case_gain
        for step, fallback in enumerate(self._weights.case_fallbacks[case or Case.NEW]):
            if any(fallback in self.entries[place].cases for place in members):
                return [
                    gain * (1 - 0.2 * step) * (1.0 if self.entries[place].cases[0] is fallback else 0.9)
                    if fallback in self.entries[place].cases
                    else 0.0
                    for place in members
                ]
        return [0.0] * len(members)

    def _prior(self, entry: Entry, query: Query) -> float:
        weights = self._weights
        prior = 0.0 if entry.listed else -weights.withdrawn_cost
        wanted = LEVELS.get(query.level or "")
        if wanted is not None and wanted in entry.levels:
            prior += weights.level_gain
        return prior - (weights.ministry_cost if set(entry.levels) == {Level.MINISTRY} else 0.0)

    def _why(self, entry: Entry, query: Query) -> tuple[str, ...]:
        return tuple(match.phrase for match in query.names if match.value in {entry.topic, entry.code})

    def _is_grounded(self, query: Query, units: Sequence[tuple[str, float]], best: Candidate) -> bool:
        """Tell whether more than stray words point to the best topic: an everyday name or a word pair."""
        if best.reasons:
            return True
        number = self._topic_numbers[best.topic]
        postings = (self._topic_postings.get(key) for key, _ in units if key.startswith("p:"))
        return any(posting is not None and number in posting.numbers for posting in postings)

    def _judge(
        self,
        query: Query,
        candidates: Sequence[Candidate],
        case: Case | None,
        limit: int,
        *,
        grounded: bool,
    ) -> SearchResult:
        """Say sure, several or none from how much the best explains and how far the next is behind."""
        weights = self._weights
        best = candidates[0] if candidates else None
        if best is None or best.coverage < weights.several_from or (not grounded and len(query.words) > 1):
            confidence = best.coverage / 2 if best else 0.0
            return SearchResult(Verdict.NONE, tuple(candidates[:limit]), confidence, case, query.words)
        close = [other for other in candidates[1:] if best.score - other.score < weights.margin]
        lead = best.score - candidates[1].score if len(candidates) > 1 else 1.0
        confidence = min(1.0, best.coverage) * (0.5 + 0.5 * min(1.0, lead / (2 * weights.margin)))
        if best.coverage >= weights.sure_from and grounded and not close:
            return SearchResult(Verdict.SURE, tuple(candidates[:limit]), confidence, case, query.words)
        near = close or [c for c in candidates[1:] if best.score - c.score < 2 * weights.margin]
        return SearchResult(Verdict.SEVERAL, (best, *near)[:limit], confidence, case, query.words)
