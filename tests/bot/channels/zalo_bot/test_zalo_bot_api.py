"""Calls of the Bot API, refusals and silence."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.channels.base import Part, SendError
from bot.channels.zalo_bot.api import BotApi, BotApiError, NoAnswerError
from bot.channels.zalo_bot.sender import ZaloBotSender
from knowledge.settings.zalo_bot import ZaloBotSettings

TOKEN = "12345689:simulated-token"


def settings(url, token=TOKEN):
    return ZaloBotSettings(token, "", url)


async def test_a_call_gives_its_result(bot):
    async with BotApi(settings(bot.url)) as api:
        assert (await api.call("getMe"))["account_name"] == "bot.SoCongThuong"


async def test_a_wrong_token_is_told_without_the_token(bot):
    async with BotApi(settings(bot.url, "999:another-token")) as api:
        with pytest.raises(BotApiError, match="401") as refused:
            await api.call("getMe")
    assert "another-token" not in str(refused.value)


async def test_nobody_there_means_not_sent():
    async with BotApi(settings(f"http://127.0.0.1:{unused_port()}")) as api:
        with pytest.raises(NoAnswerError) as silent:
            await api.call("getMe")
    assert not silent.value.sent
    assert TOKEN not in str(silent.value)
    assert silent.value.__cause__ is None


async def server_that_answers(handle):
    app = web.Application()
    app.router.add_post("/{path:.*}", handle)
    server = TestServer(app)
    await server.start_server(access_log=None)
    return server


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b'{"ok": tru'])
async def test_an_answer_that_is_none_leaves_doubt(body):
    async def handle(_request):
        return web.Response(body=body, status=502)

    server = await server_that_answers(handle)
    async with BotApi(settings(str(server.make_url("")).rstrip("/"))) as api:
        with pytest.raises(NoAnswerError) as silent:
            await api.call("sendMessage", {"chat_id": "1", "text": "a"})
    assert silent.value.sent
    await server.close()


async def test_no_answer_in_time_leaves_doubt():
    async def handle(_request):
        await asyncio.sleep(5)
        return web.json_response({"ok": True})

    server = await server_that_answers(handle)
    async with BotApi(settings(str(server.make_url("")).rstrip("/"))) as api:
        with pytest.raises(NoAnswerError) as silent:
            await api.call("sendMessage", {"chat_id": "1", "text": "a"}, seconds=0.2)
    assert silent.value.sent
    await server.close()


@pytest.mark.parametrize(
    ("code", "retry", "after"),
    [(400, False, None), (401, True, 600.0), (403, True, None), (404, True, 600.0), (429, True, 2.0)],
)
async def test_refusals_in_classes(bot, code, retry, after):
    bot.platform.refuse_next.append(code)
    async with BotApi(settings(bot.url)) as api:
        with pytest.raises(SendError) as refused:
            await ZaloBotSender(api).send("1001", Part({"text": "Chào"}))
    assert (refused.value.retry, refused.value.after) == (retry, after)
    assert "Chào" not in refused.value.reason


async def test_what_is_sent_is_plain_json(bot):
    heard = []

    async def handle(request):
        heard.append((request.path, json.loads(await request.read())))
        return web.json_response({"ok": True, "result": {"message_id": "82599fa3"}})

    server = await server_that_answers(handle)
    async with BotApi(settings(str(server.make_url("")).rstrip("/"))) as api:
        sent = await ZaloBotSender(api).send("1001", Part({"text": "*Chào* <b>"}))
    assert sent.remote_id == "82599fa3"
    assert heard == [(f"/bot{TOKEN}/sendMessage", {"chat_id": "1001", "text": "*Chào* <b>"})]
    await server.close()


def test_long_replies_become_parts_with_numbered_buttons():
    sender = ZaloBotSender(BotApi(settings("http://127.0.0.1:1")))
    text = " ".join(f"Câu thứ {number} của câu trả lời." for number in range(200))
    parts = sender.render({"text": text, "buttons": [{"title": "Lệ phí", "payload": "/x", "number": 2}]})
    assert len(parts) > 1
    assert all(0 < len(part.body["text"]) <= 2000 for part in parts)
    assert "2. Lệ phí" in parts[-1].body["text"]
    assert " ".join(part.body["text"] for part in parts).startswith(text)
