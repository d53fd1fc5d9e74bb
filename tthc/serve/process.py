"""One child process: its own process group, its lines in our log, a clean stop."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress

from tthc.serve.environment import ROOT
from tthc.serve.launch import tied_command
from tthc.serve.log import Log

CHUNK = 65_536
DRAIN_SECONDS = 1.0


async def start(command: Sequence[str], environment: Mapping[str, str], *, events: bool = False) -> Process:
    """Start a module with its arguments, in a process group of its own that dies with us.

    With ``events`` standard input and output are pipes for us and only standard error is for the log;
    otherwise both outputs come together, for the log.
    """
    return await asyncio.create_subprocess_exec(
        *tied_command(*command),
        cwd=ROOT,
        env=dict(environment),
        stdin=PIPE if events else asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE if events else STDOUT,
        start_new_session=True,
    )


async def copy_lines(stream: asyncio.StreamReader, log: Log, source: str) -> None:
    """Copy what a process writes into the log, a line at a time, however long or broken the lines."""
    rest = b""
    while chunk := await stream.read(CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            log.write(source, line.decode("utf-8", errors="replace"))
        if len(rest) > CHUNK:
            log.write(source, rest.decode("utf-8", errors="replace"))
            rest = b""
    log.write(source, rest.decode("utf-8", errors="replace"))


async def finish_copying(copying: asyncio.Task[None]) -> None:
    """Let the last lines through; something the process left behind may hold its output open."""
    await asyncio.wait({copying}, timeout=DRAIN_SECONDS)
    copying.cancel()


async def stop(process: Process, grace: float) -> bool:
    """Ask the group to end, insist after ``grace`` seconds; return whether asking was enough."""
    if process.returncode is None:
        _signal_group(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), grace)
        asked = True
    except asyncio.TimeoutError:
        asked = False
    kill(process)  # and whatever a process that ended left behind
    await process.wait()
    return asked


def kill(process: Process) -> None:
    """End the group at once."""
    _signal_group(process, signal.SIGKILL)


def _signal_group(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def describe_end(returncode: int) -> str:
    """Say how a process ended."""
    if returncode < 0:
        return f"was killed by {signal.Signals(-returncode).name}"
    return f"ended with status {returncode}"
