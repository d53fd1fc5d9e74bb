"""HTTP for connectors: JSON within bounds, and the faults of gateways (WSO2, as JSON or XML) understood."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

import aiohttp

from knowledge.dossiers.connectors.base import CredentialError, ForbiddenError, RemoteError

MAX_BODY_BYTES = 1024 * 1024
JSON_HEADERS = {"Accept": "application/json"}
_FAULT = re.compile(r"""(?:<(?:\w+:)?code>|"code"\s*:\s*"?)\s*(\d{6})\b""")
_CREDENTIALS = frozenset({900900, 900901, 900902, 900903, 900904})
_FORBIDDEN = frozenset({900905, 900906, 900907, 900908, 900910})
_BACKEND_DOWN = frozenset({101500, 101503, 101504, 101505, 101506, 101507, 101508})
_PASSING = frozenset({502, 503, 504})


@dataclass(frozen=True)
class JsonAnswer:
    """Status and content of an answer that is JSON."""

    status: int
    content: Any


class HttpClient:
    """One session with kept-alive connections; opened at the first request, on the loop that asks."""

    def __init__(self, timeout_seconds: float, connections: int) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def request(self, method: str, url: str, **options: Any) -> JsonAnswer:  # noqa: ANN401 - aiohttp's
        """Send a request and return the JSON that came back with a status below 500 that is no fault.

        Raises:
            CredentialError: 401, or a gateway's fault that says the same.
            ForbiddenError: 403, or such a fault.
            RemoteError: no connection, too slow, too long, a server's error, or no JSON.
        """
        options["headers"] = {**JSON_HEADERS, **options.get("headers", {})}
        try:
            async with self._opened().request(method, url, allow_redirects=False, **options) as response:
                body = await _bounded(response)
                status = response.status
        except asyncio.TimeoutError as error:
            raise RemoteError("too slow") from error
        except aiohttp.ClientConnectorError as error:
            raise RemoteError("no connection", retry=True) from error
        except (aiohttp.ClientError, OSError) as error:
            raise RemoteError(f"connection failed: {type(error).__name__}", retry=True) from error
        return _understood(status, body)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise RemoteError("answer too long")
    return bytes(body)


def _understood(status: int, body: bytes) -> JsonAnswer:
    text = body.decode("utf-8-sig", "replace").strip()
    _refuse_faults(status, text)
    if text.startswith("<"):
        raise RemoteError(f"status {status} with a page instead of JSON")
    try:
        return JsonAnswer(status, json.loads(text))
    except (ValueError, RecursionError) as error:
        raise RemoteError(f"status {status} without valid JSON") from error


def _refuse_faults(status: int, text: str) -> None:
    match = _FAULT.search(text[:4096]) if status >= 400 or text.startswith("<") else None
    fault = int(match[1]) if match else 0
    if status == 401 or fault in _CREDENTIALS:
        raise CredentialError(f"not accepted: status {status}, fault {fault}")
    if status == 403 or fault in _FORBIDDEN:
        raise ForbiddenError(f"forbidden: status {status}, fault {fault}")
    if status == 429 or 900800 <= fault <= 900810:
        raise RemoteError(f"too many questions: status {status}, fault {fault}")
    if fault in _BACKEND_DOWN or status in _PASSING:
        raise RemoteError(f"system down: status {status}, fault {fault}", retry=True)
    if status >= 500 or 300 <= status < 400 or fault:
        raise RemoteError(f"status {status}, fault {fault}")
