"""A gateway with the Zalo channel in front of a fake Rasa, and the simulated Zalo it talks to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
from aiohttp.test_utils import TestServer

from bot.gateway.keys import INBOX, METRICS, SETTINGS
from knowledge.database.engine import session_factory
from knowledge.privacy.sealing import open_sealer
from knowledge.tokens.store import TokenStore
from tests.fixtures.gateway import RunningGateway, StartGateway
from tests.simulators.zalo.caller import WebhookCaller
from tests.simulators.zalo.platform import ZaloPlatform
from tests.simulators.zalo.server import zalo_app

AN = "1001"


@dataclass
class Zalo:
    """Zalo, its webhook caller, and the gateway."""

    platform: ZaloPlatform
    caller: WebhookCaller
    gateway: RunningGateway

    async def until(self, condition: Callable[[], bool], seconds: float = 5) -> None:
        async def wait() -> None:
            while not condition():  # noqa: ASYNC110 - what is waited for is in the simulator's state
                await asyncio.sleep(0.01)

        await asyncio.wait_for(wait(), seconds)

    async def texts(self, count: int, user: str = AN, seconds: float = 5) -> list[str]:
        """What is on the phone once ``count`` messages came."""
        await self.until(lambda: len(self.platform.phone(user).received()) >= count, seconds)
        return self.platform.phone(user).received()

    def counted(self, event: str) -> float:
        """How often the gateway counted an event."""
        registry = self.gateway.app[METRICS].registry
        labels = {"channel": "zalo", "event": event}
        return registry.get_sample_value("tthc_channel_events_total", labels) or 0.0

    def tokens(self) -> TokenStore:
        """The gateway's own store of tokens."""
        app = self.gateway.app
        return TokenStore(session_factory(app[INBOX].engine), open_sealer(app[SETTINGS]), "zalo")

    def sign_in(self) -> None:
        """Store a fresh pair of tokens, as after `tthc zalo login`."""
        pair = self.platform.new_pair()
        now = datetime.now(timezone.utc)
        self.tokens().write(pair["access_token"], pair["refresh_token"], now + timedelta(hours=25), now)


StartZalo = Callable[..., Awaitable[Zalo]]


@pytest.fixture
def platform() -> ZaloPlatform:
    return ZaloPlatform()


@pytest.fixture
async def zalo_url(platform: ZaloPlatform) -> AsyncIterator[str]:
    server = TestServer(zalo_app(platform))
    await server.start_server(access_log=None)
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@pytest.fixture
async def start_zalo(
    platform: ZaloPlatform, zalo_url: str, start_gateway: StartGateway
) -> AsyncIterator[StartZalo]:
    """Start a gateway that is signed in at the simulated Zalo; settings as environment variables."""
    callers: list[WebhookCaller] = []

    async def start(**settings: str) -> Zalo:
        environment = {
            "TTHC_ZALO_APP_ID": platform.app_id,
            "TTHC_ZALO_APP_SECRET": platform.app_secret,
            "TTHC_ZALO_OA_SECRET_KEY": platform.oa_secret,
            "TTHC_ZALO_API_URL": zalo_url,
            "TTHC_ZALO_BUSINESS_URL": zalo_url,
            "TTHC_ZALO_OAUTH_URL": zalo_url,
            **settings,
        }
        gateway = await start_gateway(**environment)
        callers.append(WebhookCaller(platform, f"{gateway.url}/webhooks/zalo", scale=0.001))
        zalo = Zalo(platform, callers[-1], gateway)
        zalo.sign_in()
        return zalo

    yield start
    for caller in callers:
        await caller.close()


@pytest.fixture
async def zalo(start_zalo: StartZalo) -> Zalo:
    return await start_zalo()
