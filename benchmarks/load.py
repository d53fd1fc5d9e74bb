"""A closed loop of users against the chat API: each sends its next message when the last was answered."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

OK, CREATED = 200, 201
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
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
    lines = [await Line.open(url) for _ in range(users)]
    started = time.perf_counter()
    until = started + seconds
    talks = (_user(line, number, until, conversations) for number, line in enumerate(lines))
    results = await asyncio.gather(*talks)
    took = time.perf_counter() - started
    for line in lines:
        line.close()
    answers = tuple(answer for answered, _ in results for answer in answered)
    return Measured(answers, sum(failures for _, failures in results), took)


async def _user(
    line: Line, number: int, until: float, conversations: Sequence[Sequence[str]]
) -> tuple[list[float], int]:
    answered: list[float] = []
    failures = 0
    place = number
    while True:
        status, body = await line.post("/api/conversations", {})
        if status != CREATED:
            raise ConnectionError(f"the service opened no conversation: status {status}")
        token = json.loads(body)["conversation"]
        for text in conversations[place % len(conversations)]:
            started = time.perf_counter()
            if started >= until:
                return answered, failures
            status, _ = await line.post("/api/chat", {"conversation": token, "text": text})
            if status == OK:
                answered.append(time.perf_counter() - started)
            else:
                failures += 1
        place += 1


class Line:
    """One kept-open HTTP/1.1 connection of one user.

    It shares the cores with what it measures, so it does no more than it must: a client that serves every
    purpose takes a fifteenth of the processor time of an answer for itself.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        """Take an open connection (``open`` makes one)."""
        self._reader = reader
        self._writer = writer
        self._host = host

    @classmethod
    async def open(cls, url: str) -> Line:
        """Connect to the service at ``url`` (``http://host:port``)."""
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        return cls(reader, writer, address.netloc)

    async def post(self, path: str, content: dict[str, str]) -> tuple[int, bytes]:
        """Send JSON and return the status and the body of the answer.

        Raises:
            ConnectionError: the connection ended, or the answer does not say how long it is.
        """
        body = json.dumps(content).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        try:
            answer = await self._reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(answer)
            if length is None:
                raise ConnectionError("an answer without Content-Length")
            return int(answer.split(b" ", 2)[1]), await self._reader.readexactly(int(length[1]))
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("the service closed the connection") from error

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()
