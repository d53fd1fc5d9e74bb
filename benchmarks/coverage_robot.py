"""Asks the running service every coverage question and judges the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from benchmarks.chat import ChatClient, Turn, chat_client
from benchmarks.coverage_questions import WITHDRAWN, CoverageQuestion

AT_ONCE = 16


class Judgement(str, Enum):
    """What became of a question. The first two are right; in the others the citizen got no right answer."""

    ANSWERED = "answered"
    OFFERED = "offered, and answered after the choice"
    WRONG_PROCEDURE = "another procedure answered"
    WRONG_FACET = "right procedure, another facet"
    NOT_OFFERED = "asked back without offering it"
    NOT_FOUND = "not found"
    FAILED = "no answer"


RIGHT = frozenset({Judgement.ANSWERED, Judgement.OFFERED})
ANSWERS = frozenset({Judgement.ANSWERED, Judgement.WRONG_PROCEDURE, Judgement.WRONG_FACET})
"""Judgements of turns that stated facts about a procedure."""


@dataclass(frozen=True)
class Finding:
    """A question with its judgement and what the service said of its answer."""

    question: CoverageQuestion
    judgement: Judgement
    outcome: str
    procedure: str
    facets: str


@dataclass(frozen=True)
class Score:
    """Totals of findings. Shares are between 0 and 1."""

    asked: int
    right: int
    right_procedure_among_answers: float

    @property
    def right_share(self) -> float:
        """Share of questions answered rightly, at once or after one tap."""
        return self.right / self.asked if self.asked else 0.0


def score(findings: Sequence[Finding]) -> Score:
    """Count findings; the precision is that of turns which stated facts about some procedure."""
    answers = [finding for finding in findings if finding.judgement in ANSWERS]
    right_procedure = sum(finding.judgement is not Judgement.WRONG_PROCEDURE for finding in answers)
    right = sum(finding.judgement in RIGHT for finding in findings)
    return Score(len(findings), right, right_procedure / len(answers) if answers else 0.0)


async def ask_all(url: str, questions: Iterable[CoverageQuestion], at_once: int = AT_ONCE) -> list[Finding]:
    """Ask every question in a conversation of its own, ``at_once`` at a time; findings keep their order."""
    limit = asyncio.Semaphore(at_once)
    async with chat_client(url, connections=at_once) as client:

        async def one(question: CoverageQuestion) -> Finding:
            async with limit:
                return await _ask(client, question)

        return list(await asyncio.gather(*(one(question) for question in questions)))


async def _ask(client: ChatClient, question: CoverageQuestion) -> Finding:
    conversation = await client.open_conversation()
    turn = await conversation.ask(question.text)
    judgement = judge(turn, question)
    if judgement is Judgement.OFFERED:
        button = next(button for button in turn.buttons if question.code in button["payload"])
        chosen = judge(await conversation.tap(button["payload"]), question)
        judgement = Judgement.OFFERED if chosen is Judgement.ANSWERED else chosen
    return Finding(
        question, judgement, turn.outcome or str(turn.status), turn.procedure or "", " ".join(turn.facets)
    )


def judge(turn: Turn, question: CoverageQuestion) -> Judgement:
    """Judge the answer to ``question`` by what the chat API says about it."""
    if turn.status != 200 or not turn.text.strip():
        return Judgement.FAILED
    if turn.outcome in {"answered", "withdrawn"}:
        if turn.procedure != question.code:
            return Judgement.WRONG_PROCEDURE
        if question.facet == WITHDRAWN:
            return Judgement.ANSWERED if turn.outcome == "withdrawn" else Judgement.WRONG_FACET
        return Judgement.ANSWERED if question.facet in turn.facets else Judgement.WRONG_FACET
    if turn.outcome == "clarify":
        offered = any(question.code in button["payload"] for button in turn.buttons)
        return Judgement.OFFERED if offered and question.code in turn.candidates else Judgement.NOT_OFFERED
    return Judgement.NOT_FOUND
