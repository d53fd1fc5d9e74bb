"""Several gateways on one PostgreSQL database: in order, each message once, also when one of them dies."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.gateway import leases, pickup
from bot.gateway.keys import DISPATCHER
from knowledge.database.migrate import upgrade
from knowledge.messaging.models import InboxMessage, OutboxMessage
from tests.conftest import PostgresServer
from tests.fixtures.gateway import RasaSwitch, RunningGateway, StartGateway
from tests.fixtures.push import rows, until
from tests.simulators.fake_channel import FakeChannel
from tests.simulators.fake_rasa import Heard, custom, echo

pytestmark = pytest.mark.postgres
PEOPLE, MESSAGES = 8, 5


@pytest.fixture
async def shared_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    with postgres_server.new_database() as url:
        upgrade(url)
        yield url


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases of a second, so that the tests need not wait for those of a dead gateway."""
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr("knowledge.messaging.store.LEASE", timedelta(seconds=1))
    monkeypatch.setattr(pickup, "POLL_SECONDS", 0.1)


async def test_gateways_share_the_work_in_order_and_without_doubling(
    shared_url: str, channel: FakeChannel, start_gateway: StartGateway, rasa: RasaSwitch
) -> None:
    gateways = [await start_gateway(DATABASE_URL=shared_url) for _ in range(3)]
    at_once: list[str] = []

    async def slow_echo(heard: Heard) -> web.Response:
        assert heard["sender"] not in at_once
        at_once.append(heard["sender"])
        await asyncio.sleep(random.uniform(0, 0.03))
        at_once.remove(heard["sender"])
        return web.json_response([custom(heard["message"], outcome="answered")])

    rasa.fake.script = slow_echo
    for number in range(MESSAGES):
        for person in range(PEOPLE):
            body = {"from": f"người {person}", "id": f"m{number}", "text": f"câu {number}"}
            for gateway in random.sample(gateways, 2):
                assert (await gateway.client.post("/fake", json=body)).status == 200
    for person in range(PEOPLE):
        expected = [f"câu {number}" for number in range(MESSAGES)]
        assert await channel.sender.wait_for(f"người {person}", MESSAGES, 30) == expected

    await until(lambda: all(row.state == "sent" for row in rows(gateways[0], OutboxMessage)))
    assert len(rasa.fake.messages) == PEOPLE * MESSAGES
    assert len(rows(gateways[0], OutboxMessage)) == PEOPLE * MESSAGES


async def crash(gateway: RunningGateway) -> None:
    """End what the gateway does without letting it tidy up, as if it were killed."""
    dying = gateway.app[DISPATCHER]
    dying.is_stopping = True
    for task in list(dying._turns.values()):
        task.cancel()
    for row in dying.leases.held():
        dying.leases.drop(row)


@pytest.mark.usefixtures("_soon")
async def test_another_gateway_goes_on_where_one_died(
    shared_url: str, channel: FakeChannel, start_gateway: StartGateway, rasa: RasaSwitch
) -> None:
    first = await start_gateway(DATABASE_URL=shared_url)
    stuck = asyncio.Event()

    async def hang(_heard: Heard) -> web.Response:
        await stuck.wait()
        return web.json_response([])

    rasa.fake.script = hang
    await channel.receive("an", "m1", "một")
    await rasa.fake.wait_for_messages(1)
    await channel.receive("an", "m2", "hai")
    await crash(first)
    rasa.fake.script = echo
    await start_gateway(DATABASE_URL=shared_url)

    assert await channel.sender.wait_for("an", 2) == ["Đã nghe: một", "Đã nghe: hai"]
    assert len(rows(first, InboxMessage)) == 2
    stuck.set()


@pytest.mark.usefixtures("_soon")
async def test_a_web_page_s_retry_waits_for_the_gateway_that_handles_the_message(
    shared_url: str, start_gateway: StartGateway, rasa: RasaSwitch
) -> None:
    first, second = [await start_gateway(DATABASE_URL=shared_url) for _ in range(2)]
    go_on = asyncio.Event()

    async def wait(heard: Heard) -> web.Response:
        await go_on.wait()
        return await echo(heard)

    rasa.fake.script = wait
    token = await first.open()
    asked = asyncio.create_task(first.say(token, "một", message_id="m1"))
    await rasa.fake.wait_for_messages(1)
    again = asyncio.create_task(second.say(token, "một", message_id="m1"))
    then = asyncio.create_task(second.say(token, "hai", message_id="m2"))
    await asyncio.sleep(1.5)
    go_on.set()

    assert await asked == await again
    assert (await then)[0]["text"] == "Đã nghe: hai"
    assert rasa.fake.messages == ["một", "hai"]
