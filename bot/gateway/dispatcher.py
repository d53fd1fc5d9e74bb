"""Hands messages to Rasa: in order per conversation, in parallel across, none of them twice.

A message is stored before anything else. While it is handled, the same message handed over again waits
for the same turn; later it gets the stored replies. The turn goes on when its sender stops waiting, so
that his retry finds the answer.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter as Tally
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from bot.gateway.errors import ApiError
from bot.gateway.inbox import Inbox, StorageUnavailableError
from bot.gateway.metrics import Metrics
from bot.gateway.rasa_client import RasaClient, RasaUnavailableError
from bot.gateway.replies import outcome_of, to_replies
from knowledge.messaging.records import IncomingMessage, Reply, StoredMessage
from knowledge.messaging.store import UnknownConversationError

logger = logging.getLogger(__name__)

MAX_PARALLEL = 64
"""Turns that Rasa works on at once."""
MAX_WAITING = 2000
"""Messages in all that may wait for their turn."""
MAX_WAITING_PER_CONVERSATION = 8
RESUME_WITHIN = timedelta(minutes=15)
"""How old a message may be that a restart resumes by itself."""
RESUME_PAUSE_SECONDS = 1.0
RESUME_TRIES = 300
"""How often a resumed message is handed over while Rasa does not answer (about five minutes)."""
COMPLETE_TRIES = 4

TurnId = tuple[str, str, str]
"""Channel, conversation, message id."""


@dataclass(frozen=True)
class TurnResult:
    """How a turn ended: replies, or the error to tell the sender."""

    replies: list[Reply] | None
    error: ApiError | None = None


class Dispatcher:
    """Turns of all conversations; `answer` is the only way in."""

    def __init__(self, inbox: Inbox, rasa: RasaClient, metrics: Metrics, patience_seconds: float) -> None:
        self._inbox = inbox
        self._rasa = rasa
        self._metrics = metrics
        self._patience = patience_seconds
        self._slots = asyncio.Semaphore(MAX_PARALLEL)
        self._turns: dict[TurnId, asyncio.Task[TurnResult]] = {}
        self._tails: dict[tuple[str, str], asyncio.Task[TurnResult]] = {}
        self._waiting: Tally[tuple[str, str]] = Tally()
        self._stopping = False

    async def answer(self, message: IncomingMessage) -> list[Reply]:
        """Store the message, have it handled in its turn, and return the replies.

        Raises:
            ApiError: the conversation is unknown, too many messages wait, Rasa gave no answer in time,
                or the gateway is stopping. A message that was stored is answered by a retry.
        """
        turn = self._turns.get(_turn_id(message)) or self._start(message)
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

    async def resume(self) -> int:
        """Take up the messages that a stopped gateway left unfinished; return how many there are."""
        since = datetime.now(timezone.utc) - RESUME_WITHIN
        left = await self._inbox.run(self._inbox.store.interrupted, since)
        for stored in left:
            self._start(stored.incoming, stored)
        return len(left)

    async def close(self, grace_seconds: float) -> None:
        """Take no new message, give those being handled time to finish, then give them up."""
        self._stopping = True
        tasks = set(self._turns.values())
        if tasks:
            _, unfinished = await asyncio.wait(tasks, timeout=grace_seconds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
            if unfinished:
                logger.warning("stopped with %d unfinished messages: the next start resumes", len(unfinished))

    def _start(
        self, message: IncomingMessage, stored: StoredMessage | None = None
    ) -> asyncio.Task[TurnResult]:
        conversation = (message.channel, message.conversation)
        if stored is None:
            self._refuse_when_full(conversation)
        task = asyncio.create_task(self._turn(message, stored, self._tails.get(conversation)))
        self._turns[_turn_id(message)] = self._tails[conversation] = task
        self._waiting[conversation] += 1
        self._metrics.waiting.inc()
        task.add_done_callback(lambda done: self._forget(message, done))
        return task

    def _refuse_when_full(self, conversation: tuple[str, str]) -> None:
        if self._stopping:
            raise ApiError("stopping")
        if self._waiting[conversation] >= MAX_WAITING_PER_CONVERSATION:
            raise ApiError("too_many_waiting", retry_after=RESUME_PAUSE_SECONDS)
        if len(self._turns) >= MAX_WAITING:
            raise ApiError("busy")

    def _forget(self, message: IncomingMessage, task: asyncio.Task[TurnResult]) -> None:
        conversation = (message.channel, message.conversation)
        self._turns.pop(_turn_id(message), None)
        if self._tails.get(conversation) is task:
            del self._tails[conversation]
        self._waiting[conversation] -= 1
        if not self._waiting[conversation]:
            del self._waiting[conversation]
        self._metrics.waiting.dec()

    async def _turn(
        self,
        message: IncomingMessage,
        resumed: StoredMessage | None,
        previous: asyncio.Task[TurnResult] | None,
    ) -> TurnResult:
        started = time.perf_counter()
        try:
            stored = resumed
            if stored is None:
                stored = await self._inbox.run(self._inbox.store.receive, message)
            if previous is not None:
                await asyncio.wait({previous})
            if stored.replies is not None:
                outcome, replies = "duplicate", stored.replies
            else:
                replies = await self._handle(stored, persistent=resumed is not None)
                outcome = outcome_of(replies)
        except UnknownConversationError:
            return TurnResult(None, ApiError("unknown_conversation"))
        except RasaUnavailableError as problem:
            logger.warning("a message waits for a retry: %s", problem)
            self._metrics.messages.labels(message.channel, "unavailable").inc()
            return TurnResult(None, ApiError("assistant_unavailable"))
        except StorageUnavailableError:
            logger.exception("a message could not be stored")
            self._metrics.messages.labels(message.channel, "refused").inc()
            return TurnResult(None, ApiError("storage_unavailable"))
        except Exception:
            logger.exception("a turn failed")
            return TurnResult(None, ApiError("internal"))
        self._metrics.messages.labels(message.channel, outcome).inc()
        self._metrics.answer_seconds.labels(message.channel).observe(time.perf_counter() - started)
        return TurnResult(replies)

    async def _handle(self, stored: StoredMessage, *, persistent: bool) -> list[Reply]:
        """Ask Rasa and record the replies; a resumed message waits for Rasa to come up."""
        tries = RESUME_TRIES if persistent else 1
        for left in reversed(range(tries)):
            try:
                async with self._slots:
                    elements = await self._rasa.ask(stored.incoming)
                break
            except RasaUnavailableError:
                if not left:
                    await self._inbox.run(self._inbox.store.record_failure, stored.row)
                    raise
                await asyncio.sleep(RESUME_PAUSE_SECONDS)
        replies, has_answer = to_replies(elements)
        if not has_answer:
            self._metrics.without_answer.inc()
        await self._complete(stored.row, replies)
        return replies

    async def _complete(self, row: int, replies: list[Reply]) -> None:
        """Record the replies, patiently: what Rasa did must not be asked of it again."""
        for attempt in range(1, COMPLETE_TRIES + 1):
            if await self._recorded(row, replies):
                return
            await asyncio.sleep(0.1 * attempt)
        logger.error("replies were given but could not be recorded: a retry would ask Rasa again")

    async def _recorded(self, row: int, replies: list[Reply]) -> bool:
        try:
            await self._inbox.run(self._inbox.store.complete, row, replies)
        except StorageUnavailableError:
            logger.warning("replies could not be recorded; trying again", exc_info=True)
            return False
        return True


def _turn_id(message: IncomingMessage) -> TurnId:
    return (message.channel, message.conversation, message.message_id)
