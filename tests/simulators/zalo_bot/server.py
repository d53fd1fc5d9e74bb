"""The Bot API as a server: every method by POST, errors in the envelope."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.simulators.zalo_bot.platform import BotPlatform, BotRefusedError


def zalo_bot_app(platform: BotPlatform) -> web.Application:
    """Return the application."""

    async def handle(request: web.Request) -> web.Response:
        """``POST /bot<token>/<method>``."""
        try:
            result = await _answer(platform, request)
        except BotRefusedError as refusal:
            refused = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            headers = {"Retry-After": "2"} if refusal.code == 429 else {}
            return web.json_response(refused, headers=headers)
        return web.json_response({"ok": True, "result": result})

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", handle)
    return app


async def _answer(platform: BotPlatform, request: web.Request) -> dict[str, Any]:
    if request.match_info["token"] != platform.token:
        raise BotRefusedError(401, "Unauthorized")
    return await _call(platform, request.match_info["method"], await _fields(request))


async def _fields(request: web.Request) -> dict[str, Any]:
    try:
        fields = await request.json()
    except json.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        raise BotRefusedError(400, "Bad Request: expected a JSON object")
    return fields


async def _call(platform: BotPlatform, method: str, fields: dict[str, Any]) -> dict[str, Any]:
    match method:
        case "getMe":
            return platform.get_me()
        case "setWebhook":
            return platform.set_webhook(fields)
        case "deleteWebhook":
            return platform.delete_webhook()
        case "getWebhookInfo":
            return platform.webhook_info()
        case "getUpdates":
            return await platform.get_updates(fields)
        case "sendMessage":
            return await platform.send_message(fields)
        case _:
            raise BotRefusedError(404, "Not Found")
