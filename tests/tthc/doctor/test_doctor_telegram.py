"""`tthc telegram` and what the doctor says of the bot, with a simulated Telegram on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.telegram.registration import described_commands
from knowledge.settings import VARIABLES, read_settings
from tests.simulators.telegram.platform import TelegramPlatform
from tests.simulators.telegram.server import telegram_app
from tthc.cli import main
from tthc.doctor.checks import telegram
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, Level

TOKEN = "100200300:a-token-for-the-tests-of-telegram"
PUBLIC = "https://tro-ly.sct.example.gov.vn"


class Simulated:
    """The server, and the environment that leads to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.platform = TelegramPlatform(TOKEN)
        self._monkeypatch = monkeypatch
        for name, (_, default, _) in VARIABLES.items():
            monkeypatch.setenv(name, default)
        self.set(TTHC_DATA_DIR=str(folder), TTHC_TELEGRAM_TOKEN=TOKEN, TTHC_PUBLIC_URL=PUBLIC)

    def set(self, **environment: str) -> None:
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)

    def findings(self) -> dict[str, Finding]:
        return {finding.key: finding for finding in telegram.check(Context(read_settings()))}


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulated]:
    """Serve from a thread, because commands run event loops of their own."""
    made = Simulated(monkeypatch, tmp_path)
    loop = asyncio.new_event_loop()
    server = TestServer(telegram_app(made.platform))
    loop.run_until_complete(server.start_server(access_log=None))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    made.set(TTHC_TELEGRAM_API_URL=str(server.make_url("")).rstrip("/"))
    yield made
    asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_registering_makes_what_the_doctor_wants(
    simulated: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    before = simulated.findings()
    assert before["telegram.webhook"].level is Level.MUST_FIX
    assert "tthc telegram register" in before["telegram.webhook"].do
    assert "telegram.commands" in before

    assert main(["telegram", "register"]) == 0
    assert simulated.platform.webhook["url"] == f"{PUBLIC}/webhooks/telegram"
    assert len(simulated.platform.webhook["secret_token"]) == 64
    assert len(simulated.platform.commands) == len(described_commands())
    assert simulated.findings().keys() == {"telegram.known", "telegram.delivering"}

    assert main(["telegram", "status"]) == 0
    assert "@SoCongThuongBot" in capsys.readouterr().out

    simulated.platform.last_error = {
        "last_error_date": int(time.time()),
        "last_error_message": "403 Forbidden",
    }
    failing = simulated.findings()["telegram.failing"]
    assert failing.level is Level.MUST_FIX
    assert "403 Forbidden" in failing.what


def test_polling_beside_a_webhook_must_be_fixed_and_can_be(simulated: Simulated) -> None:
    assert main(["telegram", "register"]) == 0
    simulated.set(TTHC_TELEGRAM_MODE="polling")
    assert simulated.findings()["telegram.blocked_by_webhook"].level is Level.MUST_FIX
    assert main(["telegram", "unregister"]) == 0
    assert simulated.findings().keys() == {"telegram.known", "telegram.polling"}


def test_a_bad_token_and_no_way_to_telegram_are_told(
    simulated: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    simulated.set(TTHC_TELEGRAM_TOKEN="999999:another-token-nobody-has-made")
    assert simulated.findings()["telegram.token"].level is Level.MUST_FIX
    assert main(["telegram", "status"]) == 1
    assert "BotFather" in capsys.readouterr().err
    simulated.set(TTHC_TELEGRAM_API_URL="http://127.0.0.1:1")
    assert "TTHC_TELEGRAM_PROXY" in simulated.findings()["telegram.unreachable"].do
    simulated.set(TTHC_TELEGRAM_TOKEN="")
    assert simulated.findings()["telegram.off"].level is Level.GOOD
    assert main(["telegram", "register"]) == 2
