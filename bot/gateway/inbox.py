"""The message store for the event loop: its blocking calls run on threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge.messaging.backlog import Backlog
from knowledge.messaging.outbox import OutboxStore
from knowledge.messaging.store import MessageStore
from knowledge.privacy.sealing import Sealer

T = TypeVar("T")
POSTGRES_THREADS = 4


class StorageUnavailableError(Exception):
    """The database does not take or give what it should."""


class Inbox:
    """Runs operations on inbox, backlog and outbox without blocking the event loop.

    SQLite gets one thread: it has one writer anyway, and waiting in our queue is cheaper than for its lock.
    """

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self.engine = engine
        self.store = MessageStore(engine, sealer)
        self.backlog = Backlog(engine, sealer)
        self.outbox = OutboxStore(engine, sealer)
        threads = 1 if self.is_alone else POSTGRES_THREADS
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="inbox")

    @property
    def is_alone(self) -> bool:
        """Whether this is the only gateway: on SQLite there is one, on PostgreSQL there may be several."""
        return self.engine.dialect.name == "sqlite"

    async def run(self, operation: Callable[..., T], *arguments: object, **named: object) -> T:
        """Run ``operation`` on a thread and return its result.

        Raises:
            StorageUnavailableError: the database failed.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, partial(operation, *arguments, **named))
        except SQLAlchemyError as error:
            raise StorageUnavailableError(type(error).__name__) from error

    def close(self) -> None:
        """Finish what runs and let the threads go."""
        self._threads.shutdown(wait=True)
