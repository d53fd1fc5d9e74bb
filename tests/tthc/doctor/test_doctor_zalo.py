"""What the doctor says of Zalo's account and bot, with both platforms simulated on a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.zalo_bot.webhook import PATH
from knowledge.database.engine import SessionFactory
from knowledge.privacy.sealing import Sealer
from knowledge.settings import read_settings
from knowledge.tokens.store import TokenStore
from tests.simulators.zalo.platform import ZaloPlatform
from tests.simulators.zalo.server import zalo_app
from tests.simulators.zalo_bot.platform import BotPlatform
from tests.simulators.zalo_bot.server import zalo_bot_app
from tthc.doctor.checks import zalo, zalo_bot
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, Level

KEY = "k" * 40
PUBLIC = "https://tro-ly.sct.example.gov.vn"
Findings = Callable[..., dict[str, Finding]]


@contextmanager
def served(app: web.Application) -> Iterator[str]:
    """Serve from a thread, because checks run event loops of their own."""
    loop = asyncio.new_event_loop()
    server = TestServer(app)
    loop.run_until_complete(server.start_server(access_log=None))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def account(sqlite_sessions: SessionFactory, sqlite_url: str, tmp_path: Path) -> Iterator[Findings]:
    """The findings about an Official Account, for the stored access token that is given."""
    platform = ZaloPlatform()
    pair = platform.new_pair()
    with served(zalo_app(platform)) as url:

        def findings(access: str = pair["access_token"]) -> dict[str, Finding]:
            now = datetime.now(timezone.utc)
            store = TokenStore(sqlite_sessions, Sealer(KEY), "zalo")
            store.write(access, pair["refresh_token"], now + timedelta(hours=25), now)
            given = {
                "DATABASE_URL": sqlite_url,
                "TTHC_DATA_DIR": str(tmp_path),
                "TTHC_SECRET_KEY": KEY,
                "TTHC_ZALO_APP_ID": platform.app_id,
                "TTHC_ZALO_APP_SECRET": platform.app_secret,
                "TTHC_ZALO_OA_SECRET_KEY": platform.oa_secret,
                "TTHC_ZALO_API_URL": url,
            }
            return {finding.key: finding for finding in zalo.check(Context(read_settings(given)))}

        yield findings


def test_zalo_says_whose_account_the_token_is_for(account: Findings) -> None:
    good = account()
    assert good.keys() == {"zalo.signed_in", "zalo.account"}
    assert "Sở Công Thương" in good["zalo.account"].what
    refused = account("another-token")["zalo.refused"]
    assert refused.level is Level.MUST_FIX
    assert "-216" in refused.what
    assert "another-token" not in refused.what + refused.do


@pytest.fixture
def bot() -> Iterator[tuple[BotPlatform, Findings]]:
    """The bot's platform, and the findings about the bot."""
    platform = BotPlatform()
    with served(zalo_bot_app(platform)) as url:

        def findings(**given: str) -> dict[str, Finding]:
            basis = {"TTHC_ZALO_BOT_TOKEN": platform.token, "TTHC_ZALO_BOT_API_URL": url}
            context = Context(read_settings({**basis, **given}))
            return {finding.key: finding for finding in zalo_bot.check(context)}

        yield platform, findings


def test_the_bots_token_and_the_way_of_its_messages_are_looked_at(bot: tuple[BotPlatform, Findings]) -> None:
    platform, findings = bot
    assert findings(TTHC_ZALO_BOT_TOKEN="").keys() == {"zalo_bot.off"}
    assert findings().keys() == {"zalo_bot.known", "zalo_bot.polling"}
    missing = findings(TTHC_ZALO_BOT_WEBHOOK_URL=PUBLIC)["zalo_bot.webhook"]
    assert (missing.level, f"{PUBLIC}{PATH}" in missing.what) == (Level.MUST_FIX, True)
    platform.webhook = {"url": f"{PUBLIC}{PATH}"}
    assert findings(TTHC_ZALO_BOT_WEBHOOK_URL=PUBLIC).keys() == {"zalo_bot.known", "zalo_bot.delivering"}
    assert findings()["zalo_bot.blocked"].level is Level.MUST_FIX


def test_a_bad_token_and_no_way_to_the_bots_platform_are_told(bot: tuple[BotPlatform, Findings]) -> None:
    _, findings = bot
    assert findings(TTHC_ZALO_BOT_TOKEN="1234567:wrong").keys() == {"zalo_bot.token"}
    gone = findings(TTHC_ZALO_BOT_API_URL="http://127.0.0.1:1")
    assert gone.keys() == {"zalo_bot.unreachable"}
    assert "1234567" not in gone["zalo_bot.unreachable"].what
