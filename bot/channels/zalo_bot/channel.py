"""A bot of the Zalo Bot Platform as a channel of the gateway."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

from aiohttp import web

from bot.channels.base import Channel, Door, Incoming, Sender
from bot.channels.zalo_bot.api import BAD_TOKEN, NOTHING_NEW, BotApi, BotApiError
from bot.channels.zalo_bot.sender import ZaloBotSender
from bot.channels.zalo_bot.updates import CHANNEL, UpdateError, name_of, read_update
from bot.channels.zalo_bot.webhook import PATH, Webhook
from knowledge.settings import Settings
from knowledge.settings.zalo_bot import ZaloBotSettings

WAIT_SECONDS = 30
"""How long ``getUpdates`` waits for a message."""
GRACE_SECONDS = 10
STORE_PAUSE_SECONDS = 1.0
BAD_TOKEN_PAUSE_SECONDS = 60.0

logger = logging.getLogger(__name__)


class ZaloBotChannel:
    """Webhook or poller, and sender, of one bot."""

    name = CHANNEL

    def __init__(self, settings: ZaloBotSettings) -> None:
        self._settings = settings
        self._api = BotApi(settings)
        self._door: Door | None = None
        self._webhook = Webhook(settings.secret_token, self._take, self._count)
        self.sender: Sender = ZaloBotSender(self._api)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return the webhook's route; none while polling."""
        return [web.post(PATH, self._webhook.receive)] if self._settings.webhook_url else []

    @contextlib.asynccontextmanager
    async def open(self, door: Door) -> AsyncIterator[None]:
        """Open the client session and keep the door."""
        async with self._api:
            self._door = door
            yield

    async def poll(self) -> None:
        """Register the webhook and return, or fetch messages until cancelled.

        Raises:
            BotApiError: the platform refused.
            NoAnswerError: it does not answer.
        """
        try:
            if self._settings.webhook_url:
                await self._register()
            else:
                await self._fetch()
        except BotApiError as error:
            if error.code in BAD_TOKEN:
                logger.exception("TTHC_ZALO_BOT_TOKEN is not taken: copy it from Zalo Bot Manager again")
                await asyncio.sleep(BAD_TOKEN_PAUSE_SECONDS)
            raise

    async def _register(self) -> None:
        url = f"{self._settings.webhook_url}{PATH}"
        await self._api.call("setWebhook", {"url": url, "secret_token": self._settings.secret_token})
        logger.info("the Zalo bot's messages come to %s", url)

    async def _fetch(self) -> None:
        """Long polling: one update an answer, and a webhook must not be set."""
        await self._api.call("deleteWebhook")
        logger.info("the Zalo bot's messages are fetched by long polling")
        while True:
            update = await self._next_update()
            if update is not None:
                await self._keep(update)

    async def _next_update(self) -> dict[str, Any] | None:
        wait = {"timeout": str(WAIT_SECONDS)}
        try:
            return await self._api.call("getUpdates", wait, seconds=WAIT_SECONDS + GRACE_SECONDS)
        except BotApiError as error:
            if error.code != NOTHING_NEW:
                raise
            return None

    async def _keep(self, update: dict[str, Any]) -> None:
        """Store an update; the platform does not hand it out again, so it is kept here until it is stored."""
        try:
            incoming = read_update(update)
        except UpdateError as error:
            logger.warning("an update could not be read: %s", error)
            self._count("malformed")
            return
        while incoming is not None and not await self._stored(incoming):  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(STORE_PAUSE_SECONDS)
        self._count(name_of(update))

    async def _stored(self, incoming: Incoming) -> bool:
        """Try to store; what cannot be stored ever counts as done, so that it does not hold up the others."""
        try:
            await self._take(incoming)
        except ValueError:
            logger.exception("a message cannot be stored")
        except Exception:
            logger.exception("a message could not be stored; trying again")
            return False
        return True

    async def _take(self, incoming: Incoming) -> None:
        await self._gateway().receive(incoming)

    def _count(self, kind: str) -> None:
        self._gateway().count(kind)

    def _gateway(self) -> Door:
        if self._door is None:
            raise RuntimeError("the channel is not open")
        return self._door


def zalo_bot_channel(settings: Settings) -> Channel | None:
    """Make the channel when a token is set."""
    return ZaloBotChannel(settings.zalo_bot) if settings.zalo_bot.enabled else None
