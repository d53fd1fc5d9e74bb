"""Which channels the gateway has besides the web, and how one is added.

A channel lives in a room of its own, ``bot/channels/<name>``, and implements `bot.channels.base.Channel`:

* ``sender``: renders a reply into parts within the channel's limits and sends one part
  (`bot.channels.base.Sender`). Ordering, retries, back-off and the dead letters are the outbox's business: a
  sender only says, by `SendError`, what can be retried and when.
* ``routes()``: its webhooks. A handler verifies the request, reads it into `Incoming` and awaits
  ``door.receive(incoming)``: when that returns, the message is stored and the channel may be answered 200.
  An exception from it passes through: the gateway answers 429 or 503, and the channel delivers again.
* ``open(door)``: an async context that holds what the channel needs while the gateway runs; it keeps the
  ``door``. ``poll()``: fetches messages instead of webhooks, or returns at once.

A factory that takes the settings and returns the channel, or None when the settings do not enable it, is
listed in `FACTORIES`. Routes and sender are used only between ``open`` and its end.

Text is handed over as it came: the gateway cleans, masks and cuts it, and keeps the address sealed. What a
citizen types as "2" or as a button's title becomes that button's payload here, not in the channel.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence

from bot.channels.base import Channel
from bot.channels.telegram.factory import telegram_channel
from bot.channels.zalo.channel import zalo_channel
from bot.channels.zalo_bot.channel import zalo_bot_channel
from bot.gateway.intake import Intake
from knowledge.settings import Settings

logger = logging.getLogger(__name__)

POLL_PAUSE_SECONDS = 5.0
"""Pause after a poller failed."""

Factory = Callable[[Settings], Channel | None]

FACTORIES: tuple[Factory, ...] = (telegram_channel, zalo_channel, zalo_bot_channel)
"""The channels there are, one a line."""


def enabled_channels(settings: Settings, factories: Sequence[Factory] | None = None) -> list[Channel]:
    """Return the channels that the settings enable."""
    made = [factory(settings) for factory in (FACTORIES if factories is None else factories)]
    return [channel for channel in made if channel is not None]


@contextlib.asynccontextmanager
async def open_channels(channels: Sequence[Channel], intake: Intake) -> AsyncIterator[None]:
    """Keep the channels open."""
    async with contextlib.AsyncExitStack() as stack:
        for channel in channels:
            await stack.enter_async_context(channel.open(intake.door(channel.name)))
        yield


async def poll(channel: Channel) -> None:
    """Run a channel's poller until it returns or is cancelled; a fault pauses it."""
    while not await _polled(channel):  # noqa: ASYNC110 - nothing tells when a fault has passed
        await asyncio.sleep(POLL_PAUSE_SECONDS)


async def _polled(channel: Channel) -> bool:
    try:
        await channel.poll()
    except Exception:
        logger.exception("%s: fetching messages failed; trying again", channel.name)
        return False
    return True
