"""Tokens and sessions of remote systems: asked for once, kept until shortly before they end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from knowledge.dossiers.connectors.base import CredentialError

T = TypeVar("T")
MARGIN_SECONDS = 15.0
"""A token is renewed this long before its end, so that it does not end on its way."""


@dataclass(frozen=True)
class Token:
    """What a system gave us, and for how many seconds (None: it does not say)."""

    value: str
    lifetime: float | None


class TokenKeeper:
    """Keeps one token; however many ask for it at once, it is fetched once."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]]) -> None:
        self._fetch = fetch
        self._lock = asyncio.Lock()
        self._value: str | None = None
        self._until = 0.0

    async def use(self, call: Callable[[str], Awaitable[T]]) -> T:
        """Call with the token; when it is no longer accepted, once more with a new one."""
        value = await self._current()
        try:
            return await call(value)
        except CredentialError:
            self._drop(value)
            return await call(await self._current())

    async def _current(self) -> str:
        async with self._lock:
            if self._value is None or time.monotonic() >= self._until:
                token = await self._fetch()
                margin = min(MARGIN_SECONDS, token.lifetime / 2) if token.lifetime else 0.0
                self._value = token.value
                self._until = time.monotonic() + token.lifetime - margin if token.lifetime else float("inf")
            return self._value

    def _drop(self, value: str) -> None:
        """Forget the token unless somebody has renewed it meanwhile."""
        if self._value == value:
            self._value = None
