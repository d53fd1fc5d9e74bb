"""One turn: a stored message handed to Rasa, its replies recorded and, where the channel wants it, sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone

from bot.gateway.inbox import Inbox, StorageUnavailableError
from bot.gateway.metrics import Metrics
from bot.gateway.rasa_client import RasaClient
from bot.gateway.replies import handed_off, late_apology, to_replies, trouble
from bot.gateway.requests import CHANNEL
from knowledge.messaging.records import Reply, StoredMessage

logger = logging.getLogger(__name__)

MAX_PARALLEL = 64
"""Turns that Rasa works on at once."""
COMPLETE_TRIES = 4


class Turns:
    """Runs turns, at most `MAX_PARALLEL` at once. Their order is the caller's business."""

    def __init__(
        self,
        inbox: Inbox,
        rasa: RasaClient,
        metrics: Metrics,
        late_after: timedelta,
        on_replies: Callable[[str], None],
        prepare: Callable[[StoredMessage], Awaitable[None]],
    ) -> None:
        """``on_replies`` is told the channel whose outbox got something; ``prepare`` runs before a turn."""
        self._prepare = prepare
        self._on_replies = on_replies
        self._inbox = inbox
        self._rasa = rasa
        self._metrics = metrics
        self._late_after = late_after
        self._slots = asyncio.Semaphore(MAX_PARALLEL)

    async def run(self, stored: StoredMessage) -> list[Reply]:
        """Have the message answered and return the recorded replies.

        Raises:
            RasaUnavailableError: there is no answer now; the message stays unhandled.
        """
        if stored.with_staff:
            replies = handed_off()
        else:
            await self._prepare(stored)
            async with self._slots:
                elements = await self._rasa.ask(stored.incoming)
            replies, has_answer = to_replies(elements)
            if not has_answer:
                self._metrics.without_answer.inc()
            replies = self._apologise_when_late(stored, replies)
        await self._complete(stored, replies)
        return replies

    async def give_up(self, stored: StoredMessage) -> list[Reply]:
        """Answer a message that fails again and again with an apology: the next ones have their turn."""
        logger.error("a message could not be handled %d times: given up", stored.failed_attempts + 1)
        replies = trouble()
        await self._complete(stored, replies)
        return replies

    async def expire(self, stored: StoredMessage) -> None:
        """Pass over a message that the channel does not let us answer any more."""
        self._metrics.late.labels(stored.incoming.channel, "expired").inc()
        await self._complete(stored, [])

    def _apologise_when_late(self, stored: StoredMessage, replies: list[Reply]) -> list[Reply]:
        message = stored.incoming
        if message.channel == CHANNEL or age(stored) < self._late_after:
            return replies
        self._metrics.late.labels(message.channel, "apologised").inc()
        return [late_apology(), *replies]

    async def _complete(self, stored: StoredMessage, replies: list[Reply]) -> None:
        """Record the replies, patiently: what Rasa did is not asked of it again without need."""
        for attempt in range(1, COMPLETE_TRIES + 1):
            if await self._recorded(stored, replies):
                return
            await asyncio.sleep(0.1 * attempt)
        logger.error("replies were given but could not be recorded: Rasa is asked for them again")

    async def _recorded(self, stored: StoredMessage, replies: list[Reply]) -> bool:
        send = stored.incoming.channel != CHANNEL
        try:
            await self._inbox.run(self._inbox.store.complete, stored.row, replies, send=send)
        except StorageUnavailableError:
            logger.warning("replies could not be recorded; trying again", exc_info=True)
            return False
        if send:
            self._on_replies(stored.incoming.channel)
        return True


def age(stored: StoredMessage) -> timedelta:
    """How long the citizen has waited for an answer."""
    return datetime.now(timezone.utc) - min(stored.received_at, stored.incoming.sent_at or stored.received_at)
