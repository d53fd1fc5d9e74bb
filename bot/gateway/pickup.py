"""Takes up the messages that no request waits for.

Those are what came by channels that we send to, and what a crashed gateway left. While Rasa or the actions
are down, nothing is taken up and nothing counts as failed; what came goes on in order when they are back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from bot.channels.base import Sender
from bot.gateway.dispatcher import Dispatcher
from bot.gateway.inbox import Inbox
from bot.gateway.leases import lease_end
from bot.gateway.rasa_client import RasaClient, TurnFailedError
from bot.gateway.requests import CHANNEL
from bot.gateway.turns import MAX_PARALLEL, Turns, age
from knowledge.messaging.records import StoredMessage

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How often the inbox is looked at for what other gateways left."""
PROBE_SECONDS = 1.0
"""How often it is tried whether Rasa and the actions are back."""
RESUME_WITHIN = timedelta(minutes=15)
"""How old a message of the web may be that is taken up by itself: its page has long given up then."""
MAX_FAILURES = 5
"""Turns of a message that may fail while Rasa and the actions are up."""


class Pickup:
    """Claims due messages and has them handled, until it is cancelled."""

    def __init__(
        self,
        inbox: Inbox,
        dispatcher: Dispatcher,
        turns: Turns,
        rasa: RasaClient,
        senders: Mapping[str, Sender],
    ) -> None:
        self._inbox = inbox
        self._dispatcher = dispatcher
        self._turns = turns
        self._rasa = rasa
        self._senders = senders
        self._underway: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._paused = True  # it is looked whether Rasa is there before anything is taken up

    def wake(self) -> None:
        """A message came in: look at once."""
        self._woken.set()

    async def run(self) -> None:
        """Take up what is due, for ever."""
        while True:
            if self._paused and not await self._assistant_answers():
                await asyncio.sleep(PROBE_SECONDS)
                continue
            self._paused = False
            self._woken.clear()
            try:
                await self._claim()
            except Exception:
                logger.exception("the inbox could not be read; trying again")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)

    async def _assistant_answers(self) -> bool:
        return all(await asyncio.gather(self._rasa.rasa_answers(), self._rasa.actions_answer()))

    async def _claim(self) -> None:
        free = MAX_PARALLEL - len(self._underway)
        if free <= 0 or self._dispatcher.is_stopping:
            return
        for stored in await self._inbox.run(self._inbox.backlog.claim, free, lease_end()):
            task = asyncio.create_task(self._handle(stored))
            self._underway.add(task)
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._underway.discard(task)
        self._woken.set()
        if not task.cancelled() and task.exception() is not None:
            logger.error("a message could not be taken up", exc_info=task.exception())

    async def _handle(self, stored: StoredMessage) -> None:
        if await self._is_over(stored):
            return
        result = await asyncio.shield(self._dispatcher.take_up(stored))
        if result.error is None:
            return
        fault = result.problem is None or (
            isinstance(result.problem, TurnFailedError) and await self._assistant_answers()
        )
        if not fault:
            self._paused = True
        await self._put_back(stored, fault=fault)

    async def _is_over(self, stored: StoredMessage) -> bool:
        """Deal with what is not handed over any more: too old, or failed too often."""
        if stored.incoming.channel == CHANNEL and age(stored) > RESUME_WITHIN:
            await self._inbox.run(self._inbox.store.record_failure, stored.row)
            return True
        sender = self._senders.get(stored.incoming.channel)
        window = sender.window_seconds if sender is not None else None
        if window is not None and age(stored) > timedelta(seconds=window):
            await self._turns.expire(stored)
            return True
        if stored.failed_attempts >= MAX_FAILURES:
            await self._turns.give_up(stored)
            return True
        return False

    async def _put_back(self, stored: StoredMessage, *, fault: bool) -> None:
        pause = PROBE_SECONDS * (2**stored.failed_attempts if fault else 1)
        due = _now() + timedelta(seconds=pause)
        await self._inbox.run(self._inbox.backlog.postpone, stored.row, due, failed=fault)


def _now() -> datetime:
    return datetime.now(timezone.utc)
