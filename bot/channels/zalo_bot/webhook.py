"""The route the Bot Platform calls."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.channels.base import Incoming
from bot.channels.bodies import json_object, read_body
from bot.channels.zalo_bot.updates import UpdateError, name_of, read_update, unwrapped

PATH = "/webhooks/zalo-bot"
HEADER = "X-Bot-Api-Secret-Token"

logger = logging.getLogger(__name__)


class Webhook:
    """Verifies calls by the secret we registered and hands on their messages.

    A call without the secret is answered 200 and does nothing, so that a probe passes and who forges learns
    nothing; so is what cannot be read, since sending it again would not change it. What could not be stored
    is answered 503 by the gateway.
    """

    def __init__(
        self, secret: str, take: Callable[[Incoming], Awaitable[None]], count: Callable[[str], None]
    ) -> None:
        self._secret = secret.encode()
        self._take = take
        self._count = count

    async def receive(self, request: web.Request) -> web.Response:
        """``POST /webhooks/zalo-bot``: one update."""
        raw = await read_body(request)
        given = request.headers.get(HEADER, "").encode("utf-8", "replace")
        known = hmac.compare_digest(given, self._secret)
        self._count(await self._handle(raw) if known else "unsigned")
        return web.json_response({"ok": True})

    async def _handle(self, raw: bytes) -> str:
        """Read and hand on; return what to count the call as."""
        body = json_object(raw)
        if body is None:
            return "malformed"
        update = unwrapped(body)
        try:
            incoming = read_update(update)
        except UpdateError as error:
            logger.warning("an update could not be read: %s", error)
            return "malformed"
        if incoming is not None:
            await self._take(incoming)
        return name_of(update)
