"""The message store for the event loop: its blocking calls run on threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge.messaging.store import MessageStore
from knowledge.privacy.sealing import Sealer

T = TypeVar("T")
POSTGRES_THREADS = 4


class StorageUnavailableError(Exception):
    """The database does not take or give what it should."""


class Inbox:
    """Runs operations of the `MessageStore` without blocking the event loop.

    SQLite gets one thread: it has one writer anyway, and waiting in our queue is cheaper than for its lock.
    """

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self.engine = engine
        self.store = MessageStore(engine, sealer)
        threads = 1 if engine.dialect.name == "sqlite" else POSTGRES_THREADS
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="inbox")

    async def run(self, operation: Callable[..., T], *arguments: object) -> T:
        """Run ``operation(*arguments)`` on a thread and return its result.

        Raises:
            StorageUnavailableError: the database failed.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, operation, *arguments)
        except SQLAlchemyError as error:
            raise StorageUnavailableError(type(error).__name__) from error

    def close(self) -> None:
        """Finish what runs and let the threads go."""
        self._threads.shutdown(wait=True)
