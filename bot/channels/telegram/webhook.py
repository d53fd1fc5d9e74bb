"""The route that Telegram calls."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.channels.bodies import json_object, read_body

PATH = "/webhooks/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BYTES = 512 * 1024
"""Far more than any update: a long text that answers a long text has some 60 KiB."""

logger = logging.getLogger(__name__)


class Webhook:
    """Lets in whoever knows the secret, and hands on the update.

    After the secret everything is answered 200, since Telegram would deliver what cannot be read again and
    again; only what could not be stored is answered 503, by the gateway.
    """

    def __init__(
        self,
        secret: Callable[[], str],
        take: Callable[[Any], Awaitable[None]],
        count: Callable[[str], None],
    ) -> None:
        self._secret = secret
        self._take = take
        self._count = count

    async def receive(self, request: web.Request) -> web.Response:
        """``POST /webhooks/telegram``: one update."""
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret().encode()):
            self._count("forged")
            raise web.HTTPForbidden
        content = await self._content(request)
        if content is None:
            self._count("malformed")
        else:
            await self._take(content)
        return web.json_response({})

    @staticmethod
    async def _content(request: web.Request) -> dict[str, Any] | None:
        """The body as a JSON object; None when it is none or too long."""
        try:
            return json_object(await read_body(request, MAX_BYTES))
        except web.HTTPRequestEntityTooLarge:
            logger.warning("an update of more than %d bytes is passed over", MAX_BYTES)
            return None
