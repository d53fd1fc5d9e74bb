"""``python -m benchmarks.acknowledgement``: how soon webhooks are answered while Rasa is stopped.

Starts a gateway alone, with the Zalo bot's webhook and nothing behind it, sends it messages of as many
people at a steady rate (whether earlier ones were answered or not), and writes a section of RESULTS.md. A
channel takes a webhook that is not answered within two seconds for failed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import sqlalchemy as sa

from benchmarks.load import Measured
from benchmarks.sections import RESULTS, put_section
from benchmarks.service import free_ports
from bot.channels.zalo_bot.webhook import HEADER, PATH
from knowledge.messaging.models import InboxMessage
from knowledge.settings import ROOT, read_settings

WANTED_MILLISECONDS = 500
START_SECONDS = 60.0
TOKEN = "1234567890:only-for-this-benchmark"


@contextmanager
def gateway_alone(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Run a gateway without Rasa; give the webhook's address, its secret and the database's URL."""
    port, rasa, actions, platform = free_ports(4)
    url = f"http://127.0.0.1:{port}"
    settings = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder}/tthc.db",
        "TTHC_DATA_DIR": str(folder),
        "TTHC_RASA_PORT": str(rasa),
        "TTHC_ACTIONS_PORT": str(actions),
        "TTHC_INTERNAL_TOKEN": "benchmark",
        "TTHC_LOG_LEVEL": "ERROR",
        "TTHC_ZALO_BOT_TOKEN": TOKEN,
        "TTHC_ZALO_BOT_API_URL": f"http://127.0.0.1:{platform}",
        "TTHC_ZALO_BOT_WEBHOOK_URL": url,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TTHC_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.gateway"],
        cwd=ROOT,
        env={**inherited, **settings},
        stderr=subprocess.DEVNULL,
    )
    try:
        asyncio.run(_wait(f"{url}/healthz"))
        yield url + PATH, read_settings(settings).zalo_bot.secret_token, settings["DATABASE_URL"]
    finally:
        process.terminate()
        process.wait()


async def _wait(url: str) -> None:
    end = time.monotonic() + START_SECONDS
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < end:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:  # noqa: PERF203 - it is still starting
                await asyncio.sleep(0.1)
    raise TimeoutError(f"the gateway did not start within {START_SECONDS:g} s")


async def drive(url: str, secret: str, per_second: int, seconds: float) -> Measured:
    """Send messages at a steady rate; answer times are counted from when each was due."""
    started = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def deliver(number: int) -> float | None:
            due = started + number / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            async with session.post(url, json=_update(number), headers={HEADER: secret}) as response:
                await response.read()
                return time.perf_counter() - due if response.status == 200 else None

        results = await asyncio.gather(*map(deliver, range(int(per_second * seconds))))
    answers = tuple(result for result in results if result is not None)
    return Measured(answers, len(results) - len(answers), time.perf_counter() - started)


def _update(number: int) -> dict[str, object]:
    message = {
        "message_id": f"benchmark-{number}",
        "from": {"id": f"person{number:06d}", "display_name": "Người dân", "is_bot": False},
        "chat": {"id": f"person{number:06d}", "chat_type": "PRIVATE"},
        "date": int(time.time() * 1000),
        "text": "mở cây xăng cần giấy tờ gì",
    }
    return {"ok": True, "result": {"event_name": "message.text.received", "message": message}}


def stored(database: str) -> int:
    """How many messages are in the inbox."""
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(InboxMessage)).scalar_one()
    engine.dispose()
    return count


def render(measured: Measured, in_inbox: int, per_second: int, seconds: float) -> str:
    """The section of RESULTS.md."""
    slowest = max(measured.answers) * 1000
    met = "met" if measured.percentile(99) < WANTED_MILLISECONDS else "missed"
    return f"""## Webhooks while Rasa is stopped

{per_second} webhooks a second for {seconds:g} s, each of another person, to one gateway on SQLite with
nothing behind it (`python -m benchmarks.acknowledgement`). Times run from the moment a webhook was due.

| webhooks | refused | in the inbox | p50 | p99 | slowest | wanted |
|---|---|---|---|---|---|---|
| {len(measured.answers)} | {measured.failures} | {in_inbox} | {measured.percentile(50):.0f} ms | \
{measured.percentile(99):.0f} ms | {slowest:.0f} ms | p99 < {WANTED_MILLISECONDS} ms: {met} |"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; the exit code is 1 when the bar is missed or a message is not in the inbox."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.acknowledgement", description=__doc__)
    parser.add_argument("--rate", type=int, default=100, help="webhooks a second")
    parser.add_argument("--seconds", type=float, default=15.0)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, gateway_alone(Path(folder)) as (url, secret, database):
        measured = asyncio.run(drive(url, secret, chosen.rate, chosen.seconds))
        in_inbox = stored(database)
    text = render(measured, in_inbox, chosen.rate, chosen.seconds)
    put_section(RESULTS, "acknowledgement", text)
    print(text)
    lost = in_inbox != len(measured.answers)
    return 1 if lost or measured.failures or measured.percentile(99) >= WANTED_MILLISECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
