"""The Official Account as a channel of the gateway."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from aiohttp import web

from bot.channels.base import Channel, Door, Sender
from bot.channels.zalo.api import ZaloApi
from bot.channels.zalo.events import CHANNEL, Event, Left, OfficerSpoke, Said, Withdrew
from bot.channels.zalo.sender import ZaloSender
from bot.channels.zalo.templates import read_templates
from bot.channels.zalo.tokens import TokenKeeper
from bot.channels.zalo.webhook import Webhook
from knowledge.settings import Settings
from knowledge.settings.zalo import ZaloSettings
from knowledge.tokens.store import TokenStore


class ZaloChannel:
    """Webhook, tokens and sender of one Official Account."""

    name = CHANNEL

    def __init__(self, settings: ZaloSettings) -> None:
        """Read the templates.

        Raises:
            TemplateFileError: the file of templates is malformed.
        """
        self._settings = settings
        self._api = ZaloApi(settings)
        self._door: Door | None = None
        self._keeper: TokenKeeper | None = None
        self._webhook = Webhook(settings, self._take, self._count)
        templates = read_templates(settings.templates_file)
        self.sender: Sender = ZaloSender(settings, self._api, self.keeper, templates)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return the webhook's routes."""
        return self._webhook.routes()

    @contextlib.asynccontextmanager
    async def open(self, door: Door) -> AsyncIterator[None]:
        """Open the client session and keep the door."""
        async with self._api:
            self._door = door
            store = TokenStore(door.sessions, door.sealer, CHANNEL)
            self._keeper = TokenKeeper(store, self._api)
            yield

    async def poll(self) -> None:
        """Return: Zalo calls us."""

    def keeper(self) -> TokenKeeper:
        """Return the tokens of the open channel."""
        if self._keeper is None:
            raise RuntimeError("the channel is not open")
        return self._keeper

    def _gateway(self) -> Door:
        if self._door is None:
            raise RuntimeError("the channel is not open")
        return self._door

    def _count(self, kind: str) -> None:
        self._gateway().count(kind)

    async def _take(self, event: Event) -> None:
        """Hand an event on to the gateway."""
        door = self._gateway()
        match event:
            case Said(incoming):
                await door.receive(incoming)
            case Left(address):
                await door.left(address)
            case Withdrew(address):
                await door.erase(address)
            case OfficerSpoke(address):
                await door.staff_spoke(address, timedelta(minutes=self._settings.officer_silence_minutes))


def zalo_channel(settings: Settings) -> Channel | None:
    """Make the channel when an application is set."""
    return ZaloChannel(settings.zalo) if settings.zalo.enabled else None
