"""What must not reach the inbox: forged, replayed, broken, oversized. None of it raises, none is answered."""

from __future__ import annotations

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
