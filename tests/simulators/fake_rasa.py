"""A server that answers like Rasa behind our gateway channel, and like the action server's health page.

What it hears is kept in ``heard``; ``script`` decides how it answers. Run it by hand with
``python tests/simulators/fake_rasa.py 5005`` to try the chat page without a model.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

HERE = Path(__file__).parent
Heard = dict[str, Any]
Script = Callable[[Heard], Awaitable[web.Response]]


def custom(text: str, buttons: list[dict[str, str]] | None = None, **answer: object) -> dict[str, Any]:
    """One element of Rasa's answer, as our actions give it."""
    content: dict[str, Any] = {"text": text, "buttons": buttons or []}
    if answer:
        content["answer"] = {
            "intent": "ask",
            "confidence": 0.97,
            "procedure": None,
            "facets": [],
            "candidates": [],
            "as_of": "2026-07-18",
            "sources": [],
            **answer,
        }
    return {"recipient_id": "x", "custom": content}


async def echo(heard: Heard) -> web.Response:
    """Answer with what was heard."""
    return web.json_response([custom(f"Đã nghe: {heard['message']}", outcome="answered")])


async def showcase(heard: Heard) -> web.Response:
    """Answer as the real assistant does, from canned answers next to this file."""
    await asyncio.sleep(0.3)
    answers = json.loads((HERE / "showcase.json").read_text(encoding="utf-8"))
    for part, elements in answers.items():
        if part in heard["message"]:
            return web.json_response([custom(**element) for element in elements])
    return await echo(heard)


class FakeRasa:
    """The simulator's state: what it heard and how it answers next."""

    def __init__(self, token: str = "", script: Script = echo) -> None:
        self.heard: list[Heard] = []
        self.script = script
        self.token = token
        self.healthy = True
        self._news = asyncio.Condition()

    @property
    def messages(self) -> list[str]:
        """The texts heard, in order."""
        return [heard["message"] for heard in self.heard]

    async def wait_for_messages(self, count: int, seconds: float = 5) -> None:
        """Return when ``count`` messages were heard.

        Raises:
            asyncio.TimeoutError: they were not heard within ``seconds``.
        """
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.heard) >= count), seconds)

    def application(self) -> web.Application:
        """The server's routes."""
        app = web.Application()
        app.router.add_post("/webhooks/gateway/webhook", self._webhook)
        app.router.add_get("/webhooks/gateway/", self._health)
        app.router.add_get("/health", self._health)
        return app

    async def _webhook(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Internal-Token", "") != self.token:
            return web.json_response({"status": "failure"}, status=401)
        heard = await request.json()
        async with self._news:
            self.heard.append(heard)
            self._news.notify_all()
        return await self.script(heard)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"}, status=200 if self.healthy else 503)


if __name__ == "__main__":
    web.run_app(
        FakeRasa(token=sys.argv[2] if len(sys.argv) > 2 else "", script=showcase).application(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
    )
