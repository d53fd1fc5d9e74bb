"""Makes the reports asked for, one after the other, each in a process of its own.

Drawing and writing take seconds of a processor: in the gateway's own process citizens would wait for them.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from contextlib import suppress
from multiprocessing.process import BaseProcess

from bot.staff.desk import Desk
from bot.staff.visitor import now
from knowledge.reports.runs import fail, make_run
from knowledge.settings import Settings


class ReportRunner:
    """Runs the reports of one gateway."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self._settings = settings
        self._desk = desk
        self._processes = multiprocessing.get_context("spawn")
        self._asked: asyncio.Queue[int] = asyncio.Queue()
        self._process: BaseProcess | None = None
        self._worker = asyncio.create_task(self._work())

    def start(self, run_id: int) -> None:
        """Make this report as soon as those before it are done."""
        self._asked.put_nowait(run_id)

    async def close(self) -> None:
        """End what runs; reports not finished are called failed."""
        self._worker.cancel()
        with suppress(asyncio.CancelledError):
            await self._worker
        while not self._asked.empty():
            await self._desk.run(fail, self._asked.get_nowait(), now())

    async def _work(self) -> None:
        while True:
            await self._make(await self._asked.get())

    async def _make(self, run_id: int) -> None:
        process = self._processes.Process(target=make_run, args=(self._settings, run_id), daemon=True)
        try:
            await asyncio.to_thread(process.start)
            await asyncio.to_thread(process.join)
        finally:
            if process.is_alive():
                process.terminate()
                process.join()
            await self._desk.run(fail, run_id, now())
