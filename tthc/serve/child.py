"""A process that is started again when it crashes, within reason."""

from __future__ import annotations

import asyncio
import time
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from tthc.errors import ExpectedError
from tthc.serve.log import Log
from tthc.serve.process import copy_lines, describe_end, finish_copying, kill, start, stop


@dataclass(frozen=True)
class RestartPolicy:
    """How a crashed child is started again. Times are seconds.

    The pause before a start doubles with each crash up to ``longest_pause``, and is back to
    ``first_pause`` after ``healthy_after`` without one. More than ``most_crashes`` within ``window``
    end the service: something is wrong that starting again does not mend.
    """

    first_pause: float = 0.5
    longest_pause: float = 30.0
    healthy_after: float = 60.0
    most_crashes: int = 5
    window: float = 180.0


class Child:
    """One of the service's processes."""

    def __init__(
        self,
        name: str,
        command: tuple[str, ...],
        environment: Mapping[str, str],
        log: Log,
        policy: RestartPolicy,
    ) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._log = log
        self._policy = policy
        self._process: Process | None = None
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def run(self) -> None:
        """Run until stopped.

        Raises:
            ExpectedError: it crashed too often.
        """
        crashes: deque[float] = deque()
        pause = self._policy.first_pause
        while not self._stopping.is_set():
            started = time.monotonic()
            returncode = await self._run_once()
            if self._stopping.is_set():
                return
            now = time.monotonic()
            if now - started >= self._policy.healthy_after:
                pause = self._policy.first_pause
            self._count_crash(crashes, now, returncode)
            end = describe_end(returncode)
            self._log.write("tthc", f"{self.name} {end}; starting it again in {pause:g} s")
            await self._wait(pause)
            pause = min(pause * 2, self._policy.longest_pause)

    def _count_crash(self, crashes: deque[float], now: float, returncode: int) -> None:
        crashes.append(now)
        while now - crashes[0] > self._policy.window:
            crashes.popleft()
        if len(crashes) > self._policy.most_crashes:
            raise ExpectedError(
                f"{self.name} {describe_end(returncode)} for the {len(crashes)}th time within "
                f"{self._policy.window:g} s, so the service stops: its last lines above say why"
            )

    async def _run_once(self) -> int:
        self._ended.clear()
        try:
            self._process = await start(self._command, self._environment)
            if self._process.stdout is None:
                raise ExpectedError(f"{self.name} was started without its output")
            copying = asyncio.create_task(copy_lines(self._process.stdout, self._log, self.name))
            if self._stopping.is_set():  # asked to stop while it was starting
                await stop(self._process, grace=0)
            returncode = await self._process.wait()
            await finish_copying(copying)
            return returncode
        finally:
            self._ended.set()

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except asyncio.TimeoutError:
            return

    def kill(self) -> None:
        """End it at once; for somebody who cannot wait for ``stop``."""
        if self._process is not None:
            kill(self._process)

    async def stop(self, grace: float) -> None:
        """Stop for good: politely, and by force after ``grace`` seconds."""
        self._stopping.set()
        if self._process is not None and not await stop(self._process, grace):
            self._log.write("tthc", f"{self.name} did not stop within {grace:g} s and was killed")
        await self._ended.wait()
