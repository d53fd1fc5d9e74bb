"""Calls of the Bot API: ``POST <api>/bot<token>/<method>``; an answer's ``ok`` tells whether it was done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from knowledge.settings.zalo_bot import ZaloBotSettings

TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 1_000_000
NOTHING_NEW = 408
"""Error code of ``getUpdates`` when nothing came while it waited."""
BAD_TOKEN = frozenset({401, 404})
"""The token, which is part of the address, is not one of the platform's."""


class BotApiError(Exception):
    """The platform refused a call. The message has its code and words, never ours nor the token."""

    def __init__(self, code: int, description: str, after: float | None = None) -> None:
        super().__init__(f"zalo bot error {code}: {description[:120]}")
        self.code = code
        self.after = after
        """Seconds the platform asks to wait."""


class NoAnswerError(Exception):
    """There was no usable answer. ``sent`` tells whether the platform may have taken the call."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


class BotApi:
    """One client session for all calls; use it as an async context manager."""

    def __init__(self, settings: ZaloBotSettings) -> None:
        self._root = f"{settings.api_url}/bot{settings.token}"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> BotApi:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(
        self, method: str, fields: Mapping[str, str] | None = None, *, seconds: float = TIMEOUT_SECONDS
    ) -> dict[str, Any]:
        """Call a method and return its ``result``, empty when it has none.

        Raises:
            BotApiError: the platform refused.
            NoAnswerError: there was no usable answer within ``seconds``.
        """
        answer, wait = await self._post(method, fields or {}, aiohttp.ClientTimeout(total=seconds))
        if answer.get("ok") is not True:
            raise BotApiError(_code(answer), str(answer.get("description") or ""), wait)
        result = answer.get("result")
        return result if isinstance(result, dict) else {}

    async def _post(
        self, method: str, fields: Mapping[str, str], timeout: aiohttp.ClientTimeout
    ) -> tuple[dict[str, Any], float | None]:
        """Return the answer's JSON object and how long it asks to wait. Addresses hold the token: no log."""
        if self._session is None:
            raise RuntimeError("BotApi is used outside its context")
        url = f"{self._root}/{method}"
        try:
            async with self._session.post(
                url, json=dict(fields), timeout=timeout, allow_redirects=False
            ) as response:
                raw = await response.content.read(MAX_ANSWER_BYTES)
                wait = response.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NoAnswerError(type(error).__name__, sent=False) from None
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise NoAnswerError(type(error).__name__, sent=True) from None
        try:
            answer = json.loads(raw)
        except ValueError:
            raise NoAnswerError(f"status {response.status} without JSON", sent=True) from None
        if not isinstance(answer, dict):
            raise NoAnswerError("the answer is no JSON object", sent=True)
        return answer, float(wait[:6]) if wait.isascii() and wait.isdigit() else None


def _code(answer: dict[str, Any]) -> int:
    code = answer.get("error_code")
    return code if isinstance(code, int) else 0
