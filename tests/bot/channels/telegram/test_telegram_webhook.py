"""Whoever calls the webhook with whatever: refused or passed over, never an exception."""

from __future__ import annotations

import json
import logging
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Bot as Client

from bot.channels.telegram.updates import PassedOver, Self, UpdateError, read_update
from bot.channels.telegram.webhook import HEADER, MAX_BYTES, PATH
from tests.bot.channels.telegram.conftest import AN, TOKEN, Bot

CLIENT = Client(TOKEN)
US = Self(100200300, "SoCongThuongBot")
CHAT = {"id": AN, "type": "private"}
USER = {"id": AN, "is_bot": False, "first_name": "An"}
MESSAGE = {"message_id": 7, "from": USER, "chat": CHAT, "date": 1_790_000_000, "text": "phí?"}
QUERY = {"id": "q1", "from": USER, "chat_instance": "1", "data": "x" * 24, "message": MESSAGE}
GOOD: list[dict[str, Any]] = [
    {"update_id": 1, "message": MESSAGE},
    {"update_id": 2, "edited_message": {**MESSAGE, "edit_date": 1_790_000_005}},
    {"update_id": 3, "callback_query": QUERY},
]


async def post(bot: Bot, body: bytes, secret: str | None = None, **headers: str) -> int:
    given = {HEADER: bot.secret if secret is None else secret, "Content-Type": "application/json", **headers}
    return (await bot.gateway.client.post(PATH, data=body, headers=given)).status


@pytest.mark.parametrize("secret", ["", "wrong", "x" * 64, "khóa"])
async def test_without_the_secret_nothing_is_read(bot: Bot, secret: str) -> None:
    assert await post(bot, json.dumps(GOOD[0]).encode(), secret) == 403
    assert (await bot.gateway.client.post(PATH, json=GOOD[0])).status == 403
    metrics = await (await bot.gateway.client.get("/metrics")).text()
    assert 'tthc_channel_events_total{channel="telegram",event="forged"} 2.0' in metrics
    assert bot.rasa.fake.messages == []


async def test_whatever_comes_with_the_secret_is_answered_200(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    huge = b"{" + b" " * MAX_BYTES + b"}"
    raw = [b"", b"\xff\xfe", b"[]", b"1", b"{", b"{}", b'{"update_id": "x"}', b"[" * 100_000, huge]
    group = {"id": 10**40, "type": "private"}
    changes = [{"message_id": 10**30}, {"date": 10**14}, {"date": 1e99}, {"chat": group}, {"from": []}]
    contents = [{"message": {**MESSAGE, **change}} for change in changes]
    contents += [{"message": {}}, {"message": []}, {"poll": {"id": "1"}}]
    bodies = [*raw, *(json.dumps({"update_id": 1, **content}).encode() for content in contents)]
    with caplog.at_level(logging.ERROR):
        assert [await post(bot, body) for body in bodies] == [200] * len(bodies)
    assert caplog.records == []
    assert await post(bot, json.dumps(GOOD[0]).encode()) == 200
    await bot.rasa.fake.wait_for_messages(1)


async def test_damaged_updates_by_the_hundred_harm_nobody(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    """Bytes of good updates, changed at random; what is by chance still an update may be answered."""
    dice = random.Random(7)
    with caplog.at_level(logging.ERROR):
        for _ in range(300):
            raw = bytearray(json.dumps(dice.choice(GOOD)).encode())
            for _ in range(dice.randint(1, 6)):
                raw[dice.randrange(len(raw))] = dice.randrange(256)
            assert await post(bot, bytes(raw)) == 200
    assert caplog.records == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PATHS = st.sampled_from(
    [
        ("message", key)
        for key in ("message_id", "from", "chat", "date", "text", "entities", "photo", "caption")
    ]
    + [("callback_query", key) for key in ("id", "from", "data", "message")]
    + [("my_chat_member", "new_chat_member"), ("edited_message", "edit_date")]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PATHS, JSON)
def test_any_value_in_any_place_is_read_or_refused(path: tuple[str, str], value: Any) -> None:
    kind, key = path
    basis = {"message": MESSAGE, "edited_message": MESSAGE, "callback_query": QUERY, "my_chat_member": {}}[
        kind
    ]
    refusal = "UpdateError"
    try:
        read_update({"update_id": 1, kind: {**basis, key: value}}, CLIENT, US)
    except UpdateError as error:
        refusal = str(error)
    assert refusal


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"message": {**MESSAGE, "from": {**USER, "is_bot": True}}}, "bot"),
        ({"message": {**MESSAGE, "chat": {"id": -1, "type": "channel", "title": "x"}}}, "channel_post"),
        ({"message": {k: v for k, v in MESSAGE.items() if k != "text"}}, "service"),
        ({"message": {**MESSAGE, "chat": {"id": -1, "type": "group", "title": "x"}}}, "group_talk"),
        ({"callback_query": {k: v for k, v in QUERY.items() if k != "data"}}, "callback_query"),
        ({"inline_query": {"id": "1", "from": USER, "query": "", "offset": ""}}, "other"),
    ],
)
def test_what_is_none_of_our_business_is_passed_over(content: dict[str, Any], kind: str) -> None:
    assert read_update({"update_id": 1, **content}, CLIENT, US) == PassedOver(kind)
