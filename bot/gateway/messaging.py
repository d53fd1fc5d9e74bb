"""Puts together what brings messages in, to their turns, and replies out."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone

from aiohttp import web

from bot.channels.base import KeepsFiles
from bot.gateway.channels import open_channels, poll
from bot.gateway.dispatcher import Dispatcher
from bot.gateway.intake import Intake
from bot.gateway.keys import CHANNELS, DISPATCHER, EVIDENCE, INBOX, INTAKE, LIMITS, METRICS, RASA, SETTINGS
from bot.gateway.outbox import Courier
from bot.gateway.pickup import Pickup
from bot.gateway.pictures import Pictures
from bot.gateway.tasks import running
from bot.gateway.turns import Turns
from knowledge.database.engine import session_factory
from knowledge.privacy.erasure import open_erasure
from knowledge.privacy.sealing import Sealer

STOP_GRACE_SECONDS = 10.0
"""How long messages being handled and replies being sent may take when the gateway stops."""


@contextlib.asynccontextmanager
async def open_messaging(app: web.Application, sealer: Sealer) -> AsyncIterator[None]:
    """Start dispatcher, pick-up, couriers and channels; stop them in the reverse order of the flow."""
    settings, inbox, metrics, rasa = app[SETTINGS], app[INBOX], app[METRICS], app[RASA]
    senders = {channel.name: channel.sender for channel in app[CHANNELS]}
    if inbox.is_alone:
        await inbox.run(inbox.backlog.release_all)
        await inbox.run(inbox.outbox.release_all, datetime.now(timezone.utc))
    couriers = {name: Courier(sender, inbox, metrics, settings.delivery) for name, sender in senders.items()}
    late_after = timedelta(minutes=settings.delivery.late_after_minutes)
    fetchers = {channel.name: channel.fetch for channel in app[CHANNELS] if isinstance(channel, KeepsFiles)}
    pictures = Pictures(inbox, app[EVIDENCE], fetchers)
    turns = Turns(
        inbox, rasa, metrics, late_after, lambda channel: _wake(couriers.get(channel)), pictures.keep
    )
    dispatcher = app[DISPATCHER] = Dispatcher(inbox, turns, metrics, settings.chat_timeout_seconds)
    pickup = Pickup(inbox, dispatcher, turns, rasa, senders)
    erasure = open_erasure(settings, session_factory(inbox.engine), app[EVIDENCE])
    intake = app[INTAKE] = Intake(
        inbox, sealer, app[LIMITS], metrics, settings.max_text_chars, senders, erasure.erase_left
    )
    intake.on_message = pickup.wake
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(open_channels(app[CHANNELS], intake))
        for courier in couriers.values():
            stack.push_async_callback(courier.close, STOP_GRACE_SECONDS)
            await stack.enter_async_context(running(courier.run(), courier.leases.keep()))
        await stack.enter_async_context(running(dispatcher.leases.keep()))
        stack.push_async_callback(dispatcher.close, STOP_GRACE_SECONDS)
        pollers = [poll(channel) for channel in app[CHANNELS]]
        await stack.enter_async_context(running(pickup.run(), *pollers))
        yield


def _wake(courier: Courier | None) -> None:
    if courier is not None:
        courier.wake()
