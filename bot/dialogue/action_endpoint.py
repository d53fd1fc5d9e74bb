"""Connections to the action server that stay open between turns.

Rasa 3.6 opens an HTTP session and a connection of its own for each call of an action, which costs both
processes about a tenth of a turn (docs/nlu.md has the figures). Rasa offers no class to replace there, so
the one method that makes the session is replaced.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from weakref import WeakKeyDictionary

import aiohttp
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.utils.endpoints import EndpointConfig

KEPT_SECONDS = 2.0
"""Shorter than the five seconds after which the action server closes an idle connection, so that no call
meets one that is just being closed."""
MOST_CONNECTIONS = 100

_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()


class _Kept:
    """A session that is not closed after use; what an endpoint carries with each call is given along."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the session open."""


def kept_session(endpoint: EndpointConfig) -> _Kept | aiohttp.ClientSession:
    """Return the running loop's session; an endpoint with a password gets one of its own, as before."""
    if endpoint.basic_auth:
        own: aiohttp.ClientSession = _own_session(endpoint)
        return own
    loop = asyncio.get_running_loop()
    session = _sessions.get(loop)
    if session is None or session.closed:
        connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_SECONDS)
        timeout = aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT)
        session = _sessions[loop] = aiohttp.ClientSession(connector=connector, timeout=timeout)
    return _Kept(session)


_own_session = EndpointConfig.session
