"""A channel with the simplest wire format there can be, and a phone that shows what arrived.

``POST /fake`` takes ``{"from", "id", "text" | "payload", "group", "files"}``. Sending can be made to fail.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.channels.base import Attachment, Door, Incoming, Part, Sent
from bot.channels.numbered import numbered_text
from knowledge.messaging.records import Reply

NAME = "fake"


class FakeSender:
    """Keeps what was sent, by address; ``before`` runs first and may raise `SendError`."""

    channel = NAME
    numbers_choices = True

    def __init__(self) -> None:
        self.window_seconds: float | None = None
        self.taken: dict[str, list[str]] = defaultdict(list)
        self.before: Callable[[str, str], Awaitable[None]] | None = None
        self._news = asyncio.Condition()

    def render(self, reply: Reply) -> Sequence[Part]:
        """A part a paragraph, as if that were the limit."""
        text = numbered_text(reply["text"], reply["buttons"])
        return [Part({"text": piece}) for piece in text.split("\n\n") if piece]

    async def send(self, address: str, part: Part) -> Sent:
        """Take the part."""
        if self.before is not None:
            await self.before(address, part.body["text"])
        async with self._news:
            self.taken[address].append(part.body["text"])
            self._news.notify_all()
        return Sent(f"r{len(self.taken[address])}")

    async def wait_for(self, address: str, count: int, seconds: float = 10) -> list[str]:
        """Return what arrived at ``address`` when it is ``count`` parts.

        Raises:
            asyncio.TimeoutError: they did not arrive within ``seconds``.
        """
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.taken[address]) >= count), seconds)
        return list(self.taken[address])


class FakeChannel:
    """The channel; ``door`` is set while it is open."""

    name = NAME

    def __init__(self) -> None:
        self.sender = FakeSender()
        self.door: Door | None = None
        self.polls: list[Exception | None] = []
        self.polled = 0

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Its webhook."""
        return [web.post("/fake", self._webhook)]

    @contextlib.asynccontextmanager
    async def open(self, door: Door) -> AsyncIterator[None]:
        """Keep the door."""
        self.door = door
        yield
        self.door = None

    async def poll(self) -> None:
        """Fail as told, then end."""
        self.polled += 1
        problem = self.polls.pop(0) if self.polls else None
        if problem is not None:
            raise problem

    async def receive(self, address: str, message_id: str, text: str | None = None, **more: Any) -> None:
        """Deliver a message as a poller does."""
        assert self.door is not None
        await self.door.receive(Incoming(NAME, address, message_id, text, **more))

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert self.door is not None
        sent_at = body.get("sent_at")
        await self.door.receive(
            Incoming(
                NAME,
                body["from"],
                body["id"],
                body.get("text"),
                body.get("payload"),
                sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
                is_group=bool(body.get("group")),
                attachments=tuple(Attachment(kind) for kind in body.get("files", ())),
            )
        )
        return web.json_response({"ok": True})
