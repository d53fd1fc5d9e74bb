"""The Bot API server, and a page that shows the phones.

Requests come form-encoded, as real clients send them; errors come with the HTTP status they name.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.simulators.telegram.delivery import Deliverer, get_updates
from tests.simulators.telegram.people import GROUP, Person
from tests.simulators.telegram.platform import Fields, RefusedError, TelegramPlatform

PAGE = Path(__file__).parent.parent / "phone.html"
ACTIONS = [
    ["Chặn bot", {"do": "block"}],
    ["Bỏ chặn", {"do": "unblock"}],
    ["Gửi ảnh", {"do": "photo"}],
]
GROUPS = [[str(GROUP), "Nhóm hộ kinh doanh (cô An viết)"]]
DELIVERER = web.AppKey("deliverer", Deliverer)
MEMBER = 1001
"""Who writes in the group."""


def telegram_app(platform: TelegramPlatform, pause: float = 1.0) -> web.Application:
    """Return the application; while it runs, updates are delivered to the webhook that is set."""
    app = web.Application()
    deliverer = Deliverer(platform, pause)

    async def delivering(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(deliverer.run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    app.cleanup_ctx.append(delivering)
    app[DELIVERER] = deliverer
    app.router.add_route("*", "/bot{token}/{method}", _api(platform))
    app.router.add_get("/file/bot{token}/photos/{file}", _download(platform))
    _add_page(app, platform)
    return app


def _methods(platform: TelegramPlatform) -> dict[str, Callable[[Fields], Any]]:
    return {
        "getme": platform.get_me,
        "sendmessage": platform.send_message,
        "answercallbackquery": platform.answer_callback_query,
        "setwebhook": platform.set_webhook,
        "deletewebhook": platform.delete_webhook,
        "getwebhookinfo": platform.get_webhook_info,
        "setmycommands": platform.set_my_commands,
        "getmycommands": platform.get_my_commands,
        "getfile": platform.get_file,
    }


def _api(platform: TelegramPlatform) -> Any:
    methods = _methods(platform)

    async def call(token: str, method: str, fields: Fields) -> Any:
        if token != platform.token:
            raise RefusedError(401, "Unauthorized")
        if method == "getupdates":
            return await get_updates(platform, fields)
        if method not in methods:
            raise RefusedError(404, "Not Found: method not found")
        async with platform.news:
            platform.calls.append((method, fields))
            result = methods[method](fields)
            platform.news.notify_all()
        return result

    async def handle(request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        method = request.match_info["method"].lower()
        try:
            result = await call(request.match_info["token"], method, fields)
        except RefusedError as refusal:
            body: Fields = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            if refusal.parameters:
                body["parameters"] = refusal.parameters
            return web.json_response(body, status=refusal.status)
        if method == "sendmessage" and platform.lose_next:
            platform.lose_next -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    return handle


def _download(platform: TelegramPlatform) -> Any:
    async def handle(request: web.Request) -> web.Response:
        content = platform.files.get(request.match_info["file"])
        if content is None or request.match_info["token"] != platform.token:
            raise web.HTTPNotFound
        return web.Response(body=content)

    return handle


def _add_page(app: web.Application, platform: TelegramPlatform) -> None:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=PAGE.read_text(encoding="utf-8"), content_type="text/html")

    async def about(_request: web.Request) -> web.Response:
        return web.json_response({"actions": ACTIONS, "others": GROUPS})

    async def screen(request: web.Request) -> web.Response:
        return web.json_response(platform.chat(int(request.match_info["user"])).screen)

    async def act(request: web.Request) -> web.Response:
        """Do what the page says: write, tap, block …"""
        chat = int(request.match_info["user"])
        person = Person(platform, chat if chat > 0 else MEMBER)
        await _do(person, await request.json(), group=None if chat > 0 else chat)
        state = platform.last_error.get("last_error_message")
        way = platform.webhook.get("url") or "getUpdates"
        return web.json_response({"webhook": state or f"chuyển qua {way}"})

    app.router.add_get("/", page)
    app.router.add_get("/phones", about)
    app.router.add_get("/phones/{user}", screen)
    app.router.add_post("/phones/{user}", act)


async def _do(person: Person, asked: Fields, group: int | None) -> None:
    match asked["do"]:
        case "tap":
            await person.taps_data(int(asked["message"]), asked["data"], group=group)
        case "block":
            await person.blocks()
        case "unblock":
            await person.unblocks()
        case "photo":
            person.platform.files["photo1"] = b"\xff\xd8\xff\xe0 simulated"
            await person.sends(
                photo=[{"file_id": "photo1", "file_unique_id": "1", "width": 90, "height": 90}]
            )
        case _:
            await person.says(asked["text"], group=group)
