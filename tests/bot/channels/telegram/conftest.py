"""A gateway with the Telegram channel in front of a fake Rasa, and the simulated Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp.test_utils import TestServer, unused_port

from bot.channels.telegram.webhook import PATH
from bot.gateway.keys import CHANNELS
from tests.fixtures.gateway import RasaSwitch, RunningGateway, StartGateway
from tests.simulators.telegram.delivery import Deliverer
from tests.simulators.telegram.people import Person
from tests.simulators.telegram.platform import Fields, TelegramPlatform
from tests.simulators.telegram.server import DELIVERER, telegram_app

TOKEN = "100200300:a-token-for-the-tests-of-telegram"
AN, BINH = 5001, 5002
REDELIVERY_SECONDS = 0.05


@dataclass
class Phones:
    """The simulated platform, where it listens, and its people."""

    platform: TelegramPlatform
    url: str
    deliverer: Deliverer
    people: dict[int, Person] = field(default_factory=dict)

    def person(self, user_id: int = AN) -> Person:
        """Somebody with a phone."""
        return self.people.setdefault(user_id, Person(self.platform, user_id))

    @property
    def an(self) -> Person:
        """The one most tests need."""
        return self.person(AN)

    async def wait_for(self, chat_id: int, count: int, seconds: float = 10) -> list[str]:
        """Return what the bot said in a chat when it is ``count`` messages."""
        chat = self.platform.chat(chat_id)
        await self.platform.changed(lambda: len(chat.received) >= count, seconds)
        return chat.received

    async def last(self, chat_id: int, count: int) -> Fields:
        """The last message of the bot in a chat when there are ``count``."""
        await self.wait_for(chat_id, count)
        return [message for message in self.platform.chat(chat_id).screen if message["from"] == "bot"][-1]


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    """A running simulated Telegram."""
    platform = TelegramPlatform(TOKEN)
    app = telegram_app(platform, pause=REDELIVERY_SECONDS)
    server = TestServer(app)
    await server.start_server(access_log=None)
    yield Phones(platform, str(server.make_url("")).rstrip("/"), app[DELIVERER])
    await server.close()


@dataclass
class Bot:
    """The gateway with its bot, the phones, and Rasa behind it."""

    gateway: RunningGateway
    phones: Phones
    rasa: RasaSwitch

    @property
    def secret(self) -> str:
        """What Telegram says with each call."""
        return str(self.gateway.app[CHANNELS][0]._secret())  # type: ignore[attr-defined]


@pytest.fixture
async def bot(start_gateway: StartGateway, phones: Phones, rasa: RasaSwitch) -> AsyncIterator[Bot]:
    """The bot, with its webhook set."""
    port = unused_port()
    gateway = await start_gateway(
        port,
        TTHC_TELEGRAM_TOKEN=TOKEN,
        TTHC_TELEGRAM_API_URL=phones.url,
        TTHC_PUBLIC_URL=f"http://127.0.0.1:{port}",
    )
    made = Bot(gateway, phones, rasa)
    phones.platform.webhook = {"url": f"{gateway.url}{PATH}", "secret_token": made.secret}
    await phones.platform.changed(lambda: any(call == "getme" for call, _ in phones.platform.calls))
    yield made
    phones.platform.webhook = {}
