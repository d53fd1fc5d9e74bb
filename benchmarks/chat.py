"""A client of the chat API."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class Turn:
    """What came back for one message. ``seconds`` is the time until the whole answer was here."""

    status: int
    body: dict[str, Any]
    seconds: float

    @property
    def replies(self) -> list[dict[str, Any]]:
        """The replies; none when the message was refused."""
        return list(self.body.get("replies", []))

    @property
    def text(self) -> str:
        """The text of all replies."""
        return "\n\n".join(str(reply["text"]) for reply in self.replies)

    @property
    def buttons(self) -> list[dict[str, str]]:
        """The quick replies of all replies."""
        return [button for reply in self.replies for button in reply["buttons"]]

    @property
    def answer(self) -> dict[str, Any]:
        """What the first reply with ``answer`` says about the answer; empty when none has it."""
        return next((dict(reply["answer"]) for reply in self.replies if "answer" in reply), {})

    @property
    def outcome(self) -> str | None:
        """Outcome of the turn, None when it was refused."""
        outcome = self.answer.get("outcome")
        return None if outcome is None else str(outcome)

    @property
    def procedure(self) -> str | None:
        """Code of the procedure answered about."""
        procedure = self.answer.get("procedure")
        return None if procedure is None else str(procedure)

    @property
    def facets(self) -> list[str]:
        """The facets answered."""
        return list(self.answer.get("facets", []))

    @property
    def candidates(self) -> list[str]:
        """Codes of the procedures considered or offered."""
        return list(self.answer.get("candidates", []))


class Conversation:
    """One conversation through the chat API."""

    def __init__(self, session: aiohttp.ClientSession, token: str) -> None:
        """Take the session and the token that ``open_conversation`` returned."""
        self._session = session
        self.token = token

    async def ask(self, text: str, message_id: str | None = None) -> Turn:
        """Send what a citizen typed."""
        return await self._send({"text": text, "message_id": message_id})

    async def tap(self, payload: str, message_id: str | None = None) -> Turn:
        """Send what a quick reply carries: a command (``/…``), or words as if they were typed."""
        key = "payload" if payload.startswith("/") else "text"
        return await self._send({key: payload, "message_id": message_id})

    async def history(self) -> list[dict[str, Any]]:
        """Return the turns as the page restores them."""
        async with self._session.get(f"/api/conversations/{self.token}/messages") as response:
            response.raise_for_status()
            return list((await response.json())["turns"])

    async def _send(self, message: dict[str, Any]) -> Turn:
        started = time.perf_counter()
        async with self._session.post("/api/chat", json={"conversation": self.token, **message}) as response:
            body = await response.json()
            return Turn(response.status, body, time.perf_counter() - started)


class ChatClient:
    """Opens conversations with one service."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Take a session whose base address is the service's."""
        self.session = session

    async def open_conversation(self) -> Conversation:
        """Start a conversation.

        Raises:
            aiohttp.ClientResponseError: the service refused.
        """
        async with self.session.post("/api/conversations", json={}) as response:
            response.raise_for_status()
            return Conversation(self.session, str((await response.json())["conversation"]))


@asynccontextmanager
async def chat_client(url: str, connections: int = 32) -> AsyncIterator[ChatClient]:
    """Give a client of the service at ``url``."""
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(url, connector=connector, timeout=TIMEOUT) as session:
        yield ChatClient(session)
