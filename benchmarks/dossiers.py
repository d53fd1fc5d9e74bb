"""``python -m benchmarks.dossiers``: how long others wait while a dossier system hangs.

Writes the section ``dossier look-ups`` of ``RESULTS.md``. The hanging system is a server of this process
that takes every question and never answers.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from aiohttp import web

from benchmarks.chat import ChatClient, chat_client
from benchmarks.coverage import UNLIMITED
from benchmarks.load import read_conversations
from benchmarks.results import machine
from benchmarks.sections import RESULTS, put_section
from benchmarks.service import Service, free_ports, running
from benchmarks.start import commit
from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.samples import load_samples

WAITING_USERS, OTHER_USERS = 200, 16
SECONDS = 40.0
PAUSE_SECONDS = 10.0
"""Between two messages of a person who reads a code off a slip."""
OTHERS_PAUSE_SECONDS = 1.0
"""Between two messages of the others: they are there to be measured, not to fill the machine."""
OTHERS_BAR_MS = 500.0

User = Callable[[ChatClient, int, float], Awaitable[list[float]]]

TEXT = """\
## Look-ups while a dossier system hangs

Written by `python -m benchmarks.dossiers` on {day}, commit {commit}, on {machine}.
Load of the machine by other programs just before: {load:.1f}.

| answer times of the whole service | p95 | answers | wanted |
|---|---|---|---|
| others' questions, nobody looking up | {quiet:.0f} ms | {quiet_count} | |
| the same while {users} users look up in a hanging system | {others:.0f} ms | {others_count} | {bar} |
| look-ups of others in the register meanwhile | {found:.0f} ms | {found_count} | {bar} |

{other_users} users ask ({others_pause:.0f} s between two messages), as many look up sample dossiers, and
{users} users (a message every {pause:.0f} s each) look up codes that the register does not know, so that
the hanging system is asked: {told} of them were told that it does not answer,
p95 {told_p95:.1f} s after their digits.
"""


@dataclass(frozen=True)
class Times:
    """Answer times of one kind of user, in seconds."""

    seconds: Sequence[float]

    @property
    def p95(self) -> float:
        """Time within which 95 % of the answers came."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[18]


def main() -> int:
    """Measure; the exit code is 1 when a bar is missed."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="tthc-dossiers-") as folder:
        quiet, others, found, told = asyncio.run(measure_service(Path(folder)))
    text = TEXT.format(
        day=date.today().isoformat(),  # noqa: DTZ011 - the day on which it was run
        commit=commit(), machine=machine(), load=load, quiet=quiet.p95 * 1000, quiet_count=len(quiet.seconds),
        others=others.p95 * 1000, others_count=len(others.seconds), found=found.p95 * 1000,
        found_count=len(found.seconds), told=len(told.seconds), told_p95=told.p95, users=WAITING_USERS,
        other_users=OTHER_USERS, pause=PAUSE_SECONDS, others_pause=OTHERS_PAUSE_SECONDS,
        bar=f"< {OTHERS_BAR_MS:.0f} ms",
    )  # fmt: skip
    put_section(RESULTS, "dossier look-ups", text)
    print(text)
    return 0 if max(others.p95, found.p95) * 1000 < OTHERS_BAR_MS else 1


async def measure_service(data_dir: Path) -> tuple[Times, Times, Times, Times]:
    """Return the times of others before and meanwhile, of look-ups in the register, and of who waits."""
    (port,) = free_ports(1)
    settings = {
        **UNLIMITED,
        "TTHC_DOSSIER_SOURCES": "register,simple",
        "TTHC_DOSSIER_SIMPLE_URL": f"http://127.0.0.1:{port}/?ma={{code}}",
    }
    async with _hanging_system(port):
        with running(Service(data_dir, settings=settings)) as service:
            async with chat_client(service.url, connections=WAITING_USERS + 4 * OTHER_USERS) as client:
                await _asking(client, 0, time.monotonic() + 5)  # everything is loaded
                quiet = await _many(client, _asking, OTHER_USERS)
                others, found, told = await asyncio.gather(
                    _many(client, _asking, OTHER_USERS),
                    _many(client, _finding, OTHER_USERS),
                    _many(client, _waiting, WAITING_USERS),
                )
    return quiet, others, found, told


async def _many(client: ChatClient, user: User, users: int) -> Times:
    until = time.monotonic() + SECONDS
    results = await asyncio.gather(*(user(client, number, until) for number in range(users)))
    return Times([seconds for result in results for seconds in result])


async def _asking(client: ChatClient, number: int, until: float) -> list[float]:
    """Ask ordinary questions, one after the other; return how long each answer took."""
    times = []
    texts = [text for conversation in read_conversations() for text in conversation]
    while time.monotonic() < until:
        conversation = await client.open_conversation()
        for text in texts[number : number + 5]:
            times.append((await conversation.ask(text)).seconds)
            await asyncio.sleep(OTHERS_PAUSE_SECONDS)
        number = (number + 5) % len(texts)
    return times


async def _finding(client: ChatClient, number: int, until: float) -> list[float]:
    """Look sample dossiers up; return how long the answers to the digits took."""
    times = []
    samples = load_samples(_today())
    while time.monotonic() < until:
        sample = samples[number % len(samples)]
        conversation = await client.open_conversation()
        await conversation.ask(sample.code)
        turn = await conversation.ask(sample.digits)
        if sample.row.code.shown not in turn.text:
            raise RuntimeError(f"a sample dossier was not shown: {turn.text}")
        times.append(turn.seconds)
        number += OTHER_USERS
        await asyncio.sleep(OTHERS_PAUSE_SECONDS)
    return times


async def _waiting(client: ChatClient, number: int, until: float) -> list[float]:
    """Look codes up that only the hanging system could know; return how long the answers took."""
    await asyncio.sleep(random.Random(number).uniform(0, PAUSE_SECONDS))
    times = []
    while time.monotonic() < until:
        conversation = await client.open_conversation()
        await conversation.ask(f"H27.12-{_today() - timedelta(days=1 + len(times)):%y%m%d}-{number:04d}")
        await asyncio.sleep(PAUSE_SECONDS)
        turn = await conversation.ask("4567")
        if "không trả lời" not in turn.text:
            raise RuntimeError(f"the hanging system was not told of: {turn.text}")
        times.append(turn.seconds)
        await asyncio.sleep(PAUSE_SECONDS)
    return times


@asynccontextmanager
async def _hanging_system(port: int) -> AsyncIterator[None]:
    async def hang(_request: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        return web.Response()

    app = web.Application()
    app.router.add_get("/", hang)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


def _today() -> date:
    return datetime.now(LOCAL).date()


if __name__ == "__main__":
    sys.exit(main())
