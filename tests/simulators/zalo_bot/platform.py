"""What the Bot Platform knows: one bot, its webhook or its waiting updates, and people's phones."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import aiohttp

MAX_TEXT_CHARS = 2000
HEADER = "X-Bot-Api-Secret-Token"
WEBHOOK_SECONDS = 5.0
LOOPBACK = ("http://127.0.0.1", "http://localhost")


class BotRefusedError(Exception):
    """An error of the Bot API."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass
class BotPlatform:
    """State and rules. ``refuse_next`` has codes that the next ``sendMessage`` calls are refused with."""

    token: str = "12345689:simulated-token"
    wrapped: bool = True
    """Whether a webhook's body has the update in ``result``; both forms were seen."""
    named: bool = True
    """Whether updates name their event."""
    refuse_next: deque[int] = field(default_factory=deque)
    webhook: dict[str, str] = field(default_factory=dict)
    screens: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    waiting: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    deliveries: list[tuple[str, int]] = field(default_factory=list)
    """Message id and status of each call of the webhook; status 0 when there was no answer."""
    pollers: int = 0
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _shown: asyncio.Condition = field(default_factory=asyncio.Condition)

    def screen(self, user: str) -> list[dict[str, Any]]:
        """What a person's phone shows."""
        return self.screens.setdefault(user, [])

    def received(self, user: str) -> list[str]:
        """The texts the bot sent to a person."""
        return [message["text"] for message in self.screen(user) if message["from"] == "oa"]

    async def wait_for(self, user: str, count: int, seconds: float = 10) -> list[str]:
        """Return the bot's texts when there are ``count`` of them.

        Raises:
            asyncio.TimeoutError: they did not come within ``seconds``.
        """
        async with self._shown:
            await asyncio.wait_for(self._shown.wait_for(lambda: len(self.received(user)) >= count), seconds)
        return self.received(user)

    # Calls of the Bot API

    def get_me(self) -> dict[str, Any]:
        return {
            "id": "1459232241454765289",
            "account_name": "bot.SoCongThuong",
            "account_type": "BASIC",
            "can_join_groups": False,
        }

    def set_webhook(self, fields: dict[str, Any]) -> dict[str, Any]:
        url, secret = str(fields.get("url", "")), str(fields.get("secret_token", ""))
        if not url.startswith(("https://", *LOOPBACK)):
            raise BotRefusedError(400, "Bad Request: url must be https")
        if not 8 <= len(secret) <= 256:
            raise BotRefusedError(400, "Bad Request: secret_token must have 8 to 256 characters")
        self.webhook = {"url": url, "secret": secret}
        return self.webhook_info()

    def delete_webhook(self) -> dict[str, Any]:
        self.webhook = {}
        return self.webhook_info()

    def webhook_info(self) -> dict[str, Any]:
        return {"url": self.webhook.get("url", ""), "updated_at": int(time.time() * 1000)}

    async def get_updates(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Wait for one update, an object; 408 when none comes, 400 while a webhook is set."""
        if self.webhook:
            raise BotRefusedError(400, "Bad Request: webhook is active")
        if self.pollers:
            raise BotRefusedError(429, "Too many requests: another getUpdates is waiting")
        self.pollers += 1
        try:
            return await asyncio.wait_for(self.waiting.get(), float(fields.get("timeout", "30")))
        except asyncio.TimeoutError:
            raise BotRefusedError(408, "Request timeout") from None
        finally:
            self.pollers -= 1

    async def send_message(self, fields: dict[str, Any]) -> dict[str, Any]:
        if self.refuse_next:
            code = self.refuse_next.popleft()
            raise BotRefusedError(code, f"simulated {code}")
        text, user = fields.get("text"), fields.get("chat_id")
        if not isinstance(text, str) or not 1 <= len(text) <= MAX_TEXT_CHARS:
            raise BotRefusedError(400, "Bad Request: text must have 1 to 2000 characters")
        if not isinstance(user, str) or user not in self.screens:
            raise BotRefusedError(400, "Bad Request: chat not found")
        message_id = self.new_id()
        async with self._shown:
            self.screen(user).append({"from": "oa", "text": text, "buttons": [], "id": message_id})
            self._shown.notify_all()
        return {"message_id": message_id, "date": int(time.time() * 1000)}

    # What people do

    def new_id(self) -> str:
        return f"{next(self._ids):08x}{secrets.token_hex(6)}"

    def update(self, user: str, event: str = "text", **fields: Any) -> dict[str, Any]:
        """An update as the platform makes it; ``fields`` are the message's own."""
        chat_type = fields.pop("chat_type", "PRIVATE")
        message = {
            "message_id": self.new_id(),
            "from": {"id": user, "display_name": "Người dân", "is_bot": False},
            "chat": {"id": user, "chat_type": chat_type},
            "date": int(time.time() * 1000),
            **fields,
        }
        name = {"event_name": f"message.{event}.received"} if self.named else {}
        return {**name, "message": message}

    async def say(self, user: str, text: str) -> int:
        """A person writes; return the webhook's status, 0 without one."""
        self.screen(user).append({"from": "user", "text": text, "buttons": [], "id": self.new_id()})
        return await self.deliver(self.update(user, text=text))

    async def deliver(self, update: dict[str, Any]) -> int:
        """Bring an update to the webhook once, or let it wait for ``getUpdates``."""
        self.screen(update["message"]["chat"]["id"])
        if not self.webhook:
            await self.waiting.put(update)
            return 0
        body = {"ok": True, "result": update} if self.wrapped else update
        timeout = aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)
        headers = {HEADER: self.webhook["secret"]}
        status = 0
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.webhook["url"], json=body, headers=headers) as response,
            ):
                status = response.status
        except (aiohttp.ClientError, asyncio.TimeoutError):
            status = 0
        self.deliveries.append((update["message"]["message_id"], status))
        return status
