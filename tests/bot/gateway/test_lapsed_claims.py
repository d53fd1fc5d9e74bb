"""A gateway that stood still longer than its claims hold leaves what another one took up meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.channels.base import Part
from bot.gateway.keys import INBOX
from knowledge.messaging.models import OutboxMessage
from knowledge.messaging.records import IncomingMessage, Reply, StoredMessage
from tests.fixtures.gateway import RasaSwitch, RunningGateway, StartGateway
from tests.fixtures.push import rows, until
from tests.simulators.fake_channel import NAME, FakeChannel

LEASE = timedelta(seconds=0.2)


@pytest.fixture(autouse=True)
def _short_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("knowledge.messaging.store", "bot.gateway.leases"):
        monkeypatch.setattr(f"{module}.LEASE", LEASE)


def in_a_while() -> datetime:
    return datetime.now(timezone.utc) + timedelta(minutes=1)


async def test_a_reply_that_another_gateway_sends_is_not_sent_twice(
    channel: FakeChannel, start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = await start_gateway()
    inbox = gateway.app[INBOX]
    others: list[Any] = []
    usual = channel.sender.render

    def stand_still(reply: Reply) -> Sequence[Part]:
        """The whole loop stops, as on a paused machine; another gateway takes the reply up meanwhile."""
        time.sleep(2 * LEASE.total_seconds())
        others.extend(inbox.outbox.claim(NAME, 10, datetime.now(timezone.utc), in_a_while()))
        return usual(reply)

    monkeypatch.setattr(channel.sender, "render", stand_still)
    await channel.receive("an", "m1", "một")
    await until(lambda: bool(others))
    await asyncio.sleep(0.3)

    assert channel.sender.taken["an"] == []
    (row,) = rows(gateway, OutboxMessage)
    assert (row.due_at, row.doubled) == (others[0].claimed_until, 0)


async def test_a_message_that_another_gateway_answers_is_not_given_to_rasa_twice(
    pushed: RunningGateway, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = pushed.app[INBOX]
    token = await pushed.open()
    usual = inbox.store.receive
    answer: Reply = {"text": "Của cổng khác", "buttons": []}
    taken: list[StoredMessage] = []

    def stand_still(message: IncomingMessage) -> StoredMessage:
        stored = usual(message)
        if not taken:
            time.sleep(2 * LEASE.total_seconds())
            taken.extend(inbox.backlog.claim(10, in_a_while()))
            inbox.store.complete(taken[0].row, [answer])
        return stored

    monkeypatch.setattr(inbox.store, "receive", stand_still)

    assert [reply["text"] for reply in await pushed.say(token, "một", message_id="m1")] == ["Của cổng khác"]
    assert rasa.fake.messages == []
