"""Turns of one conversation one after another, without the cost of Rasa's ticket locks.

Rasa's own lock store writes and reads a JSON document several times a turn and, when two messages of a
conversation meet, looks again only every second. The gateway already hands over one message of a
conversation at a time (``bot/gateway/dispatcher.py``), also when there are several gateways; this lock is for
whoever else may call, within this process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockStore
from rasa.utils.endpoints import EndpointConfig


class ConversationLocks(LockStore):
    """Lock store with one ``asyncio.Lock`` for each conversation that is being answered."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        """Start without locks; there is nothing to configure."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = 1,
    ) -> AsyncGenerator[TicketLock, None]:
        """Wait until nobody else answers in the conversation, however long that takes."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            yield TicketLock(conversation_id)
