"""A simulated Bot Platform, and gateways that speak with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp.test_utils import TestServer, unused_port

from tests.fixtures.gateway import RunningGateway, StartGateway
from tests.simulators.zalo_bot.platform import BotPlatform
from tests.simulators.zalo_bot.server import zalo_bot_app


@dataclass(frozen=True)
class Bot:
    """The platform and where it listens."""

    platform: BotPlatform
    url: str


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    """A running Bot Platform."""
    platform = BotPlatform()
    server = TestServer(zalo_bot_app(platform))
    await server.start_server(access_log=None)
    yield Bot(platform, str(server.make_url("")).rstrip("/"))
    await server.close()


StartWithBot = Callable[..., Awaitable[RunningGateway]]


@pytest.fixture
def start_with_bot(bot: Bot, start_gateway: StartGateway) -> StartWithBot:
    """Start a gateway with the bot: by long polling, or by webhook with ``webhook=True``."""

    async def start(*, webhook: bool = False, **environment: str) -> RunningGateway:
        given = {"TTHC_ZALO_BOT_TOKEN": bot.platform.token, "TTHC_ZALO_BOT_API_URL": bot.url, **environment}
        port = unused_port()
        if webhook:
            given["TTHC_ZALO_BOT_WEBHOOK_URL"] = f"http://127.0.0.1:{port}"
        return await start_gateway(port, **given)

    return start
