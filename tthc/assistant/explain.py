"""How a question was read and what spoke for each procedure: for people who improve the assistant."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import numpy as np

from actions.services import Services
from knowledge.catalogue.search.query import Query
from knowledge.catalogue.search.weights import SIGNALS, WEIGHTS
from knowledge.catalogue.topics import Case
from knowledge.text.lexicon import load_lexicon
from knowledge.text.normalise import normalise
from knowledge.text.terms import analyse
from tthc.assistant.conversation import Turn

BEST = 5
INTENTS = 3


@dataclass(frozen=True)
class TermRead:
    """What was typed, what it was read as, and how: typed, abbreviation, keyboard or split."""

    typed: str
    read: str
    source: str


@dataclass(frozen=True)
class Found:
    """An entity of NLU or a phrase of the lexicons, with the words of the question it was found in."""

    entity: str
    value: str
    words: str
    phrase: str | None


@dataclass(frozen=True)
class Signal:
    """What one signal of the search says for a procedure, and what that is worth in its score."""

    name: str
    value: float
    contribution: float


@dataclass(frozen=True)
class Contender:
    """A procedure looked at. ``names`` are the everyday names of it found in the question."""

    code: str
    title: str
    score: float
    names: tuple[str, ...]
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything between the words of a question and its answer.

    ``case_from`` says how the case came about: words ("cấp lại"), a verb that hints at it, or the dialogue.
    ``verdict`` and ``confidence`` are those of the search, before the dialogue decides.
    """

    normalised: str
    terms: tuple[TermRead, ...]
    intents: tuple[tuple[str, float], ...]
    found: tuple[Found, ...]
    case: str | None
    case_from: str | None
    content: tuple[str, ...]
    weak: tuple[str, ...]
    names: tuple[str, ...]
    verdict: str
    confidence: float
    contenders: tuple[Contender, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values for machines."""
        return asdict(self)


def explain(text: str, turn: Turn, services: Services) -> Explanation:
    """Explain how ``text`` was read and searched in ``turn``; searches once more."""
    index = services.index()
    case = Case(turn.question.case) if turn.question.case else None
    query = index.read(text)
    result = index.search(text, case=case, limit=BEST)
    meant = case or query.case
    return Explanation(
        normalised=normalise(text),
        terms=_terms(text),
        intents=_intents(turn),
        found=tuple(_found(text, turn)),
        case=meant.value if meant else None,
        case_from=_case_from(case, query),
        content=query.words,
        weak=tuple(item.term.norm for item in query.content if item.weak),
        names=tuple(match.phrase for match in query.names),
        verdict=result.verdict.value,
        confidence=result.confidence,
        contenders=tuple(_contenders(text, query, meant, services)),
    )


def _terms(text: str) -> tuple[TermRead, ...]:
    """The terms, those of one abbreviation (or of words run together) in one."""
    pieces = groupby(analyse(text), key=lambda term: (term.start, term.end, term.source))
    return tuple(
        TermRead(text[start:end], " ".join(term.norm for term in terms), source)
        for (start, end, source), terms in pieces
    )


def _intents(turn: Turn) -> tuple[tuple[str, float], ...]:
    ranking = turn.message.get("intent_ranking") or [turn.message["intent"]]
    chosen = (turn.question.intent, turn.question.confidence)
    rest = [(str(entry["name"]), float(entry["confidence"])) for entry in ranking]
    return tuple(dict.fromkeys([chosen, *rest]))[:INTENTS]


def _found(text: str, turn: Turn) -> list[Found]:
    """The entities of NLU with the phrase of the lexicon behind each, then phrases only search uses."""
    phrases = {(match.entity, match.start): match for match in load_lexicon().find(text)}
    found = []
    for entity in turn.message.get("entities") or ():
        start = entity.get("start")
        match = phrases.pop((str(entity["entity"]), start), None)
        words = text[start : entity.get("end")] if start is not None else ""
        found.append(
            Found(str(entity["entity"]), str(entity["value"]), words, match.phrase if match else None)
        )
    found += [
        Found(match.entity, match.value, text[match.start : match.end], match.phrase)
        for match in phrases.values()
    ]
    return found


def _case_from(case: Case | None, query: Query) -> str | None:
    if query.case is None or (case is not None and case is not query.case):
        return "nlu" if case else None
    return "hint" if query.case_is_hint else "words"


def _contenders(text: str, query: Query, case: Case | None, services: Services) -> list[Contender]:
    """The five procedures of the highest score, whatever the verdict would show of them."""
    index = services.index()
    if not query.words and not query.names:
        return []
    evidence = index.evidence(text, query, case)
    worth = evidence.signals * WEIGHTS.vector
    scores = worth.sum(axis=1)
    procedures = services.catalogue().procedures
    contenders = []
    for row in np.argsort(-scores, kind="stable")[:BEST]:
        entry = index.entries[evidence.places[row]]
        signals = [
            Signal(name, float(evidence.signals[row, column]), float(worth[row, column]))
            for column, name in enumerate(SIGNALS)
        ]
        names = tuple(match.phrase for match in query.names if match.value in {entry.topic, entry.code})
        title = services.title(procedures[entry.code])
        contenders.append(Contender(entry.code, title, float(scores[row]), names, tuple(signals)))
    return contenders
