"""The whole real service on Zalo: the Official Account by webhook, the bot by long polling, one question."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer

from benchmarks.coverage import UNLIMITED
from benchmarks.service import Service
from knowledge.database.engine import open_engine, session_factory
from knowledge.database.migrate import upgrade
from knowledge.messaging.models import Conversation, InboxMessage
from knowledge.privacy.sealing import Sealer
from knowledge.tokens.store import TokenStore
from tests.simulators.zalo.caller import WebhookCaller
from tests.simulators.zalo.platform import ZaloPlatform
from tests.simulators.zalo.server import zalo_app
from tests.simulators.zalo_bot.platform import BotPlatform
from tests.simulators.zalo_bot.server import zalo_bot_app

pytestmark = pytest.mark.e2e

KEY = "a secret key for the tests of the service"
QUESTION = "minh muon mo cay xang thi can giay to gi, nop o dau, bao lau co?"
FACTS = ("15 ngày làm việc", "Trực tuyến", "1040/QĐ-BCT", "18/07/2026")
HINT = "Trả lời bằng số"
"""Stands at the end of the last part."""
AN = "1001"


@dataclass
class OnZalo:
    """The service and what it is connected to."""

    service: Service
    account: ZaloPlatform
    caller: WebhookCaller
    bot: BotPlatform
    engine: sa.Engine


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    async def wait() -> None:
        while not condition():  # noqa: ASYNC110 - what is waited for is in the simulator's state
            await asyncio.sleep(0.05)

    await asyncio.wait_for(wait(), seconds)


@pytest.fixture
async def on_zalo(tmp_path: Path) -> AsyncIterator[OnZalo]:
    """Start the service, signed in at the simulated Official Account and with a simulated bot's token."""
    account, bot = ZaloPlatform(), BotPlatform()
    servers = [TestServer(zalo_app(account)), TestServer(zalo_bot_app(bot))]
    for server in servers:
        await server.start_server(access_log=None)
    account_url, bot_url = (f"http://127.0.0.1:{server.port}" for server in servers)
    settings = {
        **UNLIMITED,
        "TTHC_SECRET_KEY": KEY,
        "TTHC_ZALO_APP_ID": account.app_id,
        "TTHC_ZALO_APP_SECRET": account.app_secret,
        "TTHC_ZALO_OA_SECRET_KEY": account.oa_secret,
        "TTHC_ZALO_API_URL": account_url,
        "TTHC_ZALO_BUSINESS_URL": account_url,
        "TTHC_ZALO_OAUTH_URL": account_url,
        "TTHC_ZALO_BOT_TOKEN": bot.token,
        "TTHC_ZALO_BOT_API_URL": bot_url,
    }
    service = Service(tmp_path / "data", settings=settings)
    engine = sign_in(f"sqlite:///{service.data_dir}/tthc.db", account)
    try:
        await asyncio.to_thread(service.start)
        caller = WebhookCaller(account, f"{service.url}/webhooks/zalo", scale=0.001)
        yield OnZalo(service, account, caller, bot, engine)
        await caller.close()
        stopped = await asyncio.to_thread(service.stop)
    finally:
        engine.dispose()
        for server in servers:
            await server.close()
    assert (stopped.exit_code, stopped.left_behind) == (0, ())
    assert "Traceback" not in service.log(), service.log()[-6000:]


def sign_in(url: str, account: ZaloPlatform) -> sa.Engine:
    """Store a pair of tokens before the service starts, as `tthc zalo login` does; it is due for renewal."""
    Path(sa.make_url(url).database or "").parent.mkdir(parents=True)
    upgrade(url)
    engine = open_engine(url)
    pair = account.new_pair()
    now = datetime.now(timezone.utc)
    store = TokenStore(session_factory(engine), Sealer(KEY), "zalo")
    store.write(
        pair["access_token"], pair["refresh_token"], now + timedelta(hours=4), now - timedelta(hours=21)
    )
    return engine


def number_of(title: str, text: str) -> str:
    """The number that chooses the line with this title."""
    found = re.search(rf"^(\d+)\. {re.escape(title)}", text, re.MULTILINE)
    assert found is not None, text
    return found[1]


def all_of(texts: Sequence[str]) -> str:
    return "\n".join(texts)


async def test_a_mother_asks_on_zalo(on_zalo: OnZalo) -> None:
    """She asks, chooses by number, comes again by the bot, and withdraws: all through the real service."""
    account, caller, phone = on_zalo.account, on_zalo.caller, on_zalo.account.phone(AN)
    assert await caller.say(AN, QUESTION) == "200"
    await until(lambda: all(fact in all_of(phone.received()) for fact in (*FACTS, HINT)))
    assert account.renewals == 1
    answer = all_of(phone.received())
    assert all(len(text) <= 2000 for text in phone.received())

    so_far = len(phone.received())
    await caller.say(AN, number_of("Phí", answer))
    await until(lambda: len(phone.received()) > so_far)
    assert "168/2016/TT-BTC" in all_of(phone.received()[so_far:])

    await on_zalo.bot.say(AN, QUESTION)
    await until(lambda: all(fact in all_of(on_zalo.bot.received(AN)) for fact in FACTS))

    await caller.deliver("user_withdraw", sender={"id": AN}, recipient={"id": account.oa_id})
    await until(lambda: "zalo" not in channels(on_zalo.engine))
    await caller.say(AN, "xin chào")
    so_far = len(phone.received())
    await until(lambda: len(phone.received()) > so_far)


def channels(engine: sa.Engine) -> list[str]:
    """Channels of the conversations that have messages."""
    query = sa.select(Conversation.channel).join(InboxMessage).distinct()
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())
