"""What must not reach the inbox: forged, replayed, broken, oversized. None of it raises, none is answered."""

from __future__ import annotations

import random
import time

import pytest
import sqlalchemy as sa

from bot.channels.zalo.webhook import PATH
from bot.gateway.keys import INBOX
from knowledge.messaging.models import InboxMessage
from tests.bot.channels.zalo.conftest import AN, StartZalo, Zalo

HOUR = 3600


def stored(zalo: Zalo) -> int:
    with zalo.gateway.app[INBOX].engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(InboxMessage)).scalar_one())


@pytest.mark.parametrize("form", ["wrong", "none"])
async def test_a_forged_call_does_nothing_and_learns_nothing(zalo: Zalo, form: str) -> None:
    zalo.caller.form = form
    assert await zalo.caller.say(AN, "phí?") == "200"
    assert (stored(zalo), zalo.counted("unsigned")) == (0, 1)


@pytest.mark.parametrize(("age", "taken"), [(1.9 * HOUR, 1), (4 * HOUR, 0), (-HOUR, 0)])
async def test_late_retries_are_taken_and_replays_are_not(zalo: Zalo, age: float, taken: int) -> None:
    fields = {"sender": {"id": AN}, "message": {"text": "phí?", "msg_id": "1"}}
    stamp = str(int((time.time() - age) * 1000))
    assert await zalo.caller.deliver("user_send_text", timestamp=stamp, **fields) == "200"
    assert (stored(zalo), zalo.counted("stale")) == (taken, 1 - taken)


@pytest.mark.parametrize(
    ("setting", "key"), [("app_secret", "app"), ("either", "app"), ("either", "oa"), ("oa_secret", "oa")]
)
async def test_the_key_is_a_setting(start_zalo: StartZalo, setting: str, key: str) -> None:
    zalo = await start_zalo(TTHC_ZALO_SIGNATURE_KEY=setting)
    if key == "app":
        zalo.platform.oa_secret = zalo.platform.app_secret
    await zalo.caller.say(AN, "phí?")
    assert stored(zalo) == 1


async def test_probes_are_answered(start_zalo: StartZalo) -> None:
    zalo = await start_zalo(TTHC_ZALO_SITE_VERIFICATION="GDsd4u,Xy_1")
    client = zalo.gateway.client
    assert await (await client.get(PATH)).text() == "ok"
    assert await (await client.get(f"{PATH}?hub.challenge=12345")).text() == "12345"
    assert await (await client.get(f"{PATH}?hub.challenge=<script>")).text() == "ok"
    page = await client.get("/zalo_verifierGDsd4u.html")
    assert 'content="GDsd4u"' in await page.text()
    assert (await client.get("/zalo_verifierother.html")).status == 404


async def test_an_oversized_body_is_refused(zalo: Zalo) -> None:
    body = zalo.caller.body("user_send_text", message={"text": "a" * 70_000})
    assert await zalo.caller.post(body) == "413"


async def test_ten_thousand_broken_calls_harm_nobody(zalo: Zalo) -> None:
    """Broken in every way: cut, bytes changed, other encodings, signed rubbish; people are still answered."""
    dice = random.Random(20261126)
    message = {"text": "phí ở đâu?", "msg_id": "1"}
    good = zalo.caller.body("user_send_text", sender={"id": "2002"}, message=message)
    statuses: dict[int, int] = {}
    for number in range(10_000):
        raw = broken(good, dice)
        headers = signed(zalo, raw) if number % 4 == 0 else {"X-ZEvent-Signature": f"mac={dice.random()}"}
        async with zalo.gateway.client.post(PATH, data=raw, headers=headers) as response:
            statuses[response.status] = statuses.get(response.status, 0) + 1
        if number == 5_000:
            began = time.perf_counter()
            assert await zalo.caller.say(AN, "giữa chừng", msg_id="in-between") == "200"
            assert await zalo.texts(1) == ["Đã nghe: giữa chừng"]
            assert time.perf_counter() - began < 2
    assert set(statuses) == {200}


def broken(good: bytes, dice: random.Random) -> bytes:
    kind = dice.randrange(6)
    if kind == 0:
        return good[: dice.randrange(len(good))]
    if kind == 1:
        place = dice.randrange(len(good))
        return good[:place] + bytes([dice.randrange(256)]) + good[place + 1 :]
    if kind == 2:
        return good.decode().encode("utf-16")
    if kind == 3:
        return b"[" * dice.randrange(1, 3000)
    if kind == 4:
        return good.replace(b'"text"', dice.choice([b'"txt"', b'"text":{},"x"', b'"\\ud800"']))
    return dice.randbytes(dice.randrange(200))


def signed(zalo: Zalo, raw: bytes) -> dict[str, str]:
    try:
        return zalo.caller.signature(raw)
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"X-ZEvent-Signature": "mac=" + "0" * 64}
