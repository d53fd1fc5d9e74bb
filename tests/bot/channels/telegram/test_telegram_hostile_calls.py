"""Whoever calls the bot's webhook with ill intent: nothing raises, nobody waits for it."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from bot.channels.telegram.webhook import HEADER, PATH
from tests.bot.channels.telegram.conftest import AN, BINH, Bot
from tests.fixtures.hostile import answered_meanwhile, broken, broken_http, hammer, raw_call

CALLS = 10_000
BEARABLE_SECONDS = 5.0
"""A guard against calls that block others; how quick a busy machine is, benchmarks measure."""
CHAT_PACE = 1.0
"""Seconds between two messages that Telegram lets a bot send to one person."""
HONEST = (str(AN), str(BINH))
STRANGER = 9009
REPLAYED = "gửi lại mãi"
USER = {"id": STRANGER, "is_bot": False, "first_name": "Kẻ lạ"}
MESSAGE = {"message_id": 7, "from": USER, "chat": {"id": STRANGER, "type": "private"}, "date": 1_790_000_000}
UPDATES = [
    {"update_id": 1, "message": {**MESSAGE, "text": "phí?"}},
    {"update_id": 2, "message": {**MESSAGE, "photo": [{"file_id": "a", "file_unique_id": "b"}]}},
    {"update_id": 3, "edited_message": {**MESSAGE, "text": "phí?", "edit_date": 1_790_000_005}},
    {"update_id": 4, "callback_query": {"id": "q", "from": USER, "chat_instance": "1", "data": "x" * 24}},
    {"update_id": 5, "my_chat_member": {"chat": MESSAGE["chat"], "from": USER, "date": 1_790_000_000}},
]


async def test_ten_thousand_hostile_calls_harm_nobody(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    """Forged, broken, wrongly encoded, oversized, replayed, and a third of them with the genuine secret."""
    dice = random.Random(20261126)
    bot.phones.platform.chat(STRANGER)
    replayed = json.dumps(
        {"update_id": 99, "message": {**MESSAGE, "message_id": 99, "text": REPLAYED}}
    ).encode()
    given = [
        {HEADER: bot.secret},
        {},
        {HEADER: "số" * 20},
        {HEADER: bot.secret},
        {HEADER: bot.secret[:-1]},
        {},
    ]

    def call(number: int) -> tuple[bytes, dict[str, str]]:
        raw = replayed if number % 20 == 0 else broken(dice.choice(UPDATES), dice)
        return raw, given[number % len(given)]

    async def say(user: str, text: str) -> None:
        """Write, and wait until the webhook has taken it."""
        update = await bot.phones.person(int(user)).says(text)
        await bot.phones.platform.changed(lambda: update not in bot.phones.platform.updates, 10)

    done = asyncio.Event()
    honest = asyncio.create_task(answered_meanwhile(say, HONEST, done, CHAT_PACE))
    answers = await hammer(f"{bot.gateway.url}{PATH}", CALLS, call)
    done.set()
    wrote, seconds = await honest

    assert sum(answers.values()) == CALLS
    assert set(answers) <= {200, 403, "closed"}, answers
    assert answers[200] > 0.3 * CALLS
    assert answers[403] > 0.6 * CALLS
    for user in HONEST:
        assert len(wrote[user]) > 3
        came = await bot.phones.wait_for(int(user), len(wrote[user]), 30)
        assert came == [f"Đã nghe: {text}" for text in wrote[user]]
    assert sorted(seconds)[int(len(seconds) * 0.95)] < BEARABLE_SECONDS
    assert bot.rasa.fake.messages.count(REPLAYED) == 1
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


async def test_broken_http_is_answered_or_closed_without_a_word_in_the_log(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    genuine = f"{HEADER}: {bot.secret}\r\n".encode()
    for name, data in broken_http(PATH, json.dumps(UPDATES[0]).encode(), genuine).items():
        answer = await raw_call(bot.gateway.client.server.port, data)
        assert not answer or answer.split()[1] in {b"200", b"400", b"403", b"405", b"413"}, (name, answer)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


async def test_callers_that_never_finish_hold_up_nobody(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even such as know the secret."""
    monkeypatch.setattr("bot.channels.bodies.BODY_SECONDS", 1.0)
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{HEADER}: {bot.secret}\r\nContent-Length: 1000\r\n\r\n{{"
    slow = [asyncio.create_task(raw_call(bot.gateway.client.server.port, head.encode())) for _ in range(50)]
    await asyncio.sleep(0.2)
    await bot.phones.an.says("phí?")
    assert await bot.phones.wait_for(AN, 1, 3) == ["Đã nghe: phí?"]
    answers = await asyncio.gather(*slow)
    assert {answer.split()[1] for answer in answers} <= {b"400", b"408"}
