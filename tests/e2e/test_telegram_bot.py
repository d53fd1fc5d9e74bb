"""The whole service on Telegram: the real Rasa behind the simulated Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestServer

from benchmarks.service import Service
from bot.channels.telegram.registration import webhook_secret
from bot.channels.telegram.webhook import PATH
from knowledge.privacy.sealing import open_sealer
from knowledge.settings import read_settings
from tests.fixtures.service import TELEGRAM
from tests.simulators.telegram.people import GROUP, Person
from tests.simulators.telegram.platform import TelegramPlatform
from tests.simulators.telegram.server import telegram_app

pytestmark = pytest.mark.e2e
AN = 5001


@pytest.fixture
async def an(service: Service) -> AsyncIterator[Person]:
    """A citizen with a phone that is connected to the running service."""
    platform = TelegramPlatform(TELEGRAM["TTHC_TELEGRAM_TOKEN"])
    port = urlsplit(TELEGRAM["TTHC_TELEGRAM_API_URL"]).port
    server = TestServer(telegram_app(platform), port=port)
    await server.start_server(access_log=None)
    settings = read_settings({"TTHC_DATA_DIR": str(service.data_dir), **TELEGRAM})
    secret = webhook_secret(open_sealer(settings), settings.telegram)
    platform.webhook = {"url": f"{service.url}{PATH}", "secret_token": secret}
    yield Person(platform, AN)
    platform.webhook = {}
    await server.close()


async def heard(person: Person, chat_id: int, count: int) -> str:
    """What the bot said in its newest message when it is ``count``."""
    chat = person.platform.chat(chat_id)
    await person.platform.changed(lambda: len(chat.received) >= count, 20)
    return chat.received[-1]


async def test_a_conversation_by_deep_link_button_and_words(an: Person) -> None:
    await an.says("/start 2-000648")
    first = await heard(an, AN, 1)
    assert "(mã thủ tục 2.000648)" in first

    shown = an.platform.chat(AN).screen[-1]
    fee = next(button for button in shown["buttons"] if "hí" in button["title"])
    await an.taps_data(shown["id"], fee["data"])
    assert "đồng" in await heard(an, AN, 2)

    await an.says("con thoi han thi sao")
    deadline = await heard(an, AN, 3)
    assert "15 ngày làm việc" in deadline
    assert "2.000648" in deadline

    await an.says("thủ tục khuyến mại mang tính may rủi cần giấy tờ gì")
    assert "2.000648" not in await heard(an, AN, 4)


async def test_no_dossier_is_talked_about_in_a_group(an: Person) -> None:
    await an.says("/tracuu", group=GROUP)
    told = await heard(an, GROUP, 1)
    assert "riêng" in told
    assert "mã hồ sơ nào" not in told
