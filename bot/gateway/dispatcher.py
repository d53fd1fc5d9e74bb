"""Brings messages to their turns: in order per conversation, in parallel across, none of them twice.

A message is stored before anything else. While it is handled, the same message handed over again waits
for the same turn; later it gets the stored replies. The turn goes on when its sender stops waiting, so
that his retry finds the answer. A message that is handled is claimed in the database and the claim renewed,
so that no other gateway handles it, and one does when this one dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter as Tally
from dataclasses import dataclass

from bot.gateway.errors import ApiError
from bot.gateway.inbox import Inbox, StorageUnavailableError
from bot.gateway.leases import Leases, lease_end
from bot.gateway.metrics import Metrics
from bot.gateway.rasa_client import RasaUnavailableError
from bot.gateway.replies import outcome_of
from bot.gateway.tasks import cancel
from bot.gateway.turns import Turns
from knowledge.messaging.records import IncomingMessage, Reply, StoredMessage
from knowledge.messaging.store import UnknownConversationError

logger = logging.getLogger(__name__)

MAX_WAITING = 2000
"""Messages in all that may wait for their turn."""
MAX_WAITING_PER_CONVERSATION = 8
WAITING_RETRY_SECONDS = 1.0
OTHERS_POLL_SECONDS = 0.2
"""How often it is looked whether another gateway has finished the message before."""

TurnId = tuple[str, str, str]
"""Channel, conversation, message id."""


@dataclass(frozen=True)
class TurnResult:
    """How a turn ended: replies, or the error to tell the sender."""

    replies: list[Reply] | None
    error: ApiError | None = None
    problem: RasaUnavailableError | None = None
    """Set when it was Rasa that gave no answer."""


class Dispatcher:
    """Turns of all conversations: those that a request waits for (`answer`), and the others (`take_up`)."""

    def __init__(self, inbox: Inbox, turns: Turns, metrics: Metrics, patience_seconds: float) -> None:
        self._inbox = inbox
        self._runner = turns
        self._metrics = metrics
        self._patience = patience_seconds
        self._turns: dict[TurnId, asyncio.Task[TurnResult]] = {}
        self._tails: dict[tuple[str, str], asyncio.Task[TurnResult]] = {}
        self._waiting: Tally[tuple[str, str]] = Tally()
        self.leases = Leases(inbox, inbox.backlog.renew)
        self.is_stopping = False
        """Nothing new is taken up."""

    async def answer(self, message: IncomingMessage) -> list[Reply]:
        """Store the message, have it handled in its turn, and return the replies.

        Raises:
            ApiError: the conversation is unknown, too many messages wait, Rasa gave no answer in time,
                or the gateway is stopping. A message that was stored is answered by a retry.
        """
        turn = self._turns.get(_turn_id(message))
        if turn is None:
            self._refuse_when_full((message.channel, message.conversation))
            turn = self._start(message)
        await asyncio.wait({turn}, timeout=self._patience)
        if not turn.done():
            self._metrics.messages.labels(message.channel, "unavailable").inc()
            raise ApiError("assistant_unavailable")
        if turn.cancelled():
            raise ApiError("stopping")
        result = turn.result()
        if result.error is not None:
            raise result.error
        return result.replies or []

    def take_up(self, claimed: StoredMessage) -> asyncio.Task[TurnResult]:
        """Handle a message that was claimed from the backlog: the oldest of its conversation, so at once."""
        return self._start(claimed.incoming, claimed)

    async def close(self, grace_seconds: float) -> None:
        """Take no new message, give those being handled time to finish, then give them back."""
        self.is_stopping = True
        tasks = set(self._turns.values())
        if not tasks:
            return
        _, unfinished = await asyncio.wait(tasks, timeout=grace_seconds)
        left = self.leases.held()
        await cancel(unfinished)
        if unfinished:
            logger.warning("stopped with %d unfinished messages: the next start resumes", len(unfinished))
            with contextlib.suppress(StorageUnavailableError):
                await self._inbox.run(self._inbox.backlog.give_back, left)

    def _start(
        self, message: IncomingMessage, claimed: StoredMessage | None = None
    ) -> asyncio.Task[TurnResult]:
        conversation = (message.channel, message.conversation)
        previous = self._tails.get(conversation) if claimed is None else None
        task = asyncio.create_task(self._turn(message, claimed, previous))
        self._turns[_turn_id(message)] = task
        if claimed is None:
            self._tails[conversation] = task
        self._waiting[conversation] += 1
        self._metrics.waiting.inc()
        task.add_done_callback(lambda done: self._forget(message, done))
        return task

    def _refuse_when_full(self, conversation: tuple[str, str]) -> None:
        if self.is_stopping:
            raise ApiError("stopping")
        if self._waiting[conversation] >= MAX_WAITING_PER_CONVERSATION:
            raise ApiError("too_many_waiting", retry_after=WAITING_RETRY_SECONDS)
        if len(self._turns) >= MAX_WAITING:
            raise ApiError("busy")

    def _forget(self, message: IncomingMessage, task: asyncio.Task[TurnResult]) -> None:
        conversation = (message.channel, message.conversation)
        if self._turns.get(_turn_id(message)) is task:
            del self._turns[_turn_id(message)]
        if self._tails.get(conversation) is task:
            del self._tails[conversation]
        self._waiting[conversation] -= 1
        if not self._waiting[conversation]:
            del self._waiting[conversation]
        self._metrics.waiting.dec()

    async def _turn(
        self,
        message: IncomingMessage,
        claimed: StoredMessage | None,
        previous: asyncio.Task[TurnResult] | None,
    ) -> TurnResult:
        started = time.perf_counter()
        stored = claimed
        try:
            if stored is None:
                stored = await self._inbox.run(self._inbox.store.receive, message)
            if stored.claimed_until is not None:
                self.leases.hold(stored.row, stored.claimed_until)
            replies, outcome = await self._replies(stored, previous)
        except UnknownConversationError:
            return TurnResult(None, ApiError("unknown_conversation"))
        except RasaUnavailableError as problem:
            logger.warning("a message waits for a retry: %s", problem)
            self._metrics.messages.labels(message.channel, "unavailable").inc()
            if claimed is None and stored is not None:
                await self._record_failure(stored)
            return TurnResult(None, ApiError("assistant_unavailable"), problem)
        except StorageUnavailableError:
            logger.exception("a message could not be stored")
            self._metrics.messages.labels(message.channel, "refused").inc()
            return TurnResult(None, ApiError("storage_unavailable"))
        except Exception:
            logger.exception("a turn failed")
            return TurnResult(None, ApiError("internal"))
        finally:
            if stored is not None:
                self.leases.drop(stored.row)
        self._metrics.messages.labels(message.channel, outcome).inc()
        self._metrics.answer_seconds.labels(message.channel).observe(time.perf_counter() - started)
        return TurnResult(replies)

    async def _replies(
        self, stored: StoredMessage, previous: asyncio.Task[TurnResult] | None
    ) -> tuple[list[Reply], str]:
        """Wait for the message's turn; return its replies and the outcome to count."""
        await self._wait_for_turn(stored, previous)
        if stored.replies is None and not self.leases.holds(stored.row):
            stored = await self._take_over(stored)
        if stored.replies is not None:
            return stored.replies, "duplicate"
        replies = await self._runner.run(stored)
        return replies, outcome_of(replies)

    async def _wait_for_turn(self, stored: StoredMessage, previous: asyncio.Task[TurnResult] | None) -> None:
        """Wait for the message before it: here, or with another gateway or the backlog."""
        if previous is not None:
            await asyncio.wait({previous})
            if not previous.cancelled() and previous.result().replies is not None:
                return
        is_pending = self._inbox.backlog.is_pending
        while stored.waits_for is not None:
            if not await self._inbox.run(is_pending, stored.waits_for):
                return
            await asyncio.sleep(OTHERS_POLL_SECONDS)

    async def _take_over(self, stored: StoredMessage) -> StoredMessage:
        """Wait while another gateway handles the message; claim it when that one gave it up."""
        while True:
            found = await self._inbox.run(self._inbox.store.receive, stored.incoming)
            if found.replies is not None:
                return found
            until = lease_end()
            if not found.is_pending and await self._inbox.run(self._inbox.backlog.reclaim, stored.row, until):
                self.leases.hold(stored.row, until)
                return found
            await asyncio.sleep(OTHERS_POLL_SECONDS)

    async def _record_failure(self, stored: StoredMessage) -> None:
        with contextlib.suppress(StorageUnavailableError):
            await self._inbox.run(self._inbox.store.record_failure, stored.row)


def _turn_id(message: IncomingMessage) -> TurnId:
    return (message.channel, message.conversation, message.message_id)
