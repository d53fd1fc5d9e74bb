"""Sends what waits in the outbox: in order per conversation, parallel across, a bounded number at once.

One `Courier` a channel, so that a channel that does not answer holds up no other. A part is marked as
being sent before it is; whatever a crash leaves so is sent once more and counted as possibly doubled.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta, timezone
from functools import partial

from bot.channels.base import Part, Sender, SendError, Sent
from bot.gateway.inbox import Inbox, StorageUnavailableError
from bot.gateway.leases import Leases, lease_end
from bot.gateway.metrics import Metrics
from bot.gateway.tasks import cancel
from knowledge.messaging.records import Delivery
from knowledge.settings.delivery import DeliverySettings

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How often the outbox is looked at for what other processes put there."""
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
GIVEN_UP, GONE, WINDOW_CLOSED = "given up", "the person left", "window closed"
UNREADABLE = "it cannot be read: TTHC_SECRET_KEY changed"


class Courier:
    """Sends to one channel until it is cancelled."""

    def __init__(self, sender: Sender, inbox: Inbox, metrics: Metrics, settings: DeliverySettings) -> None:
        self._sender = sender
        self._inbox = inbox
        self._outbox = inbox.outbox
        self._metrics = metrics
        self._parallel = settings.parallel_sends
        self._give_up_after = timedelta(hours=settings.give_up_after_hours)
        self._underway: dict[int, asyncio.Task[None]] = {}
        self.leases = Leases(inbox, inbox.outbox.renew)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was put into the outbox: look at once."""
        self._woken.set()

    async def run(self) -> None:
        """Claim and send for ever."""
        while True:
            try:
                await self._claim()
            except Exception:
                logger.exception("the outbox could not be read; trying again")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)

    async def close(self, grace_seconds: float) -> None:
        """Let what is being sent finish; what does not in time is sent again as doubtful."""
        if self._underway:
            _, unfinished = await asyncio.wait(self._underway.values(), timeout=grace_seconds)
            await cancel(unfinished)

    async def _claim(self) -> None:
        self._woken.clear()
        free = self._parallel - len(self._underway)
        if free <= 0:
            return
        channel = self._sender.channel
        for delivery in await self._inbox.run(self._outbox.claim, channel, free, _now(), lease_end()):
            self.leases.hold(delivery.row, delivery.claimed_until)
            task = asyncio.create_task(self._deliver(delivery))
            self._underway[delivery.row] = task
            task.add_done_callback(partial(self._forget, delivery.row))

    def _forget(self, row: int, task: asyncio.Task[None]) -> None:
        if self._underway.get(row) is task:
            del self._underway[row]
            self.leases.drop(row)
        self._woken.set()

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            reason = self._why_not(delivery)
            if reason is not None:
                await self._bury(delivery, reason)
            elif not self._is_lost(delivery):
                await self._send_parts(delivery)
        except StorageUnavailableError:
            logger.exception("what was sent could not be recorded; it is sent again when its claim ends")
        except Exception as error:
            logger.exception("a delivery failed")
            problem = SendError(f"fault: {type(error).__name__}", retry=True)
            with contextlib.suppress(StorageUnavailableError):
                await self._retry(delivery, problem)

    def _why_not(self, delivery: Delivery) -> str | None:
        """Why it must not be sent any more, if so."""
        now = _now()
        window = self._sender.window_seconds
        if delivery.is_gone:
            return GONE
        if now - delivery.created_at > self._give_up_after:
            return GIVEN_UP
        if window is not None and now - delivery.last_seen_at > timedelta(seconds=window):
            return WINDOW_CLOSED
        return UNREADABLE if delivery.address is None or delivery.replies is None else None

    def _is_lost(self, delivery: Delivery) -> bool:
        """Whether its claim lapsed while we stood still: whoever claims it next sends it."""
        if self.leases.holds(delivery.row):
            return False
        logger.warning("%s: the claim on a reply lapsed", self._sender.channel)
        return True

    async def _send_parts(self, delivery: Delivery) -> None:
        made = None
        if delivery.parts is None:
            made = [part.body for reply in delivery.replies or () for part in self._sender.render(reply)]
        parts = made if made is not None else delivery.parts or []
        if not parts:
            await self._inbox.run(self._outbox.finish, delivery.row, "", _now())
            return
        await self._inbox.run(self._outbox.begin, delivery.row, made)
        if delivery.is_doubtful:
            self._count("doubtful")
        for place in range(delivery.next_part, len(parts)):
            sent = await self._send(delivery, Part(parts[place]))
            if sent is None:
                return
            if place + 1 < len(parts):
                await self._inbox.run(self._outbox.part_sent, delivery.row, place + 1, sent.remote_id)
            else:
                await self._inbox.run(self._outbox.finish, delivery.row, sent.remote_id, _now())
            self._count("sent")
        waited = (_now() - delivery.created_at).total_seconds()
        self._metrics.delivery_seconds.labels(self._sender.channel).observe(waited)

    async def _send(self, delivery: Delivery, part: Part) -> Sent | None:
        """Send a part; when it was not taken, record what becomes of it and return None."""
        if self._is_lost(delivery):
            return None
        try:
            return await self._sender.send(delivery.address or "", part)
        except SendError as error:
            problem = error
        except Exception as error:
            logger.exception("a sender failed")
            problem = SendError(f"fault: {type(error).__name__}", retry=True)
        if problem.gone:
            await self._inbox.run(self._inbox.backlog.mark_gone, delivery.conversation_id)
        if problem.retry and not problem.gone:
            await self._retry(delivery, problem)
        else:
            await self._bury(delivery, problem.reason)
        return None

    async def _retry(self, delivery: Delivery, problem: SendError) -> None:
        pause = min(FIRST_PAUSE_SECONDS * 2**delivery.attempts, LONGEST_PAUSE_SECONDS)
        due = _now() + timedelta(seconds=max(pause, problem.after or 0.0))
        self.leases.drop(delivery.row)
        logger.warning("%s: not sent, trying again: %s", self._sender.channel, problem.reason)
        self._count("retried")
        retry = self._outbox.retry
        await self._inbox.run(retry, delivery.row, problem.reason, due, doubtful=problem.doubtful)

    async def _bury(self, delivery: Delivery, reason: str) -> None:
        logger.error("%s: a reply is given up: %s", self._sender.channel, reason)
        self._count("dead")
        await self._inbox.run(self._outbox.bury, delivery.row, reason, _now())

    def _count(self, result: str) -> None:
        self._metrics.deliveries.labels(self._sender.channel, result).inc()


def _now() -> datetime:
    return datetime.now(timezone.utc)
