"""Asks the questions of a set: of the assistant itself and of what it is compared with."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from actions.question import Facet, Question
from actions.reply import Outcome, Reply
from actions.services import Services
from benchmarks.evaluation.bm25 import BM25
from benchmarks.evaluation.noise import Noise, add_noise
from benchmarks.evaluation.questions import AskedQuestion
from knowledge.catalogue.topics import Case
from tthc.assistant.conversation import Conversation
from tthc.assistant.understanding import Understanding

RANKED = 5


class Ending(str, Enum):
    """How a question about our procedures ended for the one who asked."""

    RIGHT = "answered right"
    WRONG = "answered wrong"
    OFFERED = "offered"
    REFUSED = "refused"


class Ranker(Protocol):
    """Something else that finds procedures, to compare with."""

    def rank(self, text: str) -> list[str]:
        """Return the codes found, best first."""


@dataclass(frozen=True)
class Given:
    """What the assistant gave for one question.

    ``first`` is the procedure answered, or the first one offered; ``ranking`` goes on from there with what
    search found next. ``seconds`` are those of understanding and answering.
    """

    question: AskedQuestion
    outcome: Outcome
    answered: str | None
    offered: tuple[str, ...]
    ranking: tuple[str, ...]
    facets: frozenset[Facet]
    confidence: float
    seconds: float

    @property
    def first(self) -> str | None:
        """The procedure answered, or else the first one offered."""
        return self.answered or (self.offered[0] if self.offered else None)

    @property
    def first_is_right(self) -> bool:
        """Whether the first procedure is an accepted one."""
        return self.first in self.question.codes

    @property
    def ending(self) -> Ending:
        """How it ended; whatever neither answers nor offers a procedure counts as refused."""
        if self.answered:
            return Ending.RIGHT if self.answered in self.question.codes else Ending.WRONG
        return Ending.OFFERED if self.offered else Ending.REFUSED


@dataclass(frozen=True)
class Assistant:
    """The assistant under test."""

    understanding: Understanding
    services: Services

    def ask(self, question: AskedQuestion, text: str) -> Given:
        """Ask in a conversation of its own."""
        started = time.perf_counter()
        turn = Conversation(self.understanding, self.services).say(text)
        seconds = time.perf_counter() - started
        reply = turn.reply
        offered = reply.candidates if reply.outcome is Outcome.CLARIFY else ()
        return Given(
            question,
            reply.outcome,
            reply.procedure,
            offered,
            self._ranking(turn.question, reply, offered),
            frozenset(turn.question.facets),
            reply.confidence,
            seconds,
        )

    def _ranking(self, question: Question, reply: Reply, offered: Sequence[str]) -> tuple[str, ...]:
        """The first five: what the citizen saw, then what search found next; nothing where it was refused."""
        seen = [reply.procedure, *offered] if reply.procedure else list(offered)
        if not seen:
            return ()
        case = Case(question.case) if question.case else None
        found = self.services.index().search(question.text, case=case, limit=RANKED)
        ranking = dict.fromkeys([*seen, *(candidate.code for candidate in found.candidates)])
        return tuple(code for code in ranking if code)[:RANKED]


@dataclass(frozen=True)
class Round:
    """All questions of a set asked with one kind of noise; ``compared`` are rankings by ranker's name."""

    noise: Noise
    given: tuple[Given, ...]
    compared: Mapping[str, tuple[tuple[str, ...], ...]]


def ask_all(
    assistant: Assistant,
    questions: Sequence[AskedQuestion],
    noise: Noise,
    rankers: Mapping[str, Ranker],
    told: Callable[[str], None] = lambda _: None,
) -> Round:
    """Ask every question with one kind of noise; ``told`` hears how far it is."""
    told(f"{noise.value}: {len(questions)} questions")
    texts = [add_noise(question.text, noise, question.id) for question in questions]
    given = tuple(assistant.ask(question, text) for question, text in zip(questions, texts, strict=True))
    compared = {name: tuple(tuple(ranker.rank(text)) for text in texts) for name, ranker in rankers.items()}
    return Round(noise, given, compared)


def plain_search(services: Services) -> BM25:
    """Return BM25 over the names and titles of the catalogue that the assistant answers from."""
    procedures = services.catalogue().procedures.values()
    return BM25({p.code: f"{p.name} {services.title(p)}" for p in procedures})
