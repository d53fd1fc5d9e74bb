"""Calls of Zalo's Open API and OAuth server. Errors come with HTTP 200: only the body tells."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import aiohttp

from bot.channels.zalo.errors import ApiCallError, NoAnswerError
from bot.channels.zalo.signature import appsecret_proof
from knowledge.settings.zalo import ZaloSettings

TIMEOUT_SECONDS = 15.0
DEFAULT_LIFE_SECONDS = 90_000
"""How long an access token lasts when the answer does not say so (25 hours)."""
MAX_ANSWER_BYTES = 1_000_000
RATE_PAUSE_SECONDS = 60.0
"""The rate is counted by the minute."""


class ZaloApi:
    """One client session for all calls; use it as an async context manager."""

    def __init__(self, settings: ZaloSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> ZaloApi:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def post(self, url: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post JSON with the access token and return ``data`` of the answer.

        Raises:
            ApiCallError: Zalo refused.
            NoAnswerError: there was no usable answer.
        """
        return _data(await self._call("POST", url, headers=self._headers(token), json=body))

    async def get(self, url: str, token: str, **query: str) -> dict[str, Any]:
        """Get with the access token and return ``data`` of the answer; raises as ``post`` does."""
        params = {"data": json.dumps(query)} if query else None
        return _data(await self._call("GET", url, headers=self._headers(token), params=params))

    async def exchange(self, fields: dict[str, str]) -> tuple[str, str, datetime]:
        """Ask the OAuth server for a pair of tokens.

        Returns:
            Access token, refresh token (empty when the answer has none) and when the access token expires.

        Raises:
            ApiCallError: it refused; there is no table of its codes.
            NoAnswerError: there was no usable answer.
        """
        answer, _ = await self._call(
            "POST",
            f"{self._settings.oauth_url}/v4/oa/access_token",
            headers={"secret_key": self._settings.app_secret},
            data={"app_id": self._settings.app_id, **fields},
        )
        if not isinstance(answer.get("access_token"), str):
            reason = answer.get("error_description") or answer.get("error_name") or "no access_token"
            raise ApiCallError(_code(answer), str(reason))
        life = str(answer.get("expires_in") or DEFAULT_LIFE_SECONDS)
        seconds = int(life) if life.isascii() and life.isdigit() else DEFAULT_LIFE_SECONDS
        expires = datetime.now(timezone.utc) + timedelta(seconds=min(seconds, 10 * DEFAULT_LIFE_SECONDS))
        return answer["access_token"], str(answer.get("refresh_token") or ""), expires

    def _headers(self, token: str) -> dict[str, str]:
        headers = {"access_token": token}
        if self._settings.appsecret_proof:
            headers["appsecret_proof"] = appsecret_proof(token, self._settings.app_secret)
        return headers

    async def _call(
        self,
        method: str,
        url: str,
        **arguments: Any,  # noqa: ANN401 - aiohttp's own
    ) -> tuple[dict[str, Any], float | None]:
        """Call and return the answer's JSON object and what it says of waiting."""
        if self._session is None:
            raise RuntimeError("ZaloApi is used outside its context")
        try:
            async with self._session.request(method, url, allow_redirects=False, **arguments) as response:
                raw = await response.content.read(MAX_ANSWER_BYTES)
                wait = RATE_PAUSE_SECONDS if response.headers.get("X-RateLimit-Remain") == "0" else None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NoAnswerError(type(error).__name__, sent=False) from error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise NoAnswerError(type(error).__name__, sent=True) from error
        try:
            answer = json.loads(raw)
        except ValueError as error:
            raise NoAnswerError(f"status {response.status} without JSON", sent=True) from error
        if not isinstance(answer, dict):
            raise NoAnswerError("the answer is no JSON object", sent=True)
        return answer, wait


def _data(answered: tuple[dict[str, Any], float | None]) -> dict[str, Any]:
    answer, wait = answered
    code = _code(answer)
    if code != 0:
        raise ApiCallError(code, str(answer.get("message") or ""), wait)
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _code(answer: dict[str, Any]) -> int:
    try:
        return int(answer.get("error", 0))
    except (TypeError, ValueError):
        return -1
