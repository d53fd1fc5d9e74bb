"""Replies on their way out: in order, retried, given up with a reason, doubled only when nobody can know."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.channels.base import SendError
from bot.gateway import outbox
from bot.gateway.keys import INBOX, INTAKE
from knowledge.messaging.models import (
    DEAD,
    DOUBTFUL,
    PENDING,
    SENDING,
    SENT,
    Conversation,
    OutboxMessage,
)
from tests.fixtures.gateway import RasaSwitch, RunningGateway, StartGateway
from tests.fixtures.push import change, rows, until
from tests.simulators.fake_channel import NAME, FakeChannel
from tests.simulators.fake_rasa import Heard, custom

AN, BINH = "an", "binh"


async def metrics(gateway: RunningGateway) -> str:
    return await (await gateway.client.get("/metrics")).text()


class Failing:
    """Fails with the given errors one after another, then lets everything through."""

    def __init__(self, *problems: Exception) -> None:
        self.problems = list(problems)
        self.tries = 0

    async def __call__(self, address: str, text: str) -> None:
        self.tries += 1
        if self.problems:
            raise self.problems.pop(0)


async def test_what_can_be_retried_is_and_later_replies_wait(
    pushed: RunningGateway, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(outbox, "POLL_SECONDS", 0.02)
    failing = channel.sender.before = Failing(
        SendError("busy", retry=True), ValueError("a fault of ours"), SendError("busy", retry=True)
    )
    await channel.receive(AN, "m1", "một")
    await channel.receive(AN, "m2", "hai")

    assert await channel.sender.wait_for(AN, 2) == ["Đã nghe: một", "Đã nghe: hai"]
    assert failing.tries == 5
    assert 'tthc_deliveries_total{channel="fake",result="retried"} 3.0' in await metrics(pushed)


async def test_a_channel_says_how_long_to_wait(
    pushed: RunningGateway, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "POLL_SECONDS", 0.02)
    channel.sender.before = Failing(SendError("slow down", retry=True, after=3600))
    await channel.receive(AN, "m1", "một")
    await until(lambda: any(row.attempts for row in rows(pushed, OutboxMessage)))

    (row,) = rows(pushed, OutboxMessage)
    assert (row.state, row.reason) == (PENDING, "slow down")
    wait = row.due_at - datetime.now(timezone.utc)
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)
    assert channel.sender.taken[AN] == []


async def test_what_cannot_be_sent_is_buried_with_its_reason_and_the_next_goes_on(
    pushed: RunningGateway, channel: FakeChannel
) -> None:
    channel.sender.before = Failing(SendError("text refused", retry=False))
    await channel.receive(AN, "m1", "một")
    await channel.receive(AN, "m2", "hai")

    assert await channel.sender.wait_for(AN, 1) == ["Đã nghe: hai"]
    buried = rows(pushed, OutboxMessage)[0]
    assert (buried.state, buried.reason, buried.due_at, buried.parts) == (DEAD, "text refused", None, None)
    assert 'tthc_deliveries_total{channel="fake",result="dead"} 1.0' in await metrics(pushed)


async def test_who_blocked_us_is_noted(pushed: RunningGateway, channel: FakeChannel) -> None:
    channel.sender.before = Failing(SendError("blocked", retry=True, gone=True))
    await channel.receive(AN, "m1", "một")
    await until(
        lambda: rows(pushed, OutboxMessage)[0].state == DEAD if rows(pushed, OutboxMessage) else False
    )

    assert rows(pushed, Conversation)[0].gone_at is not None


async def test_one_person_s_trouble_does_not_hold_up_another(
    pushed: RunningGateway, channel: FakeChannel
) -> None:
    never = asyncio.Event()

    async def hang_for_an(address: str, _text: str) -> None:
        if address == AN:
            await never.wait()

    channel.sender.before = hang_for_an
    await channel.receive(AN, "m1", "một")
    await channel.receive(BINH, "m1", "hai")

    assert await channel.sender.wait_for(BINH, 1) == ["Đã nghe: hai"]
    never.set()
    assert await channel.sender.wait_for(AN, 1) == ["Đã nghe: một"]


async def test_texts_are_sealed_while_they_wait_and_gone_when_they_were_sent(
    pushed: RunningGateway, channel: FakeChannel
) -> None:
    hold = asyncio.Event()

    async def wait(_address: str, _text: str) -> None:
        await hold.wait()

    channel.sender.before = wait
    await channel.receive(AN, "m1", "bí mật")
    await until(lambda: any(row.state == SENDING for row in rows(pushed, OutboxMessage)))
    (waiting,) = rows(pushed, OutboxMessage)
    hold.set()
    await until(lambda: rows(pushed, OutboxMessage)[0].state == SENT)
    (sent,) = rows(pushed, OutboxMessage)

    assert waiting.parts
    assert "bí mật" not in str(waiting)
    assert (sent.parts, sent.replies, sent.due_at, sent.remote_id) == (None, None, None, "r1")
    assert sent.done_at is not None


async def two_parts(_heard: Heard) -> web.Response:
    return web.json_response([custom("phần một\n\nphần hai", outcome="answered")])


async def test_after_a_crash_the_part_in_doubt_is_sent_once_more_as_it_was(
    channel: FakeChannel, start_gateway: StartGateway, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await start_gateway()
    rasa.fake.script = two_parts

    async def crash_at_second(_address: str, text: str) -> None:
        if text == "phần hai":
            await asyncio.sleep(3600)

    channel.sender.before = crash_at_second
    await channel.receive(AN, "m1", "một")
    await channel.sender.wait_for(AN, 1)
    await until(lambda: rows(first, OutboxMessage)[0].next_part == 1)
    monkeypatch.setattr("bot.gateway.messaging.STOP_GRACE_SECONDS", 0)
    await first.client.close()

    monkeypatch.setattr(channel.sender, "render", lambda _reply: pytest.fail("it was rendered before"))
    channel.sender.before = None
    second = await start_gateway()
    assert await channel.sender.wait_for(AN, 2) == ["phần một", "phần hai"]
    await until(lambda: rows(second, OutboxMessage)[0].state == SENT)
    assert rows(second, OutboxMessage)[0].doubled == 1
    assert 'tthc_deliveries_total{channel="fake",result="doubtful"} 1.0' in await metrics(second)


async def test_a_time_out_leaves_a_doubt_too(
    pushed: RunningGateway, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE_SECONDS", 0.3)
    monkeypatch.setattr(outbox, "POLL_SECONDS", 0.02)
    channel.sender.before = Failing(SendError("time-out", retry=True, doubtful=True))
    await channel.receive(AN, "m1", "một")
    await until(lambda: any(row.state == DOUBTFUL for row in rows(pushed, OutboxMessage)))
    await channel.sender.wait_for(AN, 1)
    await until(lambda: rows(pushed, OutboxMessage)[0].state == SENT)

    assert rows(pushed, OutboxMessage)[0].doubled == 1


@pytest.mark.parametrize(
    ("table", "column", "age", "reason"),
    [
        (OutboxMessage, "created_at", timedelta(hours=25), outbox.GIVEN_UP),
        (Conversation, "last_seen_at", timedelta(hours=3), outbox.WINDOW_CLOSED),
        (Conversation, "address", None, outbox.UNREADABLE),
    ],
)
async def test_what_may_not_be_sent_any_more_is_not(
    channel: FakeChannel,
    start_gateway: StartGateway,
    table: type[OutboxMessage] | type[Conversation],
    column: str,
    age: timedelta | None,
    reason: str,
) -> None:
    gateway = await start_gateway()
    await channel.receive(AN, "m1", "một")
    await until(lambda: bool(rows(gateway, OutboxMessage)) and rows(gateway, OutboxMessage)[0].state == SENT)
    channel.sender.window_seconds = 7200
    value = "sealed with another key" if age is None else datetime.now(timezone.utc) - age
    waits = {"state": PENDING, "due_at": datetime.now(timezone.utc), "done_at": None}
    change(gateway, sa.update(table).values({column: value}))
    change(gateway, sa.update(OutboxMessage).values(waits))
    await until(lambda: rows(gateway, OutboxMessage)[0].state == DEAD)

    assert rows(gateway, OutboxMessage)[0].reason == reason
    assert len(channel.sender.taken[AN]) == 1


async def test_an_event_and_what_it_tells_are_stored_together(
    pushed: RunningGateway, channel: FakeChannel
) -> None:
    await channel.receive(AN, "m1", "chào")
    await channel.sender.wait_for(AN, 1)
    store, key = pushed.app[INBOX].store, pushed.app[INTAKE].key(NAME, AN)
    for number in range(3):
        store.append_event(NAME, key, {"author": "system", "text": f"tin {number}"})

    assert (await channel.sender.wait_for(AN, 4))[1:] == ["tin 0", "tin 1", "tin 2"]
    assert [row.origin for row in rows(pushed, OutboxMessage)] == ["turn:1", "event:1", "event:2", "event:3"]
