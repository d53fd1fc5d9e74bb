"""Conversations through the simulated Bot Platform, by long polling and by webhook."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.channels.zalo_bot.webhook import HEADER, PATH
from bot.gateway.inbox import StorageUnavailableError
from bot.gateway.keys import INBOX
from knowledge.settings import SettingsError, read_settings
from tests.simulators.fake_rasa import custom

AN, BINH = "e4ea2cd5189df1c3a88c", "b1"


async def registered(bot):
    """Wait until the gateway registered its webhook."""
    for _ in range(100):
        if bot.platform.webhook:
            return bot.platform.webhook
        await asyncio.sleep(0.02)
    raise AssertionError("no webhook was registered")


async def test_by_long_polling_every_message_is_answered_in_order(bot, start_with_bot):
    await start_with_bot()
    for number in range(5):
        await bot.platform.say(AN, f"câu {number}")
        await bot.platform.say(BINH, f"hỏi {number}")
    assert await bot.platform.wait_for(AN, 5) == [f"Đã nghe: câu {number}" for number in range(5)]
    assert await bot.platform.wait_for(BINH, 5) == [f"Đã nghe: hỏi {number}" for number in range(5)]


async def test_polling_removes_a_webhook_set_before(bot, start_with_bot):
    bot.platform.webhook = {"url": "https://old.example.vn", "secret": "12345678"}
    await start_with_bot()
    for _ in range(100):
        await asyncio.sleep(0.02 if bot.platform.webhook else 0)
    await bot.platform.say(AN, "xin chào")
    assert await bot.platform.wait_for(AN, 1) == ["Đã nghe: xin chào"]


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("named", [True, False])
async def test_by_webhook_both_forms_of_updates_are_answered(bot, start_with_bot, wrapped, named):
    bot.platform.wrapped, bot.platform.named = wrapped, named
    await start_with_bot(webhook=True)
    assert len((await registered(bot))["secret"]) == 64
    assert await bot.platform.say(AN, "xin chào") == 200
    assert await bot.platform.wait_for(AN, 1) == ["Đã nghe: xin chào"]


async def test_a_typed_number_chooses_a_button(bot, start_with_bot, rasa):
    async def offer(heard):
        buttons = [{"title": "Lệ phí", "payload": "/choose{}"}, {"title": "Giấy tờ", "payload": "/more{}"}]
        said = heard["message"]
        return web.json_response([custom(f"Đã nghe: {said}", buttons if said == "hỏi" else None)])

    rasa.fake.script = offer
    await start_with_bot(webhook=True)
    await registered(bot)
    await bot.platform.say(AN, "hỏi")
    offered = await bot.platform.wait_for(AN, 1)
    assert "1. Lệ phí\n2. Giấy tờ" in offered[0]
    await bot.platform.say(AN, "2")
    assert (await bot.platform.wait_for(AN, 2))[1] == "Đã nghe: /more{}"


async def test_a_redelivered_update_is_answered_once(bot, start_with_bot):
    await start_with_bot(webhook=True)
    await registered(bot)
    update = bot.platform.update(AN, text="một lần")
    assert [await bot.platform.deliver(update) for _ in range(3)] == [200, 200, 200]
    await bot.platform.say(AN, "xong")
    assert await bot.platform.wait_for(AN, 2) == ["Đã nghe: một lần", "Đã nghe: xong"]


async def test_without_our_secret_nothing_is_taken(bot, start_with_bot, rasa):
    gateway = await start_with_bot(webhook=True)
    await registered(bot)
    update = bot.platform.update(AN, text="giả mạo")
    for headers in ({}, {HEADER: ""}, {HEADER: "x" * 64}, {HEADER: bot.platform.token}):
        response = await gateway.client.post(PATH, json=update, headers=headers)
        assert response.status == 200
    await bot.platform.say(AN, "thật")
    assert await bot.platform.wait_for(AN, 1) == ["Đã nghe: thật"]
    assert rasa.fake.messages == ["thật"]
    metrics = await (await gateway.client.get("/metrics")).text()
    assert 'channel="zalo_bot",event="unsigned"} 4.0' in metrics


async def test_while_the_database_fails_a_polled_message_waits(bot, start_with_bot, monkeypatch):
    monkeypatch.setattr("bot.channels.zalo_bot.channel.STORE_PAUSE_SECONDS", 0.05)
    gateway = await start_with_bot()
    backlog = gateway.app[INBOX].backlog
    take_in, failures = backlog.take_in, []

    def fail(*arguments, **more):
        if len(failures) < 3:
            failures.append(1)
            raise StorageUnavailableError
        return take_in(*arguments, **more)

    monkeypatch.setattr(backlog, "take_in", fail)
    await bot.platform.say(AN, "đừng mất")
    assert await bot.platform.wait_for(AN, 1) == ["Đã nghe: đừng mất"]
    assert len(failures) == 3


async def test_while_the_database_fails_a_webhook_is_not_acknowledged(bot, start_with_bot, monkeypatch):
    gateway = await start_with_bot(webhook=True)
    await registered(bot)
    backlog = gateway.app[INBOX].backlog

    def fail(*_arguments, **_more):
        raise StorageUnavailableError

    update = bot.platform.update(AN, text="đừng mất")
    with monkeypatch.context() as broken:
        broken.setattr(backlog, "take_in", fail)
        assert await bot.platform.deliver(update) == 503
    assert await bot.platform.deliver(update) == 200
    assert await bot.platform.wait_for(AN, 1) == ["Đã nghe: đừng mất"]


async def test_what_is_refused_for_a_while_is_sent_again(bot, start_with_bot):
    bot.platform.refuse_next.extend([403])
    await start_with_bot()
    await bot.platform.say(AN, "xin chào")
    assert await bot.platform.wait_for(AN, 1) == ["Đã nghe: xin chào"]


async def test_a_sticker_is_answered_and_other_events_are_passed_over(bot, start_with_bot, rasa):
    await start_with_bot(webhook=True)
    await registered(bot)
    assert await bot.platform.deliver(bot.platform.update(AN, "poll")) == 200
    assert await bot.platform.deliver(bot.platform.update(AN, "sticker", sticker="0e078a2f")) == 200
    await bot.platform.wait_for(AN, 1)
    assert rasa.fake.messages == ['/flow_step{"flow": "attachment", "value": "sticker"}']


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TTHC_ZALO_BOT_TOKEN", "có dấu"),
        ("TTHC_ZALO_BOT_TOKEN", "../x"),
        ("TTHC_ZALO_BOT_WEBHOOK_URL", "http://tro-ly.example.gov.vn"),
        ("TTHC_ZALO_BOT_API_URL", "ftp://x"),
    ],
)
def test_settings_that_cannot_work_stop_the_start(name, value):
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_the_secret_follows_from_the_token_without_showing_it():
    one, two = (
        read_settings({"TTHC_ZALO_BOT_TOKEN": token}).zalo_bot for token in ("1:abcdefg", "2:abcdefg")
    )
    assert one.secret_token != two.secret_token
    assert 8 <= len(one.secret_token) <= 256
    assert "abcdefg" not in one.secret_token
