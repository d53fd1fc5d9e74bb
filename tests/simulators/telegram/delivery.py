"""Brings updates to the bot: calls its webhook until it takes them, or hands them to getUpdates."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import aiohttp

from tests.simulators.telegram.platform import Fields, RefusedError, TelegramPlatform

HEADER = "X-Telegram-Bot-Api-Secret-Token"
TIMEOUT_SECONDS = 10.0
CONFLICT_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
CONFLICT_POLLERS = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


class Deliverer:
    """Delivers in order; what is not taken is tried again after ``pause`` seconds, then after twice that."""

    def __init__(self, platform: TelegramPlatform, pause: float = 1.0) -> None:
        self._platform = platform
        self._pause = pause
        self.log: list[tuple[int, str]] = []
        """Update id and status of each call."""

    async def run(self) -> None:
        """Deliver for ever, while a webhook is set."""
        platform = self._platform
        async with aiohttp.ClientSession() as session:
            while True:
                async with platform.news:
                    await platform.news.wait_for(lambda: bool(platform.updates and platform.webhook))
                    update = platform.updates[0]
                pause = self._pause
                while not await self._taken(session, update):
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 60)
                async with platform.news:
                    if update in platform.updates:
                        platform.updates.remove(update)
                    platform.news.notify_all()

    async def _taken(self, session: aiohttp.ClientSession, update: Fields) -> bool:
        webhook = self._platform.webhook
        if not webhook:
            return False
        headers = {HEADER: webhook["secret_token"]} if webhook["secret_token"] else {}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with session.post(webhook["url"], json=update, headers=headers, timeout=timeout) as answer:
                status = str(answer.status)
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            status = type(error).__name__
        self.log.append((update["update_id"], status))
        if status.startswith("2"):
            return True
        told = f"Wrong response from the webhook: {status}"
        self._platform.last_error = {"last_error_date": int(time.time()), "last_error_message": told}
        return False


async def get_updates(platform: TelegramPlatform, fields: Fields) -> Any:
    """Long polling: what is below ``offset`` is confirmed; a second poller ends the first.

    Raises:
        RefusedError: a webhook is set, or another poller came.
    """
    if platform.webhook:
        raise RefusedError(409, CONFLICT_WEBHOOK)
    offset, timeout = int(fields.get("offset", 0)), float(fields.get("timeout", 0))
    async with platform.news:
        platform.pollers += 1
        mine = platform.pollers
        platform.news.notify_all()
        platform.updates = [update for update in platform.updates if update["update_id"] >= offset]
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(
                platform.news.wait_for(lambda: bool(platform.updates) or platform.pollers != mine), timeout
            )
        if platform.pollers != mine:
            raise RefusedError(409, CONFLICT_POLLERS)
        return platform.updates[: int(fields.get("limit", 100))]
