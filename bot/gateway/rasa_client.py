"""The gateway's way to Rasa and to the action server: one session with kept-alive connections."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import aiohttp

from bot.gateway.incoming import message_for_rasa, said_words
from knowledge.messaging.records import IncomingMessage
from knowledge.settings import Settings

HEALTH_TIMEOUT_SECONDS = 2.0
PATIENCE_FACTOR = 3
"""A call goes on this many times longer than a citizen waits: a late answer is kept for his retry."""
REFUSED = frozenset({400, 413})
"""Rasa's channel cannot take this message, now or later: sending it again would not help."""
TURN_FAILED = 500

logger = logging.getLogger(__name__)


class RasaUnavailableError(Exception):
    """Rasa is down, too slow, or answered something that is no list of messages."""


class TurnFailedError(RasaUnavailableError):
    """Rasa is there, but this turn failed; nothing of it was stored."""


class RasaClient:
    """Talks to Rasa's gateway channel; use it as an async context manager."""

    def __init__(self, settings: Settings, connections: int) -> None:
        self._rasa_url = settings.rasa_url
        self._actions_url = settings.actions_url
        self._headers = {"X-Internal-Token": settings.internal_token}
        self._timeout = aiohttp.ClientTimeout(
            total=settings.chat_timeout_seconds * PATIENCE_FACTOR, sock_connect=HEALTH_TIMEOUT_SECONDS
        )
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> RasaClient:
        connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30)
        self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, message: IncomingMessage) -> list[dict[str, Any]]:
        """Hand a message over and return the elements of Rasa's answer (none when it cannot take it).

        Raises:
            RasaUnavailableError: there is no usable answer; the text says why, without the message.
        """
        body = {
            "sender": message.conversation,
            "message": message_for_rasa(message),
            "metadata": {
                "channel": message.channel,
                "payload": said_words(message) is None,
                "message_id": message.message_id,
                "truncated": message.truncated,
                **({"group": True} if message.is_group else {}),
                **({"attachments": message.attachments} if message.attachments else {}),
            },
        }
        url = f"{self._rasa_url}/webhooks/gateway/webhook"
        try:
            async with self._open().post(url, json=body, headers=self._headers) as response:
                if response.status in REFUSED:
                    logger.warning("Rasa's channel refused a message with status %d", response.status)
                    return []
                if response.status == TURN_FAILED:
                    raise TurnFailedError("a turn failed in Rasa")
                if response.status != 200:
                    raise RasaUnavailableError(f"Rasa answered with status {response.status}")
                content = json.loads(await response.read())
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise RasaUnavailableError(f"{type(error).__name__}: {error}") from error
        except (ValueError, RecursionError) as error:
            raise RasaUnavailableError("Rasa's answer is no JSON") from error
        if not isinstance(content, list) or not all(isinstance(element, dict) for element in content):
            raise RasaUnavailableError("Rasa's answer is no list of messages")
        return content

    async def rasa_answers(self) -> bool:
        """Tell whether Rasa's channel answers now."""
        return await self._answers(f"{self._rasa_url}/webhooks/gateway/")

    async def actions_answer(self) -> bool:
        """Tell whether the action server answers now."""
        return await self._answers(f"{self._actions_url}/health")

    async def _answers(self, url: str) -> bool:
        timeout = aiohttp.ClientTimeout(total=HEALTH_TIMEOUT_SECONDS)
        try:
            async with self._open().get(url, timeout=timeout, headers=self._headers) as response:
                await response.read()
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return False

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("RasaClient is used outside its context")
        return self._session
