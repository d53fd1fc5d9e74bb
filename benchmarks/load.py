"""A closed loop of users against the chat API: each sends its next message when the last was answered."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.chat import ChatClient, chat_client

CONVERSATIONS = Path(__file__).parent / "questions" / "load.yml"


@dataclass(frozen=True)
class Measured:
    """Answer times (seconds) of one period, and how long it took."""

    answers: tuple[float, ...]
    failures: int
    seconds: float

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return len(self.answers) / self.seconds

    def percentile(self, share: int) -> float:
        """Time within which ``share`` percent of the answers came, in milliseconds."""
        return statistics.quantiles(self.answers, n=100, method="inclusive")[share - 1] * 1000


def read_conversations(path: Path = CONVERSATIONS) -> list[list[str]]:
    """Read the conversations that users go through."""
    content: dict[str, list[list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content["conversations"]


def combine(parts: Sequence[Measured]) -> Measured:
    """Put periods measured under the same conditions together."""
    return Measured(
        tuple(answer for part in parts for answer in part.answers),
        sum(part.failures for part in parts),
        sum(part.seconds for part in parts),
    )


async def drive(url: str, users: int, seconds: float, conversations: Sequence[Sequence[str]]) -> Measured:
    """Let ``users`` talk for ``seconds``; only messages are timed, not the opening of conversations."""
    async with chat_client(url, connections=users) as client:
        started = time.perf_counter()
        until = started + seconds
        talks = (_user(client, number, until, conversations) for number in range(users))
        results = await asyncio.gather(*talks)
        took = time.perf_counter() - started
    answers = tuple(answer for answered, _ in results for answer in answered)
    return Measured(answers, sum(failures for _, failures in results), took)


async def _user(
    client: ChatClient, number: int, until: float, conversations: Sequence[Sequence[str]]
) -> tuple[list[float], int]:
    answered: list[float] = []
    failures = 0
    place = number
    while True:
        conversation = await client.open_conversation()
        for text in conversations[place % len(conversations)]:
            if time.perf_counter() >= until:
                return answered, failures
            turn = await conversation.ask(text)
            if turn.status == 200:
                answered.append(turn.seconds)
            else:
                failures += 1
        place += 1
