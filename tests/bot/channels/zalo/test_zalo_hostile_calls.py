"""Whoever calls Zalo's webhook with ill intent: nothing raises, nothing is answered, nobody waits for it."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from bot.channels.zalo.webhook import PATH
from tests.bot.channels.zalo.conftest import AN, Zalo
from tests.fixtures.hostile import answered_meanwhile, broken, broken_http, hammer, raw_call

CALLS = 10_000
BEARABLE_SECONDS = 5.0
"""A guard against calls that block others; how quick a busy machine is, benchmarks measure."""
HONEST = ("1001", "1002", "1003")
STRANGER = "2002"
MESSAGES = (
    ("user_send_text", {"text": "phí ở đâu?", "msg_id": "1"}),
    ("user_send_image", {"msg_id": "2", "attachments": [{"type": "image", "payload": {"url": "https://a"}}]}),
    ("user_send_location", {"msg_id": "3", "attachments": [{"type": "location", "payload": {}}]}),
    ("oa_send_text", {"msg_id": "4", "text": "chào"}),
    ("user_withdraw", {}),
    ("user_submit_info", {}),
)


def signed(zalo: Zalo, raw: bytes) -> dict[str, str]:
    """The genuine signature where the body has a time to sign."""
    try:
        return zalo.caller.signature(raw)
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"X-ZEvent-Signature": "mac=" + "0" * 64}


async def test_ten_thousand_hostile_calls_harm_nobody(zalo: Zalo, caplog: pytest.LogCaptureFixture) -> None:
    """Forged, broken, wrongly encoded, oversized, and broken ones with a genuine signature."""
    dice = random.Random(20261126)
    zalo.platform.touch(STRANGER)
    people = {"sender": {"id": STRANGER}, "recipient": {"id": zalo.platform.oa_id}}
    events = [json.loads(zalo.caller.body(name, **people, message=message)) for name, message in MESSAGES]
    forged = [{}, {"X-ZEvent-Signature": "mac=" + "0" * 64}, {"X-ZEvent-Signature": "số"}]

    def call(number: int) -> tuple[bytes, dict[str, str]]:
        raw = broken(dice.choice(events), dice)
        return raw, signed(zalo, raw) if number % 3 == 0 else forged[number % len(forged)]

    done = asyncio.Event()
    honest = asyncio.create_task(answered_meanwhile(zalo.caller.say, HONEST, done))
    answers = await hammer(zalo.caller.url, CALLS, call)
    done.set()
    wrote, seconds = await honest

    assert sum(answers.values()) == CALLS
    assert set(answers) <= {200, 413, "closed"}, answers
    assert answers[200] > 0.95 * CALLS
    for user in HONEST:
        assert len(wrote[user]) > 3
        came = await zalo.texts(len(wrote[user]), user, seconds=30)
        assert came == [f"Đã nghe: {text}" for text in wrote[user]]
    assert sorted(seconds)[int(len(seconds) * 0.95)] < BEARABLE_SECONDS
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


async def test_forged_calls_store_nothing(zalo: Zalo) -> None:
    """Each of many forgeries of a good event, among them signatures of other bodies and by other keys."""
    event = {"sender": {"id": STRANGER}, "message": {"text": "xóa hết", "msg_id": "1"}}
    raw, other = (zalo.caller.body("user_send_text", **event, n=number) for number in range(2))
    genuine = zalo.caller.signature(raw)["X-ZEvent-Signature"]
    for given in (
        genuine[:-1],
        genuine + "0",
        genuine + " " + genuine,
        "mac=mac=" + genuine[4:],
        genuine[::-1],
    ):
        assert await zalo.caller.post(raw, {"X-ZEvent-Signature": given}) == "200"
    assert await zalo.caller.post(other, {"X-ZEvent-Signature": genuine}) == "200"
    assert await zalo.caller.post(raw + b" ", {"X-ZEvent-Signature": genuine}) == "200"
    assert zalo.counted("unsigned") == 7
    await zalo.caller.say(AN, "thật")
    assert await zalo.texts(1) == ["Đã nghe: thật"]
    assert zalo.platform.phone(STRANGER).received() == []


async def test_broken_http_is_answered_or_closed_without_a_word_in_the_log(
    zalo: Zalo, caplog: pytest.LogCaptureFixture
) -> None:
    body = zalo.caller.body("user_send_text", sender={"id": AN}, message={"text": "phí?", "msg_id": "1"})
    genuine = b"X-ZEvent-Signature: " + zalo.caller.signature(body)["X-ZEvent-Signature"].encode() + b"\r\n"
    port = zalo.gateway.client.server.port
    for name, data in broken_http(PATH, body, genuine).items():
        answer = await raw_call(port, data)
        assert not answer or answer.split()[1] in {b"200", b"400", b"405", b"413"}, (name, answer)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    assert zalo.platform.phone(AN).received() == []


async def test_callers_that_never_finish_hold_up_nobody(zalo: Zalo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.bodies.BODY_SECONDS", 1.0)
    port = zalo.gateway.client.server.port
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{".encode()
    slow = [asyncio.create_task(raw_call(port, head)) for _ in range(50)]
    await asyncio.sleep(0.2)
    began = asyncio.get_running_loop().time()
    assert await zalo.caller.say(AN, "phí?") == "200"
    assert asyncio.get_running_loop().time() - began < 0.8
    assert await zalo.texts(1) == ["Đã nghe: phí?"]
    answers = await asyncio.gather(*slow)
    assert {answer.split()[1] for answer in answers} <= {b"400", b"408"}
