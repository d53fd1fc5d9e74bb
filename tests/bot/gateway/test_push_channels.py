"""Messages of channels that deliver to us: stored, handled in order, answered through the outbox."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.gateway import outbox, pickup
from bot.gateway.keys import INBOX, INTAKE
from knowledge.messaging.models import DEAD, SENT, STAFF, Conversation, InboxMessage, OutboxMessage
from tests.fixtures.gateway import RasaSwitch, RunningGateway, StartGateway
from tests.fixtures.push import change, rows, until
from tests.simulators.fake_channel import NAME, FakeChannel
from tests.simulators.fake_rasa import Heard, custom

WEBHOOK_SECONDS = 2
"""What a channel takes for an answer in time; benchmarks/acknowledgement.py has the stricter bar."""
AN, BINH = "an-84901234567", "binh"


async def test_a_message_is_answered_where_it_came_from(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    response = await pushed.client.post("/fake", json={"from": AN, "id": "m1", "text": "phí?"})

    assert response.status == 200
    assert await channel.sender.wait_for(AN, 1) == ["Đã nghe: phí?"]
    assert rasa.fake.heard[0]["metadata"]["channel"] == NAME
    assert rasa.fake.heard[0]["sender"] == pushed.app[INTAKE].key(NAME, AN)


async def test_the_address_is_nowhere_in_the_clear(pushed: RunningGateway, channel: FakeChannel) -> None:
    await channel.receive(AN, "m1", "phí?")
    await channel.sender.wait_for(AN, 1)

    everything = [
        str(row) for table in (Conversation, InboxMessage, OutboxMessage) for row in rows(pushed, table)
    ]
    assert everything
    assert not any("84901234567" in row for row in everything)


async def test_a_redelivery_is_not_handled_again(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    for _ in range(3):
        await channel.receive(AN, "m1", "phí?")
    await channel.receive(AN, "m2", "hết")

    assert await channel.sender.wait_for(AN, 2) == ["Đã nghe: phí?", "Đã nghe: hết"]
    assert rasa.fake.messages == ["phí?", "hết"]


async def test_messages_of_one_person_keep_their_order_and_others_do_not_wait(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    slow = asyncio.Event()

    async def hold_an(heard: Heard) -> web.Response:
        if heard["message"].startswith("an"):
            await slow.wait()
        return web.json_response([custom(heard["message"], outcome="answered")])

    rasa.fake.script = hold_an
    for number in range(4):
        await channel.receive(AN, f"m{number}", f"an {number}")
    await channel.receive(BINH, "m0", "binh 0")

    assert await channel.sender.wait_for(BINH, 1) == ["binh 0"]
    assert channel.sender.taken[AN] == []
    slow.set()
    assert await channel.sender.wait_for(AN, 4) == [f"an {number}" for number in range(4)]


async def test_while_rasa_is_down_messages_are_taken_and_answered_later(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickup, "PROBE_SECONDS", 0.05)
    await rasa.stop()
    for number in range(3):
        response = await pushed.client.post(
            "/fake", json={"from": AN, "id": str(number), "text": f"câu {number}"}
        )
        assert response.status == 200
    await asyncio.sleep(0.3)
    assert channel.sender.taken[AN] == []

    await rasa.start()
    assert await channel.sender.wait_for(AN, 3) == [f"Đã nghe: câu {number}" for number in range(3)]
    assert [row.failed_attempts for row in rows(pushed, InboxMessage)] == [0, 0, 0]


async def test_a_flood_of_webhooks_is_acknowledged_while_rasa_is_down(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickup, "PROBE_SECONDS", 0.05)
    await rasa.stop()
    people, rate = 150, 100

    async def deliver(number: int) -> float:
        await asyncio.sleep(number / rate)
        started = time.perf_counter()
        body = {"from": f"người {number}", "id": "m1", "text": "phí?"}
        assert (await pushed.client.post("/fake", json=body)).status == 200
        return time.perf_counter() - started

    took = await asyncio.gather(*map(deliver, range(people)))
    assert max(took) < WEBHOOK_SECONDS

    await rasa.start()
    for number in range(people):
        assert await channel.sender.wait_for(f"người {number}", 1, 30) == ["Đã nghe: phí?"]


async def test_a_message_that_always_fails_does_not_hold_up_the_next_for_ever(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickup, "PROBE_SECONDS", 0.01)
    monkeypatch.setattr(pickup, "POLL_SECONDS", 0.02)

    async def fail(heard: Heard) -> web.Response:
        if heard["message"] == "độc":
            return web.Response(status=500)
        return web.json_response([custom("được", outcome="answered")])

    rasa.fake.script = fail
    await channel.receive(AN, "m1", "độc")
    await channel.receive(AN, "m2", "lành")

    apology, answer = await channel.sender.wait_for(AN, 2)
    assert apology.startswith("Xin lỗi, tôi gặp sự cố")
    assert answer == "được"
    assert rasa.fake.messages.count("độc") == pickup.MAX_FAILURES


async def offer(heard: Heard) -> web.Response:
    buttons = [
        {"title": "Cấp mới", "payload": '/inform{"case": "new"}'},
        {"title": "Cấp lại", "payload": '/inform{"case": "again"}'},
    ]
    return web.json_response([custom("Trường hợp nào?", buttons, outcome="clarify")])


@pytest.mark.parametrize("typed", ["2", "2.", "(2)", "số 2", "cap lai", " CẤP LẠI "])
async def test_a_number_or_title_chooses_a_button(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch, typed: str
) -> None:
    rasa.fake.script = offer
    await channel.receive(AN, "m1", "giấy phép")
    assert await channel.sender.wait_for(AN, 2) == [
        "Trường hợp nào?",
        "1. Cấp mới\n2. Cấp lại\nTrả lời bằng số để chọn.",
    ]
    await channel.receive(AN, "m2", typed)
    await rasa.fake.wait_for_messages(2)

    assert rasa.fake.messages[1] == '/inform{"case": "again"}'
    assert rasa.fake.heard[1]["metadata"]["payload"] is True


async def test_a_button_that_stands_for_words_can_be_chosen(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    async def greet(_heard: Heard) -> web.Response:
        return web.json_response([custom("Chào bạn", [{"title": "Cây xăng", "payload": "cây xăng"}])])

    rasa.fake.script = greet
    await channel.receive(AN, "m1", payload="/greet")
    await channel.sender.wait_for(AN, 2)
    await channel.receive(AN, "m2", "1")
    await rasa.fake.wait_for_messages(2)

    assert rasa.fake.messages[1] == "cây xăng"
    assert rasa.fake.heard[1]["metadata"]["payload"] is False


async def test_a_number_without_an_offer_is_what_was_typed(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    await channel.receive(AN, "m1", "2")
    await channel.receive(AN, "m2", "9")
    await rasa.fake.wait_for_messages(2)

    assert rasa.fake.messages == ["2", "9"]
    assert rasa.fake.heard[0]["metadata"]["payload"] is False


async def test_groups_and_files_are_told_to_the_actions(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    await pushed.client.post("/fake", json={"from": AN, "id": "m1", "files": ["image"], "group": True})
    await pushed.client.post(
        "/fake", json={"from": AN, "id": "m2", "text": "đây", "files": ["file"], "group": True}
    )
    await channel.sender.wait_for(AN, 2)

    picture, file = rasa.fake.heard
    assert picture["message"] == '/flow_step{"flow": "attachment", "value": "image"}'
    assert picture["metadata"]["group"] is True
    assert picture["metadata"]["attachments"] == [{"kind": "image"}]
    assert (file["message"], file["metadata"]["attachments"]) == ("đây", [{"kind": "file"}])
    assert all(row.attachments is None for row in rows(pushed, InboxMessage))


async def test_while_an_officer_answers_the_assistant_is_silent(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    await channel.receive(AN, "m1", "gặp cán bộ")
    await channel.sender.wait_for(AN, 1)
    change(pushed, sa.update(Conversation).values(handler=STAFF))
    await channel.receive(AN, "m2", "alo")
    await until(lambda: rows(pushed, InboxMessage)[1].handled_at is not None)
    change(
        pushed,
        sa.update(Conversation).values(handler_until=datetime.now(timezone.utc) - timedelta(seconds=1)),
    )
    await channel.receive(AN, "m3", "còn phí?")

    assert await channel.sender.wait_for(AN, 2) == ["Đã nghe: gặp cán bộ", "Đã nghe: còn phí?"]
    assert rasa.fake.messages == ["gặp cán bộ", "còn phí?"]
    (silence,) = rows(pushed, InboxMessage)[1].replies
    assert (silence["text"], silence["buttons"], silence["answer"]["outcome"]) == ("", [], "handoff")


async def test_an_event_reaches_the_phone_and_its_buttons_can_be_chosen(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    await channel.receive(AN, "m1", "chào")
    await channel.sender.wait_for(AN, 1)
    buttons = [{"title": "Hài lòng", "payload": "/yes"}]
    pushed.app[INBOX].store.append_event(
        NAME, pushed.app[INTAKE].key(NAME, AN), {"author": "staff", "text": "Đã xong.", "buttons": buttons}
    )

    assert (await channel.sender.wait_for(AN, 3))[1:] == ["Đã xong.", "1. Hài lòng\nTrả lời bằng số để chọn."]
    await channel.receive(AN, "m2", "1")
    await rasa.fake.wait_for_messages(2)
    assert rasa.fake.messages[1] == "/yes"


async def test_who_writes_too_fast_is_told_once(channel: FakeChannel, start_gateway: StartGateway) -> None:
    gateway = await start_gateway(TTHC_CHAT_RATE_PER_MINUTE="2")
    for number in range(6):
        await channel.receive(AN, f"m{number}", f"câu {number}")
    await channel.sender.wait_for(AN, 3)
    await asyncio.sleep(0.2)

    assert sum("hơi nhanh" in text for text in channel.sender.taken[AN]) == 1
    assert len(rows(gateway, InboxMessage)) == 2


async def test_a_channel_that_floods_is_asked_to_deliver_later(
    channel: FakeChannel, start_gateway: StartGateway
) -> None:
    gateway = await start_gateway(TTHC_CHANNEL_RATE_PER_MINUTE="2")
    statuses = []
    for number in range(3):
        body = {"from": f"người {number}", "id": "m", "text": "chào"}
        statuses.append((await gateway.client.post("/fake", json=body)).status)

    assert statuses == [200, 200, 429]


async def test_an_old_message_is_answered_with_an_apology(
    pushed: RunningGateway, channel: FakeChannel
) -> None:
    an_hour_ago = datetime.now(timezone.utc) - timedelta(hours=1)
    await channel.receive(AN, "m1", "phí?", sent_at=an_hour_ago)

    apology, answer = await channel.sender.wait_for(AN, 2)
    assert apology.startswith("Xin lỗi anh/chị vì đã để chờ lâu")
    assert answer == "Đã nghe: phí?"


async def test_a_message_beyond_the_channel_s_window_is_passed_over(
    pushed: RunningGateway, channel: FakeChannel, rasa: RasaSwitch
) -> None:
    channel.sender.window_seconds = 1800
    await channel.receive(AN, "m1", "cũ", sent_at=datetime.now(timezone.utc) - timedelta(hours=1))
    await channel.receive(AN, "m2", "mới")

    assert await channel.sender.wait_for(AN, 1) == ["Đã nghe: mới"]
    assert rasa.fake.messages == ["mới"]
    assert (
        'tthc_messages_late_total{channel="fake",result="expired"} 1.0'
        in await (await pushed.client.get("/metrics")).text()
    )


async def test_who_left_gets_nothing_until_they_write_again(
    pushed: RunningGateway, channel: FakeChannel
) -> None:
    await channel.receive(AN, "m1", "chào")
    await channel.sender.wait_for(AN, 1)
    assert channel.door is not None
    await channel.door.left(AN)
    store, key = pushed.app[INBOX].store, pushed.app[INTAKE].key(NAME, AN)
    store.append_event(NAME, key, {"author": "system", "text": "không ai nhận"})
    await until(lambda: rows(pushed, OutboxMessage)[1].state == DEAD)
    assert rows(pushed, OutboxMessage)[1].reason == outbox.GONE

    await channel.receive(AN, "m2", "tôi đây")
    assert await channel.sender.wait_for(AN, 2) == ["Đã nghe: chào", "Đã nghe: tôi đây"]


async def test_who_withdraws_is_forgotten(pushed: RunningGateway, channel: FakeChannel) -> None:
    await channel.receive(AN, "m1", "chào")
    await channel.sender.wait_for(AN, 1)
    await until(lambda: rows(pushed, OutboxMessage)[0].state == SENT)
    assert channel.door is not None
    await channel.door.erase(AN)

    assert not any(rows(pushed, table) for table in (Conversation, InboxMessage, OutboxMessage))


async def test_a_poller_that_fails_is_started_again(
    channel: FakeChannel, start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateway.channels.POLL_PAUSE_SECONDS", 0.01)
    channel.polls = [RuntimeError("mạng"), None]
    await start_gateway()
    await until(lambda: channel.polled == 2)


@pytest.mark.parametrize(("address", "message_id"), [("", "m"), (AN, ""), (AN, "x" * 129), ("x" * 5000, "m")])
async def test_what_cannot_be_kept_is_refused(
    pushed: RunningGateway, channel: FakeChannel, address: str, message_id: str
) -> None:
    with pytest.raises(ValueError, match="a message needs"):
        await channel.receive(address, message_id, "chào")
    assert rows(pushed, InboxMessage) == []


async def test_replies_that_are_being_sent_may_finish_when_the_gateway_stops(
    channel: FakeChannel, start_gateway: StartGateway
) -> None:
    gateway = await start_gateway()
    begun = asyncio.Event()

    async def slow(_address: str, _text: str) -> None:
        begun.set()
        await asyncio.sleep(0.5)
        assert channel.door is not None

    channel.sender.before = slow
    await channel.receive(AN, "m1", "phí?")
    await begun.wait()
    await gateway.client.close()

    assert channel.sender.taken[AN] == ["Đã nghe: phí?"]
    assert channel.door is None
