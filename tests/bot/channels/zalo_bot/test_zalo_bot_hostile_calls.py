"""Whoever calls the bot's webhook with ill intent: nothing raises, nobody waits for it."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.channels.zalo_bot.webhook import HEADER, PATH
from tests.bot.channels.zalo_bot.test_zalo_bot_channel import registered
from tests.fixtures.hostile import answered_meanwhile, broken, broken_http, hammer, raw_call

CALLS = 10_000
BEARABLE_SECONDS = 5.0
"""A guard against calls that block others; how quick a busy machine is, benchmarks measure."""
HONEST = ("a1", "b2")


async def test_ten_thousand_hostile_calls_harm_nobody(
    bot, start_with_bot, caplog: pytest.LogCaptureFixture
) -> None:
    """A third of the broken updates comes with the genuine secret."""
    gateway = await start_with_bot(webhook=True)
    secret = (await registered(bot))["secret"]
    dice = random.Random(20261126)
    bot.platform.screen("stranger")
    updates = [
        {"ok": True, "result": bot.platform.update("stranger", event, **fields)}
        for event, fields in (
            ("text", {"text": "phí?"}),
            ("image", {"photo_url": "https://a"}),
            ("sticker", {}),
        )
    ]
    given = [{HEADER: secret}, {}, {HEADER: "số" * 20}]
    done = asyncio.Event()
    honest = asyncio.create_task(answered_meanwhile(bot.platform.say, HONEST, done))
    answers = await hammer(
        f"{gateway.url}{PATH}", CALLS, lambda number: (broken(dice.choice(updates), dice), given[number % 3])
    )
    done.set()
    wrote, seconds = await honest

    assert sum(answers.values()) == CALLS
    assert set(answers) <= {200, 413, "closed"}, answers
    assert answers[200] > 0.95 * CALLS
    for user in HONEST:
        assert len(wrote[user]) > 3
        assert await bot.platform.wait_for(user, len(wrote[user]), 30) == [
            f"Đã nghe: {text}" for text in wrote[user]
        ]
    assert sorted(seconds)[int(len(seconds) * 0.95)] < BEARABLE_SECONDS
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


async def test_broken_http_is_answered_or_closed(bot, start_with_bot, caplog) -> None:
    gateway = await start_with_bot(webhook=True)
    secret = (await registered(bot))["secret"]
    for name, data in broken_http(PATH, b'{"ok":true}', f"{HEADER}: {secret}\r\n".encode()).items():
        answer = await raw_call(gateway.client.server.port, data)
        assert not answer or answer.split()[1] in {b"200", b"400", b"405", b"413"}, (name, answer)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
