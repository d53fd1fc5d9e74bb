"""The connection to the Bot API, and what its refusals mean to the outbox."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from types import TracebackType

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.base import SendError
from knowledge.settings.telegram import TelegramSettings

os.environ.setdefault("PTB_TIMEDELTA", "1")  # times as timedelta, as the library's next version has them

CONNECTIONS = 32
OPERATOR_PAUSE_SECONDS = 60.0
"""Pause after what only an administrator can mend."""
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_GONE = (
    "chat not found",
    "user not found",
    "have no rights to send",
    "not enough rights to send",
    "thread not found",
)


for _library, _level in (("httpx", logging.WARNING), ("telegram", logging.INFO)):
    # Below these they tell addresses, which hold the token, and what people are told.
    logging.getLogger(_library).setLevel(_level)


class TelegramApi:
    """Two pools of connections: for calls, and for ``getUpdates``, which waits."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self._requests: tuple[HTTPXRequest, HTTPXRequest] | None = None
        self._bot: Bot | None = None

    @property
    def bot(self) -> Bot:
        """The client, while the connection is open."""
        if self._bot is None:
            raise RuntimeError("the connection to Telegram is not open")
        return self._bot

    async def __aenter__(self) -> TelegramApi:
        proxy = self._settings.proxy or None
        calls = HTTPXRequest(CONNECTIONS, connect_timeout=10, read_timeout=20, pool_timeout=10, proxy=proxy)
        waiting = HTTPXRequest(1, connect_timeout=10, read_timeout=20, proxy=proxy)
        self._requests = (calls, waiting)
        url = self._settings.api_url
        self._bot = Bot(
            self._settings.token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=calls,
            get_updates_request=waiting,
        )
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for request in self._requests or ():
            await request.shutdown()
        self._bot = self._requests = None


def problem(error: TelegramError) -> SendError:
    """What the outbox is told about a refusal."""
    reason = f"{type(error).__name__}: {error.message}"
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        return SendError("asked to slow down", retry=True, after=seconds)
    if isinstance(error, Forbidden | ChatMigrated):
        return SendError(reason, retry=False, gone=True)
    if isinstance(error, InvalidToken):
        return SendError("the token is refused", retry=True, after=OPERATOR_PAUSE_SECONDS)
    if isinstance(error, BadRequest):
        gone = any(words in error.message.lower() for words in _GONE)
        return SendError(reason, retry=False, gone=gone)
    if isinstance(error, NetworkError):
        return SendError(reason, retry=True, doubtful=not isinstance(error.__cause__, _UNSENT))
    return SendError(reason, retry=False)
