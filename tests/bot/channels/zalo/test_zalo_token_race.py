"""Two processes and one refresh token that works once: neither ever uses a spent one."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from benchmarks.service import ROOT
from knowledge.database.engine import open_engine, session_factory
from knowledge.privacy.sealing import Sealer
from knowledge.tokens.store import TokenStore
from tests.simulators.zalo.platform import ZaloPlatform

KEY = "a secret key for tests only, nothing else"
SENDS = 25
PROCESS = """
import asyncio, sys
from bot.channels.base import Part, SendError
from bot.channels.zalo.api import ZaloApi
from bot.channels.zalo.sender import ZaloSender
from bot.channels.zalo.tokens import TokenKeeper
from knowledge.database.engine import open_engine, session_factory
from knowledge.privacy.sealing import Sealer
from knowledge.settings import read_settings
from knowledge.tokens.store import TokenStore

async def main(url, zalo, name, key, count):
    settings = read_settings({
        "TTHC_ZALO_APP_ID": "360846524940903967", "TTHC_ZALO_APP_SECRET": "test-app-secret",
        "TTHC_ZALO_API_URL": zalo, "TTHC_ZALO_OAUTH_URL": zalo,
    }).zalo
    store = TokenStore(session_factory(open_engine(url)), Sealer(key), "zalo")
    async with ZaloApi(settings) as api:
        keeper = TokenKeeper(store, api)
        sender = ZaloSender(settings, api, lambda: keeper, {})
        for number in range(int(count)):
            while not await taken(sender, Part({"text": f"{name} {number}"})):
                await asyncio.sleep(0.01)

async def taken(sender, part):
    try:
        await sender.send("1001", part)
    except SendError as error:
        if not error.retry:
            raise
        return False
    return True

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def store(database_url: str) -> Iterator[TokenStore]:
    engine = open_engine(database_url)
    yield TokenStore(session_factory(engine), Sealer(KEY), "zalo")
    engine.dispose()


async def test_processes_renew_one_at_a_time(
    platform: ZaloPlatform, zalo_url: str, database_url: str, store: TokenStore
) -> None:
    """Zalo lets the token expire again and again while both send; every message goes out, once."""
    platform.touch("1001")
    pair, now = platform.new_pair(), datetime.now(timezone.utc)
    store.write(pair["access_token"], pair["refresh_token"], now + timedelta(hours=25), now)

    async def send(name: str) -> int:
        arguments = ("-c", PROCESS, database_url, zalo_url, name, KEY, str(SENDS))
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
        return await process.wait()

    taken = itertools.count(1)

    def expire(*_sent: str) -> None:
        if next(taken) % 10 == 0:
            platform.expires_at = 0

    platform.on_sent = expire
    assert await asyncio.gather(send("an"), send("binh")) == [0, 0]
    sent = platform.phone("1001").received()
    assert sorted(sent) == sorted(f"{name} {number}" for name in ("an", "binh") for number in range(SENDS))
    assert platform.renewals >= 2 * SENDS // 10 - 1
    assert platform.refused_renewals == 0
    stored = store.read()
    assert stored is not None
    assert (stored.access, stored.refresh, stored.failure) == (platform.access, platform.refresh, None)


def test_who_lost_the_lease_does_not_mark_the_new_pair_as_failed(store: TokenStore) -> None:
    now = datetime.now(timezone.utc)
    store.write("a1", "r1", now + timedelta(hours=1), now)
    assert store.lease("slow", "a1", now) is not None
    later = now + timedelta(minutes=5)
    assert store.lease("quick", "a1", later) is not None
    store.write("a2", "r2", later + timedelta(hours=1), later)
    store.fail("slow", "zalo error -14014: Invalid refresh token.", later, terminal=True)
    pair = store.read()
    assert pair is not None
    assert (pair.access, pair.failure) == ("a2", None)
