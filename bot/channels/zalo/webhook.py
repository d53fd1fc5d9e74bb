"""The routes Zalo calls: events, probes, and the proof that the domain is ours."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from bot.channels.bodies import json_object, read_body
from bot.channels.zalo.events import Event, EventError, PassedOver, read_event, sent_at, timestamp_of
from bot.channels.zalo.signature import HEADER, is_signed
from knowledge.settings.zalo import ZaloSettings

PATH = "/webhooks/zalo"
AHEAD = timedelta(minutes=10)
"""How far Zalo's clock may be ahead of ours."""

logger = logging.getLogger(__name__)


class Webhook:
    """Verifies Zalo's calls and hands on what they mean.

    An unsigned or wrongly signed call is answered 200 and does nothing: Zalo's console probes the address
    that way, and whoever forges learns nothing. A signed event that cannot be read is answered 200 too,
    since sending it again would not change it; an event that could not be stored is answered 503 by the
    gateway.
    """

    def __init__(
        self, settings: ZaloSettings, take: Callable[[Event], Awaitable[None]], count: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._take = take
        self._count = count
        self._ids = tuple(filter(None, (settings.app_id, settings.oa_id * settings.sign_with_oa_id)))

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            web.post(PATH, self.receive),
            web.get(PATH, self.probe),
            web.get("/zalo_verifier{code}.html", self.verifier),
        ]

    async def receive(self, request: web.Request) -> web.Response:
        """``POST /webhooks/zalo``: one event."""
        raw = await read_body(request)
        kind = await self._handle(raw, request.headers.get(HEADER, ""))
        self._count(kind)
        return web.json_response({"status": "ok"})

    async def probe(self, request: web.Request) -> web.Response:
        """``GET /webhooks/zalo``: the console tries the address; a challenge is given back as plain text."""
        challenge = request.query.get("hub.challenge", "")
        return web.Response(text=challenge[:200] if challenge.isalnum() else "ok")

    async def verifier(self, request: web.Request) -> web.Response:
        """``GET /zalo_verifier<code>.html``: proves that the domain is ours."""
        code = request.match_info["code"]
        if code not in self._settings.site_verification:
            raise web.HTTPNotFound
        content = f'<meta name="zalo-platform-site-verification" content="{code}" />'
        html = f"<!DOCTYPE html><html><head>{content}</head><body>{code}</body></html>"
        return web.Response(text=html, content_type="text/html")

    async def _handle(self, raw: bytes, given: str) -> str:
        """Verify, read and hand on; return what to count the call as."""
        body = json_object(raw)
        if body is None:
            return "malformed"
        try:
            timestamp = timestamp_of(body)
        except EventError:
            return "malformed"
        if not is_signed(given, raw, timestamp, self._ids, self._settings.signature_keys):
            return "unsigned"
        if not self._is_recent(body):
            return "stale"
        try:
            event = read_event(body)
        except EventError as error:
            logger.warning("an event could not be read: %s", error)
            return "malformed"
        if isinstance(event, PassedOver):
            return event.kind
        await self._take(event)
        return str(body["event_name"])

    def _is_recent(self, body: dict[str, Any]) -> bool:
        """Retries keep the first time and come up to two hours later; what is older is a replay."""
        moment = sent_at(body)
        now = datetime.now(timezone.utc)
        if moment is None:
            return False
        return now - timedelta(hours=self._settings.replay_hours) <= moment <= now + AHEAD
