"""Keeps the Official Account's tokens valid: renewed by one process at a time, stored before they are used.

A refresh token works once (OAuth v4): whoever uses it and loses the answer has locked the account out. So a
renewal takes a lease in the database first, and the new pair is stored before anybody uses it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import datetime, timedelta, timezone

from bot.channels.zalo.api import ZaloApi
from bot.channels.zalo.errors import ApiCallError, NoAnswerError
from knowledge.tokens.store import TokenPair, TokenStore

RENEW_AFTER = timedelta(hours=20)
"""Of the 25 hours that an access token lasts."""
RATE_LIMITED = -32
WAIT_SECONDS = 0.5
WAITS = 60

logger = logging.getLogger(__name__)


class NoTokenError(Exception):
    """Nobody signed in, or the last renewal failed for good: a person has to sign in again."""


class TokenKeeper:
    """The way to a valid access token."""

    def __init__(self, store: TokenStore, api: ZaloApi) -> None:
        self._store = store
        self._api = api
        self._owner = secrets.token_hex(8)
        self._one_at_a_time = asyncio.Lock()

    async def access_token(self, *, refused: str | None = None) -> str:
        """Return a valid access token, renewed when it is due or when Zalo ``refused`` it.

        Raises:
            NoTokenError: a person has to sign in (`tthc zalo login`).
            NoAnswerError: the OAuth server does not answer now and there is no valid token.
        """
        pair = await self._read()
        if refused is None and not pair.is_due(_now(), RENEW_AFTER):
            return pair.access
        if refused is not None and pair.access != refused:
            return pair.access
        async with self._one_at_a_time:
            return await self._renew(pair.access, must=refused is not None)

    async def _renew(self, seen: str, *, must: bool) -> str:
        """Renew the pair whose access token is ``seen``, or wait for whoever does."""
        for _ in range(WAITS):
            leased = await asyncio.to_thread(self._store.lease, self._owner, seen, _now())
            if leased is not None:
                return await self._exchange(leased, must=must)
            pair = await self._read()
            if pair.access != seen:
                return pair.access
            if not must and pair.expires_at > _now():
                return pair.access
            await asyncio.sleep(WAIT_SECONDS)
        raise NoAnswerError("another process has been renewing the token for too long", sent=False)

    async def _exchange(self, pair: TokenPair, *, must: bool) -> str:
        fields = {"grant_type": "refresh_token", "refresh_token": pair.refresh}
        try:
            access, refresh, expires = await self._api.exchange(fields)
        except ApiCallError as error:
            terminal = error.code != RATE_LIMITED
            await asyncio.to_thread(self._store.fail, self._owner, str(error), _now(), terminal=terminal)
            if not terminal:
                return self._still_valid(pair, error, must=must)
            logger.exception("Zalo tokens could not be renewed: sign in with `tthc zalo login`")
            raise NoTokenError(str(error)) from error
        except NoAnswerError as error:
            await asyncio.to_thread(self._store.fail, self._owner, str(error), _now(), terminal=False)
            return self._still_valid(pair, error, must=must)
        await asyncio.to_thread(self._store.write, access, refresh or pair.refresh, expires, _now())
        logger.info("Zalo tokens renewed, valid until %s", expires.isoformat(timespec="minutes"))
        return access

    def _still_valid(self, pair: TokenPair, error: Exception, *, must: bool) -> str:
        logger.warning("Zalo tokens could not be renewed now: %s", error)
        if must or pair.expires_at <= _now():
            raise NoAnswerError(str(error), sent=False) from error
        return pair.access

    async def _read(self) -> TokenPair:
        pair = await asyncio.to_thread(self._store.read)
        if pair is None:
            raise NoTokenError("nobody has signed in")
        if pair.failure and pair.expires_at <= _now():
            raise NoTokenError(pair.failure)
        return pair


def _now() -> datetime:
    return datetime.now(timezone.utc)
