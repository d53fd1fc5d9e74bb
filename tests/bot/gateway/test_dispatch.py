"""Nothing received is lost, nothing is answered twice, and every conversation keeps its order."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from aiohttp import web

from bot.gateway import dispatcher, pickup
from bot.gateway.keys import DISPATCHER
from tests.fixtures.gateway import RasaSwitch, RunningGateway, StartGateway
from tests.simulators.fake_rasa import Heard, custom, echo


class Gate:
    """A script that answers only when it is opened, and counts how many wait at once."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.inside: list[str] = []
        self.most_of_one_sender = 0

    async def __call__(self, heard: Heard) -> web.Response:
        self.inside.append(heard["sender"])
        self.most_of_one_sender = max(self.most_of_one_sender, self.inside.count(heard["sender"]))
        await self.open.wait()
        self.inside.remove(heard["sender"])
        return await echo(heard)


async def error_code(response: Any) -> str:
    return str((await response.json())["error"]["code"])


async def test_messages_of_a_conversation_are_handled_one_by_one_in_order(
    gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    gate = rasa.fake.script = Gate()
    token = await gateway.open()
    asked = []
    for number in range(5):
        asked.append(asyncio.create_task(gateway.say(token, f"câu {number}")))
        await asyncio.sleep(0.05)
    await rasa.fake.wait_for_messages(1)
    gate.open.set()
    replies = await asyncio.gather(*asked)

    assert gate.most_of_one_sender == 1
    assert rasa.fake.messages == [f"câu {number}" for number in range(5)]
    assert [reply[0]["text"] for reply in replies] == [f"Đã nghe: câu {number}" for number in range(5)]


async def test_conversations_do_not_wait_for_each_other(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    gate = rasa.fake.script = Gate()
    asked = [asyncio.create_task(gateway.say(await gateway.open(), f"người {n}")) for n in range(8)]
    await rasa.fake.wait_for_messages(8)

    assert len(gate.inside) == 8
    gate.open.set()
    await asyncio.gather(*asked)


async def test_the_same_message_in_flight_twice_acts_once(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    gate = rasa.fake.script = Gate()
    token = await gateway.open()
    both = [asyncio.create_task(gateway.say(token, "phí?", message_id="m1")) for _ in range(2)]
    await rasa.fake.wait_for_messages(1)
    await asyncio.sleep(0.1)
    gate.open.set()
    first, second = await asyncio.gather(*both)

    assert first == second
    assert rasa.fake.messages == ["phí?"]


async def test_the_same_message_later_gets_the_stored_replies(
    gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    token = await gateway.open()
    first = await gateway.say(token, "phí?", message_id="m1")

    assert await gateway.say(token, "phí?", message_id="m1") == first
    assert await gateway.say(token, "câu khác cùng mã", message_id="m1") == first
    assert rasa.fake.messages == ["phí?"]


async def test_the_same_id_in_another_conversation_is_another_message(
    gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    for text in ("một", "hai"):
        await gateway.say(await gateway.open(), text, message_id="m1")

    assert rasa.fake.messages == ["một", "hai"]


async def test_while_rasa_is_down_the_message_is_kept_and_a_retry_answers(
    gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    token = await gateway.open()
    await rasa.stop()
    response = await gateway.post(token, text="phí?", message_id="m1")

    assert response.status == 503
    assert response.headers["Retry-After"] == "3"
    content = (await response.json())["error"]
    assert content["code"] == "assistant_unavailable"
    assert "Tin nhắn đã được lưu" in content["message"]
    assert (await gateway.turns(token))[0]["replies"] is None

    await rasa.start()
    replies = await gateway.say(token, "phí?", message_id="m1")
    assert replies[0]["text"] == "Đã nghe: phí?"
    assert rasa.fake.messages == ["phí?"]


async def test_a_slow_answer_is_kept_for_the_retry_and_acts_once(
    start_gateway: StartGateway, rasa: RasaSwitch
) -> None:
    gateway = await start_gateway(TTHC_CHAT_TIMEOUT_SECONDS="1")
    gate = rasa.fake.script = Gate()
    token = await gateway.open()
    response = await gateway.post(token, text="phí?", message_id="m1")
    assert response.status == 503
    assert await error_code(response) == "assistant_unavailable"

    gate.open.set()
    replies = await gateway.say(token, "phí?", message_id="m1")
    assert replies[0]["text"] == "Đã nghe: phí?"
    assert rasa.fake.messages == ["phí?"]


async def test_a_call_that_never_ends_is_given_up(start_gateway: StartGateway, rasa: RasaSwitch) -> None:
    gateway = await start_gateway(TTHC_CHAT_TIMEOUT_SECONDS="1")
    rasa.fake.script = Gate()
    token = await gateway.open()
    assert (await gateway.post(token, text="phí?", message_id="m1")).status == 503
    await asyncio.sleep(2.5)

    rasa.fake.script = echo
    assert await gateway.say(token, "phí?", message_id="m1")


def garbage() -> list[Any]:
    return [
        web.Response(text="<html>lỗi</html>", content_type="text/html"),
        web.Response(body=b"\xff\xfe\x00", content_type="application/json"),
        web.json_response({"not": "a list"}),
        web.json_response(["not", "objects"]),
        web.Response(text="[" * 100_000, content_type="application/json"),
        web.json_response({"error": "x"}, status=500),
        web.json_response({"error": "x"}, status=401),
    ]


@pytest.mark.parametrize("kind", range(len(garbage())))
async def test_garbage_from_rasa_is_told_as_unavailable(
    gateway: RunningGateway, rasa: RasaSwitch, kind: int
) -> None:
    async def answer(_heard: Heard) -> web.Response:
        return garbage()[kind]

    rasa.fake.script = answer
    token = await gateway.open()
    response = await gateway.post(token, text="phí?", message_id="m1")
    assert response.status == 503
    assert await error_code(response) == "assistant_unavailable"

    rasa.fake.script = echo
    assert await gateway.say(token, "phí?", message_id="m1")


async def test_a_failed_message_does_not_hold_up_the_next(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    async def fail_once(heard: Heard) -> web.Response:
        if heard["message"] == "một":
            return web.Response(status=500)
        return await echo(heard)

    rasa.fake.script = fail_once
    token = await gateway.open()
    failed, answered = await asyncio.gather(gateway.post(token, text="một"), gateway.post(token, text="hai"))

    assert failed.status == 503
    assert answered.status == 200


async def test_a_restart_takes_up_what_was_interrupted(
    start_gateway: StartGateway, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateway.messaging.STOP_GRACE_SECONDS", 0.1)
    first = await start_gateway()
    rasa.fake.script = Gate()
    token = await first.open()
    asked = [asyncio.create_task(first.post(token, text=text, message_id=text)) for text in ("m1", "m2")]
    await rasa.fake.wait_for_messages(1)
    await asyncio.sleep(0.2)
    await first.app[DISPATCHER].close(0.1)
    assert [await error_code(response) for response in await asyncio.gather(*asked)] == [
        "stopping",
        "stopping",
    ]
    await first.client.close()

    rasa.fake.heard.clear()
    rasa.fake.script = echo
    second = await start_gateway()
    replies = await second.say(token, "m2", message_id="m2")

    assert replies[0]["text"] == "Đã nghe: m2"
    assert rasa.fake.messages == ["m1", "m2"]
    assert all(turn["replies"] for turn in await second.turns(token))


async def test_a_resumed_message_waits_for_rasa_to_come_up(
    start_gateway: StartGateway, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickup, "PROBE_SECONDS", 0.05)
    first = await start_gateway()
    rasa.fake.script = Gate()
    token = await first.open()
    asked = asyncio.create_task(first.post(token, text="m1", message_id="m1"))
    await rasa.fake.wait_for_messages(1)
    await first.app[DISPATCHER].close(0.05)
    await asked
    await first.client.close()
    await rasa.stop()

    second = await start_gateway()
    await asyncio.sleep(0.3)
    rasa.fake.script = echo
    await rasa.start()
    assert (await second.say(token, "m1", message_id="m1"))[0]["text"] == "Đã nghe: m1"


async def test_what_a_citizen_was_told_has_failed_is_not_taken_up_by_a_restart(
    start_gateway: StartGateway, rasa: RasaSwitch
) -> None:
    first = await start_gateway()
    token = await first.open()
    await rasa.stop()
    assert (await first.post(token, text="m1", message_id="m1")).status == 503
    await first.client.close()

    await rasa.start()
    second = await start_gateway()
    await second.say(token, "m2", message_id="m2")
    assert rasa.fake.messages == ["m2"]


async def test_a_stopping_gateway_finishes_what_it_began(
    start_gateway: StartGateway, rasa: RasaSwitch
) -> None:
    gateway = await start_gateway()
    gate = rasa.fake.script = Gate()
    token = await gateway.open()
    asked = asyncio.create_task(gateway.post(token, text="m1", message_id="m1"))
    await rasa.fake.wait_for_messages(1)
    closing = asyncio.create_task(gateway.app[DISPATCHER].close(5))
    await asyncio.sleep(0.05)
    late = await gateway.post(token, text="m2")
    gate.open.set()
    await closing

    assert (await asked).status == 200
    assert late.status == 503
    assert await error_code(late) == "stopping"


async def test_a_conversation_may_not_pile_up_messages(
    gateway: RunningGateway, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "MAX_WAITING_PER_CONVERSATION", 2)
    gate = rasa.fake.script = Gate()
    token = await gateway.open()
    asked = [asyncio.create_task(gateway.post(token, text=f"câu {n}")) for n in range(3)]
    await rasa.fake.wait_for_messages(1)
    await asyncio.sleep(0.1)
    gate.open.set()
    statuses = sorted([response.status for response in await asyncio.gather(*asked)])

    assert statuses == [200, 200, 429]


async def test_the_gateway_as_a_whole_may_not_pile_up_messages(
    gateway: RunningGateway, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "MAX_WAITING", 1)
    gate = rasa.fake.script = Gate()
    first = asyncio.create_task(gateway.post(await gateway.open(), text="một"))
    await rasa.fake.wait_for_messages(1)
    refused = await gateway.post(await gateway.open(), text="hai")
    gate.open.set()

    assert refused.status == 503
    assert await error_code(refused) == "busy"
    assert (await first).status == 200


async def test_turns_without_facts_are_counted(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    async def no_answer(_heard: Heard) -> web.Response:
        return web.json_response([custom("chào")])

    rasa.fake.script = no_answer
    token = await gateway.open()
    await gateway.say(token, "chào", message_id="m1")
    await gateway.say(token, "chào", message_id="m1")
    text = await (await gateway.client.get("/metrics")).text()

    assert "tthc_turns_without_answer_total 1.0" in text
    assert 'tthc_messages_total{channel="web",outcome="unclear"} 1.0' in text
    assert 'tthc_messages_total{channel="web",outcome="duplicate"} 1.0' in text
    assert re.search(r'tthc_answer_seconds_count\{channel="web"\} 2\.0', text)
    assert "tthc_messages_waiting 0.0" in text
