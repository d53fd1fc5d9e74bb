"""What reviewed wordings do to the evaluation, measured in a process of its own while the service answers."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from datetime import datetime

from knowledge.learning.measuring import COMMAND, read_proposal, surroundings
from knowledge.learning.publishing import Proposal
from knowledge.settings import ROOT, Settings

logger = logging.getLogger(__name__)
Measure = Callable[[], Awaitable[Proposal]]


class MeasuringError(Exception):
    """The measurement failed; the reason is in the log."""


class Measuring:
    """One measurement at a time. Its result is kept in memory: after a restart it is measured again."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._task: asyncio.Task[None] | None = None
        self.since: datetime | None = None
        """When the one that runs now was started; None: none runs."""
        self.proposal: Proposal | None = None
        self.has_failed = False

    def start(self, now: datetime) -> None:
        """Begin, unless one runs already; what was measured before is forgotten."""
        if self.since is None:
            self.since, self.proposal, self.has_failed = now, None, False
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            self.proposal = await self._measure()
        except MeasuringError:
            self.has_failed = True
        finally:
            self.since = None

    async def stop(self) -> None:
        """End what runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def in_a_process(settings: Settings) -> Measure:
    """Return a measurement that runs the program of ``knowledge.learning.measuring``.

    It raises `MeasuringError` when the program fails, and ends it when it is cancelled.
    """

    async def measure() -> Proposal:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            cwd=ROOT,
            env={**os.environ, **surroundings(settings)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, problems = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            logger.error("measuring what was reviewed failed: %s", problems.decode(errors="replace")[-2000:])
            raise MeasuringError
        return read_proposal(out.decode())

    return measure
