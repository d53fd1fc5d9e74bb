"""Calls of the action server share a connection, and a server that was started again is found again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue import action_endpoint


@dataclass
class ActionServer:
    """A server that tells what it was sent, and which connections calls came by."""

    port: int | None = None
    connections: list[object] = field(default_factory=list)
    server: TestServer | None = None

    async def start(self) -> EndpointConfig:
        app = web.Application()
        app.router.add_post("/webhook", self._answer)
        self.server = TestServer(app, port=self.port)
        await self.server.start_server(shutdown_timeout=0.1)
        self.port = self.server.port
        return EndpointConfig(str(self.server.make_url("/webhook")))

    async def stop(self) -> None:
        if self.server is not None:
            await self.server.close()

    async def _answer(self, request: web.Request) -> web.Response:
        self.connections.append(request.transport)
        return web.json_response({"auth": request.headers.get("Authorization")})


@pytest.fixture
async def actions(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ActionServer]:
    monkeypatch.setattr(EndpointConfig, "session", action_endpoint.kept_session)
    server = ActionServer()
    yield server
    for session in list(action_endpoint._sessions.values()):
        await session.close()
    await server.stop()
    action_endpoint._sessions.clear()


async def test_calls_share_a_connection(actions: ActionServer) -> None:
    endpoint = await actions.start()
    for _ in range(3):
        assert await endpoint.request(json={}) == {"auth": None}
    assert len({id(connection) for connection in actions.connections}) == 1


async def test_a_server_started_again_is_found_again(actions: ActionServer) -> None:
    endpoint = await actions.start()
    await endpoint.request(json={})
    await actions.stop()
    await actions.start()
    assert await endpoint.request(json={}) == {"auth": None}
    assert len({id(connection) for connection in actions.connections}) == 2


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # how Rasa sends passwords
async def test_an_endpoint_with_a_password_keeps_it_to_itself(actions: ActionServer) -> None:
    plain = await actions.start()
    with_password = EndpointConfig(plain.url, basic_auth={"username": "u", "password": "p"})
    assert await with_password.request(json={}) == {"auth": "Basic dTpw"}
    assert await plain.request(json={}) == {"auth": None}
