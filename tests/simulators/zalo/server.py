"""The servers: Open API, OAuth, ZBS by phone, and a page that shows the phones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.simulators.zalo.caller import WebhookCaller
from tests.simulators.zalo.platform import RefusedError, ZaloPlatform

PAGE = Path(__file__).parent.parent / "phone.html"
ACTIONS = [
    ["Quan tâm", {"do": "follow"}],
    ["Bỏ quan tâm", {"do": "unfollow"}],
    ["Cán bộ nhắn", {"do": "officer", "text": "Chào bạn, tôi là cán bộ đây."}],
]
Call = Callable[[dict[str, Any]], dict[str, Any]]


def zalo_app(platform: ZaloPlatform, caller: WebhookCaller | None = None) -> web.Application:
    """Return the application; with a ``caller`` it has the page with the phones too."""
    app = web.Application()
    app.router.add_post("/v3.0/oa/message/cs", _api(platform, platform.consult))
    app.router.add_post("/v3.0/oa/message/template", _api(platform, _by_user(platform)))
    app.router.add_post("/message/template", _api(platform, _by_phone(platform)))
    app.router.add_get("/v2.0/oa/getoa", _api(platform, _account(platform)))
    app.router.add_post("/v4/oa/access_token", _oauth(platform))
    if caller is not None:
        _add_page(app, platform, caller)
    return app


def _api(platform: ZaloPlatform, call: Call) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        """Errors come with HTTP 200, as from Zalo."""
        body: dict[str, Any] = await request.json() if request.method == "POST" else {}
        try:
            platform.check(request.headers.get("access_token", ""))
            data = call(body)
        except RefusedError as refusal:
            remain = {"X-RateLimit-Remain": "0"} if refusal.code == -32 else {}
            return web.json_response({"error": refusal.code, "message": refusal.message}, headers=remain)
        return web.json_response({"data": data, "error": 0, "message": "Success"})

    return handle


def _by_user(platform: ZaloPlatform) -> Call:
    return lambda body: platform.template(body, platform.phone(str(body.get("user_id"))))


def _by_phone(platform: ZaloPlatform) -> Call:
    def send(body: dict[str, Any]) -> dict[str, Any]:
        number = str(body.get("phone", "")).removeprefix("+")
        if not number.startswith("84"):
            raise RefusedError(-108, "Phone number is invalid")
        return {"msg_id": platform.template(body, platform.phone(number))["message_id"]}

    return send


def _account(platform: ZaloPlatform) -> Call:
    facts = {"oaid": platform.oa_id, "name": "Sở Công Thương (mô phỏng)", "is_verified": True, "oa_type": 4}
    return lambda _body: dict(facts)


def _oauth(platform: ZaloPlatform) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        return web.json_response(platform.exchange(request.headers.get("secret_key", ""), fields))

    return handle


def _add_page(app: web.Application, platform: ZaloPlatform, caller: WebhookCaller) -> None:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=PAGE.read_text(encoding="utf-8"), content_type="text/html")

    async def about(_request: web.Request) -> web.Response:
        return web.json_response({"actions": ACTIONS})

    async def screen(request: web.Request) -> web.Response:
        return web.json_response(platform.phone(request.match_info["user"]).screen)

    async def act(request: web.Request) -> web.Response:
        """Write, follow, leave, or be the officer, as the page wants."""
        user, asked = request.match_info["user"], await request.json()
        if asked["do"] == "officer":
            status = await caller.officer_says(user, asked["text"])
        elif asked["do"] in {"follow", "unfollow"}:
            status = await caller.follow(user, asked["do"])
        else:
            status = await caller.say(user, asked["text"])
        return web.json_response({"webhook": status})

    app.router.add_get("/", page)
    app.router.add_get("/phones", about)
    app.router.add_get("/phones/{user}", screen)
    app.router.add_post("/phones/{user}", act)
