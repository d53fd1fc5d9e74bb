"""Search over one release: first what a question is about (topic), then which procedure of it.

A question is measured by how much of its information a topic explains. Postings are arrays, so that
20,000 procedures cost no more than a few vector additions a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from knowledge.catalogue.records import Level
from knowledge.catalogue.search.likeness import Likeness, Scores
from knowledge.catalogue.search.official import OfficialNames
from knowledge.catalogue.search.query import Query, read_query
from knowledge.catalogue.search.result import Candidate, SearchResult, Verdict
from knowledge.catalogue.search.verdict import judge
from knowledge.catalogue.search.weights import SIGNALS, WEIGHTS, Weights
from knowledge.catalogue.topics import Case
from knowledge.text.lexicon import Lexicon
from knowledge.text.terms import Term

Vector = npt.NDArray[np.float64]
LEVELS = {"ministry": Level.MINISTRY, "province": Level.PROVINCE, "commune": Level.COMMUNE}
TOPICS_LOOKED_INTO = 12
RANKED = 30


@dataclass(frozen=True)
class Evidence:
    """What speaks for each procedure looked at.

    ``signals`` has a row for each of ``places``, in the columns of ``weights.SIGNALS``. ``paired_topics``
    share a word pair with the question; ``total`` is the question's information,
    ``ours`` how much it is like our wordings and not other authorities' business.
    """

    places: npt.NDArray[np.int64]
    signals: Vector
    paired_topics: frozenset[int]
    total: float
    ours: float


@dataclass(frozen=True)
class Entry:
    """One procedure in the index; ``cases`` begins with its main case."""

    code: str
    name: str
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
        self._official = OfficialNames((n, entry.name, entry.listed) for n, entry in enumerate(entries))
        self._case_matches: dict[tuple[int, Case | None], Vector] = {}
        self._topic_of = np.array([entry.topic_number for entry in entries], dtype=np.int64)
        self._ministry = np.array([float(set(entry.levels) == {Level.MINISTRY}) for entry in entries])
        self._not_listed = np.array([float(not entry.listed) for entry in entries])

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
        named = self._named(query, wanted)
        if named is not None:
            return SearchResult(Verdict.SURE, self.candidates([named]), 1.0, wanted, query.words)
        if not query.words:
            return SearchResult(Verdict.NONE, case=wanted)
        evidence = self.evidence(text, query, wanted)
        candidates = self._rank(evidence, query)
        return judge(candidates, evidence.ours, query, wanted, limit, self._weights)

    def _named(self, query: Query, wanted: Case | None) -> str | None:
        """Code of the procedure whose whole official name stands in the question, unless for another case."""
        place = self._official.find(query.terms)
        if place is None:
            return None
        entry = self.entries[place]
        cases = {None, *entry.cases, self.read(entry.name).case}
        return entry.code if wanted in cases else None

    def read(self, text: str) -> Query:
        """Return what a question holds for search: content words, everyday names, case, level and codes."""
        return read_query(text, self._names)

    def evidence(self, text: str, query: Query | None = None, case: Case | None = None) -> Evidence:
        """Return what speaks for each procedure worth looking at; the rows of ``signals`` are theirs."""
        query = query or read_query(text, self._names)
        case = case or query.case
        units = list(self._units(query))
        coverage, total = self._coverage(self._topic_postings, len(self._members), units)
        own_words, _ = self._coverage(self._procedure_postings, len(self.entries), units)
        like = self._likeness.score(text, len(self.entries), len(self._members))
        names = self._name_matches(query)
        numbers = self._topics_to_look_into(coverage, names, like)
        places = np.array([place for number in numbers for place in self._members[number]], dtype=np.int64)
        topics = self._topic_of[places]
        case_match = np.concatenate([self._case_match(number, case) for number in numbers] or [np.zeros(0)])
        level = LEVELS.get(query.level or "")
        signals = np.zeros((len(places), len(SIGNALS)))
        columns = {
            "coverage": coverage[topics],
            "name": names[topics],
            "own_words": own_words[places],
            "nearest": like.nearest[places],
            "nearest_topic": like.nearest_topic[topics],
            "classifier": like.margin[places],
            "case": case_match if case is not None and not query.case_is_hint else 0.0,
            "case_hint": case_match if case is not None and query.case_is_hint else 0.0,
            "first_issue": case_match if case is None else 0.0,
            "ministry": self._ministry[places],
            "not_listed": self._not_listed[places],
            "level": [float(level in self.entries[place].levels) for place in places] if level else 0.0,
        }
        for column, name in enumerate(SIGNALS):
            signals[:, column] = columns[name]
        return Evidence(places, signals, self._pairs_met(units, numbers), total, like.ours)

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

    def half_names_another(self, text: str, code: str) -> bool:
        """Tell whether two neighbours stand in an everyday name, and the topic of ``code`` never uses them.

        "Hồ sơ an toàn thực phẩm" holds no whole name, but is about something all the same.
        """
        place = self._by_code.get(code)
        own = None if place is None else self.entries[place].topic_number
        for first, second in pairwise(read_query(text, self._names).content):
            pair = f"p:{first.term.folded} {second.term.folded}"
            if second.follows and not (first.weak and second.weak) and not self._uses(own, pair):
                words = self._named_by(_key(first.term)) & self._named_by(_key(second.term))
                if words & self._named_by(pair):
                    return True
        return False

    def _uses(self, topic: int | None, key: str) -> bool:
        posting = self._topic_postings.get(key)
        return topic is not None and posting is not None and topic in posting.numbers

    def _named_by(self, key: str) -> set[int]:
        """The topics that have a word or word pair in an everyday name."""
        posting = self._topic_postings.get(key)
        if posting is None:
            return set()
        return set(map(int, posting.numbers[posting.weights >= self._weights.name]))

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
            yield _key(term), self._weights.weak_word if item.weak else 1.0
            if previous is not None and item.follows:
                both_weak = item.weak and previous.weak
                pair = f"p:{previous.term.folded} {term.folded}"
                yield pair, self._weights.pair * (self._weights.weak_word if both_weak else 1.0)
            previous = item

    def _coverage(
        self, postings: Mapping[str, Posting], size: int, units: Sequence[tuple[str, float]]
    ) -> tuple[Vector, float]:
        """Share of the question's information that each topic (or procedure) explains, and the whole."""
        total = 0.0
        numbers, shares = [], []
        for key, weight in units:
            known = self._topic_postings.get(key)
            if known is not None:
                total += weight * known.idf
            elif not key.startswith("p:"):
                total += weight * self._unknown_idf
            posting = postings.get(key)
            if posting is not None:
                numbers.append(posting.numbers)
                shares.append(weight * (known or posting).idf * posting.weights)
        if not numbers:
            return np.zeros(size), total
        got = np.asarray(np.bincount(np.concatenate(numbers), np.concatenate(shares), size), np.float64)
        return (got / total if total else got), total

    def _name_matches(self, query: Query) -> Vector:
        """For each topic how telling the longest everyday name found in the question is (0..1)."""
        found = np.zeros(len(self._members))
        for match in query.names:
            if match.entity == "topic":
                number = self._topic_numbers[match.value]
                words = match.last_term - match.first_term + 1
                found[number] = max(found[number], 1 - 0.5**words)
        return found

    def _topics_to_look_into(self, coverage: Vector, names: Vector, like: Scores) -> list[int]:
        """The topics that explain most of the question, and those of the wordings it is most like."""
        best = list(np.argsort(-(coverage + names), kind="stable")[:TOPICS_LOOKED_INTO])
        best += list(np.argsort(-like.nearest_topic, kind="stable")[:TOPICS_LOOKED_INTO])
        best += list(self._topic_of[np.argsort(-like.margin, kind="stable")[:TOPICS_LOOKED_INTO]])
        return [number for number in dict.fromkeys(map(int, best)) if coverage[number] > 0]

    def _case_match(self, topic: int, case: Case | None) -> Vector:
        """For each procedure of the topic how it fits the case; worked out once for each case."""
        known = self._case_matches.get((topic, case))
        if known is None:
            known = self._case_matches[topic, case] = self._fit_case(self._members[topic], case)
        return known

    def _fit_case(self, members: Sequence[int], case: Case | None) -> Vector:
        """1 for the wanted case (default: first issue), less for what stands in for it in the topic."""
        for step, fallback in enumerate(self._weights.case_fallbacks[case or Case.NEW]):
            if any(fallback in self.entries[place].cases for place in members):
                best = 1 - 0.2 * step
                return np.array([best * self._has_case(self.entries[place], fallback) for place in members])
        return np.zeros(len(members))

    @staticmethod
    def _has_case(entry: Entry, case: Case) -> float:
        if entry.cases[0] is case:
            return 1.0
        return 0.9 if case in entry.cases else 0.0

    def _pairs_met(self, units: Sequence[tuple[str, float]], numbers: Sequence[int]) -> frozenset[int]:
        """The topics looked into that have a word pair of the question."""
        met: set[int] = set()
        for key, _ in units:
            posting = self._topic_postings.get(key) if key.startswith("p:") else None
            if posting is not None:
                met.update(map(int, posting.numbers))
        return frozenset(met.intersection(numbers))

    def _rank(self, evidence: Evidence, query: Query) -> list[Candidate]:
        scores = evidence.signals @ self._weights.vector
        best = np.argsort(-scores, kind="stable")[:RANKED]
        ranked = []
        rows = evidence.places[best], scores[best], evidence.signals[best]
        for place, score, row in zip(*(values.tolist() for values in rows), strict=True):
            entry = self.entries[place]
            reasons = tuple(m.phrase for m in query.names if m.value in {entry.topic, entry.code})
            grounded = bool(reasons) or entry.topic_number in evidence.paired_topics
            signals = dict(zip(SIGNALS, row, strict=True))
            ranked.append(
                Candidate(
                    entry.code,
                    entry.topic,
                    score,
                    signals["coverage"],
                    reasons,
                    grounded,
                    max(signals["nearest"], signals["nearest_topic"]),
                    signals["classifier"],
                    signals["own_words"],
                    bool(signals["ministry"]),
                )
            )
        return ranked


def _key(term: Term) -> str:
    return f"n:{term.norm}" if term.marked else f"f:{term.folded}"
