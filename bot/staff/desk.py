"""The console's database work: on threads, a transaction each, away from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.database.engine import SessionFactory, session_factory

P = ParamSpec("P")
T = TypeVar("T")
THREADS = 4


class Desk:
    """Runs operations on the database of ``engine``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.sessions: SessionFactory = session_factory(engine)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="staff")

    async def run(
        self, operation: Callable[Concatenate[Session, P], T], *arguments: P.args, **named: P.kwargs
    ) -> T:
        """Run ``operation`` in a transaction of its own; what it raises undoes the transaction."""

        def work() -> T:
            with self.sessions.begin() as session:
                return operation(session, *arguments, **named)

        return await self.run_plain(work)

    async def run_plain(self, work: Callable[[], T]) -> T:
        """Run something that blocks."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work))

    def close(self) -> None:
        """Finish what runs and close the connections."""
        self._threads.shutdown(wait=True)
        self._engine.dispose()
