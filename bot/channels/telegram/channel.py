"""A Telegram bot as a channel of the gateway."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from telegram.error import Conflict, NetworkError, TelegramError

from bot.channels.base import Door, Sender
from bot.channels.telegram.api import TelegramApi
from bot.channels.telegram.files import download
from bot.channels.telegram.registration import webhook_secret
from bot.channels.telegram.repeats import Repeats
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.updates import (
    ALLOWED_UPDATES,
    CHANNEL,
    Event,
    Left,
    PassedOver,
    Said,
    Self,
    Tapped,
    UpdateError,
    event_of,
    read_update,
)
from bot.channels.telegram.webhook import PATH, Webhook
from knowledge.messaging.buttons import ButtonStore
from knowledge.settings.telegram import POLLING, TelegramSettings

WAIT_SECONDS = 25
"""How long ``getUpdates`` waits for something new."""
PAUSE_SECONDS, CONFLICT_PAUSE_SECONDS, NAME_PAUSE_SECONDS = 5.0, 30.0, 30.0

logger = logging.getLogger(__name__)


class TelegramChannel:
    """Webhook or poller, and sender, of one bot."""

    name = CHANNEL

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self._api = TelegramApi(settings)
        self._us = Self(settings.bot_id)
        self._repeats = Repeats()
        self._door: Door | None = None
        self._buttons: ButtonStore | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_update = 0
        self._webhook = Webhook(self._secret, self._take_content, lambda kind: self._gateway().count(kind))
        self.sender: Sender = TelegramSender(self._api, self._button_store)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return the webhook's route; none while polling."""
        return [] if self._settings.mode == POLLING else [web.post(PATH, self._webhook.receive)]

    @contextlib.asynccontextmanager
    async def open(self, door: Door) -> AsyncIterator[None]:
        """Open the connections and keep the door. Telegram need not be in reach."""
        async with self._api:
            self._door = door
            self._buttons = ButtonStore(door.sessions, door.sealer)
            self._beside(self._learn_name())
            try:
                yield
            finally:
                for task in list(self._tasks):
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    async def fetch(self, file_id: str) -> bytes:
        """Return a file that somebody sent.

        Raises:
            FileUnavailableError: it cannot be had.
        """
        return await download(self._api.bot, file_id)

    async def poll(self) -> None:
        """Fetch updates until cancelled; return at once when they come by webhook."""
        if self._settings.mode != POLLING:
            return
        while True:  # noqa: ASYNC110 - the pause is what Telegram's answer asks for
            await asyncio.sleep(await self._fetched())

    async def _fetched(self) -> float:
        """Ask once; return for how long to pause."""
        try:
            await self._fetch()
        except Conflict as error:
            logger.warning("Telegram gives us no updates: %s. %s", error.message, _text("conflict"))
            return CONFLICT_PAUSE_SECONDS
        except NetworkError as error:
            logger.warning("Telegram does not answer: %s", error.message)
            return PAUSE_SECONDS
        return 0

    async def _fetch(self) -> None:
        """Take what there is; an update counts as taken when the next question says so."""
        updates = await self._api.bot.get_updates(
            offset=self._next_update, timeout=WAIT_SECONDS, allowed_updates=ALLOWED_UPDATES
        )
        for update in updates:
            try:
                event = event_of(update, self._us)
            except UpdateError:
                self._gateway().count("malformed")
            else:
                await self._take(event)
            self._next_update = update.update_id + 1

    async def _take_content(self, content: dict[str, Any]) -> None:
        try:
            event = read_update(content, self._api.bot, self._us)
        except UpdateError as error:
            logger.warning("an update is passed over: %s", error)
            self._gateway().count("malformed")
            return
        await self._take(event)

    async def _take(self, event: Event) -> None:
        """Hand an event on to the gateway."""
        door = self._gateway()
        match event:
            case Said():
                kind = await self._take_message(event)
            case Tapped():
                kind = await self._take_tap(event)
            case Left(address):
                await door.left(address)
                kind = "left"
            case PassedOver(kind):
                pass
        door.count(kind)

    async def _take_message(self, said: Said) -> str:
        """A new message, or a correction of one that was just written."""
        text, key = said.incoming.text, (said.chat_id, said.number)
        if said.edited_after is not None and not self._repeats.is_correction(text, said.edited_after, *key):
            return "edit_passed_over"
        await self._gateway().receive(said.incoming)
        self._repeats.note_text(text, *key)
        return "message" if said.edited_after is None else "edit"

    async def _take_tap(self, tapped: Tapped) -> str:
        """Store what the button carries, then let the phone's spinner stop."""
        payload = await asyncio.to_thread(self._button_store().payload, tapped.name)
        if payload is None:
            self._beside(self._answer(tapped.query_id, _text("button_forgotten")))
            return "unknown_button"
        button = (tapped.incoming.address, tapped.message_number, tapped.name)
        doubled = self._repeats.is_double_tap(tapped.query_id, *button)
        if not doubled:
            await self._gateway().receive(replace(tapped.incoming, payload=payload))
        self._beside(self._answer(tapped.query_id))
        return "double_tap" if doubled else "tap"

    async def _answer(self, query_id: str, text: str | None = None) -> None:
        """Acknowledge a tap; too late, or not at all, harms nothing."""
        with contextlib.suppress(TelegramError):
            await self._api.bot.answer_callback_query(query_id, text)

    async def _learn_name(self) -> None:
        """Ask for our name, by which groups mention us, until Telegram tells it."""
        while self._us.username is None:
            try:
                self._us = replace(self._us, username=(await self._api.bot.get_me()).username)
            except TelegramError as error:  # noqa: PERF203 - a pause lies between two
                logger.warning("Telegram does not say who we are: %s", error.message)
                await asyncio.sleep(NAME_PAUSE_SECONDS)

    def _beside(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _secret(self) -> str:
        return webhook_secret(self._gateway().sealer, self._settings)

    def _gateway(self) -> Door:
        if self._door is None:
            raise RuntimeError("the channel is not open")
        return self._door

    def _button_store(self) -> ButtonStore:
        if self._buttons is None:
            raise RuntimeError("the channel is not open")
        return self._buttons


@cache
def _wordings() -> dict[str, str]:
    content: dict[str, str] = yaml.safe_load(
        Path(__file__).with_name("wordings.yml").read_text(encoding="utf-8")
    )
    return content


def _text(name: str) -> str:
    return _wordings()[name]
