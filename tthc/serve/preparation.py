"""Runs ``tthc.serve.prepare`` and passes its events on."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import Process
from collections.abc import AsyncIterator

from tthc.errors import ExitCode, ExpectedError, UsageError
from tthc.serve.environment import FIXED, QUIET
from tthc.serve.log import Log
from tthc.serve.process import copy_lines, finish_copying, start, stop
from tthc.serve.steps import Event, Kind

COMMAND = ("tthc.serve.prepare",)


class Preparation:
    """The preparing process. Iterate over ``events``; answer the settings with ``go_on``."""

    def __init__(self, log: Log, command: tuple[str, ...] = COMMAND) -> None:
        self._log = log
        self._command = command
        self._process: Process | None = None

    async def events(self) -> AsyncIterator[Event]:
        """Start preparing and yield what it reports, up to its end.

        Raises:
            ExpectedError: a step failed.
        """
        self._process = await start(self._command, {**os.environ, **QUIET, **FIXED}, events=True)
        if self._process.stdout is None or self._process.stderr is None:
            raise ExpectedError("the preparation was started without its output")
        copying = asyncio.create_task(copy_lines(self._process.stderr, self._log, "prepare"))
        failure: Event | None = None
        async for line in self._process.stdout:
            event = Event.from_line(line.decode("utf-8"))
            if event.kind is Kind.FAILED:
                failure = event
            else:
                yield event
        returncode = await self._process.wait()
        await finish_copying(copying)
        if failure is not None:
            error = UsageError if failure.exit_code == ExitCode.USAGE else ExpectedError
            raise error(failure.detail)
        if returncode != 0:
            raise ExpectedError(f"the preparation ended with status {returncode}: its lines above say why")

    async def go_on(self) -> None:
        """Let it continue after the settings."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(b"\n")
            await self._process.stdin.drain()

    async def stop(self) -> None:
        """Stop it, and a training it runs, at once: its steps may be interrupted anywhere."""
        if self._process is not None:
            await stop(self._process, grace=0.5)
