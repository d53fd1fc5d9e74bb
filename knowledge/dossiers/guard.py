"""Between us and a system that may be slow, broken or down: patience, retries, a breaker, a cache."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.connectors.base import Connector, ForbiddenError, RemoteError
from knowledge.dossiers.policy import Policy
from knowledge.dossiers.records import Ambiguous, Answer, Forbidden, Found, NotFound, Unavailable

logger = logging.getLogger(__name__)
Clock = Callable[[], float]
_CACHED = (Found, NotFound, Ambiguous)


class Breaker:
    """Leaves a system alone for a while after failures in a row, then lets one question try it."""

    def __init__(self, failures_to_open: int, open_seconds: float, clock: Clock = time.monotonic) -> None:
        self._most = failures_to_open
        self._pause = open_seconds
        self._clock = clock
        self._failures = 0
        self._closed_again_at = 0.0

    def allows(self) -> bool:
        """Tell whether the system may be asked now; after the pause only one may try it at a time."""
        if self._failures < self._most:
            return True
        if self._clock() < self._closed_again_at:
            return False
        self._closed_again_at = self._clock() + self._pause
        return True

    def succeeded(self) -> None:
        """Note that it answered."""
        self._failures = 0

    def failed(self) -> None:
        """Note that it did not."""
        self._failures += 1
        if self._failures >= self._most:
            self._closed_again_at = self._clock() + self._pause


class AnswerCache:
    """Remembers answers for a short time, so that a system is spared the same question."""

    def __init__(self, seconds: float, entries: int, clock: Clock = time.monotonic) -> None:
        self._seconds = seconds
        self._entries = entries
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Answer]] = OrderedDict()

    def get(self, code: DossierCode) -> Answer | None:
        """Return the answer if it is fresh."""
        kept = self._kept.get(code.text)
        return kept[1] if kept is not None and self._clock() < kept[0] else None

    def put(self, code: DossierCode, answer: Answer) -> None:
        """Keep an answer; the oldest goes when there are too many."""
        self._kept.pop(code.text, None)
        self._kept[code.text] = (self._clock() + self._seconds, answer)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)


class GuardedSource:
    """A connector with everything that keeps its troubles to itself; `ask` never raises."""

    def __init__(self, connector: Connector, policy: Policy, timeout_seconds: float) -> None:
        self.name = connector.name
        self.takes_ends = connector.takes_ends
        self._connector = connector
        self._policy = policy
        self._timeout = timeout_seconds
        self._slots = asyncio.Semaphore(policy.parallel)
        self._breaker = Breaker(policy.failures_to_open, policy.open_seconds)
        # The register is ours and quick: what it says is never older than its last import.
        seconds = 0 if connector.name == "register" else policy.cache_seconds
        self._cache = AnswerCache(seconds, policy.cache_entries)

    async def ask(self, code: DossierCode, until: float, *, fresh: bool = False) -> Answer:
        """Ask for a dossier, at most until the monotonic moment ``until``; ``fresh`` passes by the cache."""
        cached = None if fresh else self._cache.get(code)
        if cached is not None:
            return cached
        try:
            await asyncio.wait_for(self._slots.acquire(), self._policy.wait_milliseconds / 1000)
        except asyncio.TimeoutError:
            return Unavailable("too many questions at once")
        try:
            if not self._breaker.allows():
                return Unavailable("left alone after failures")
            answer = await self._patiently(code, min(until, time.monotonic() + self._timeout))
        finally:
            self._slots.release()
        if isinstance(answer, _CACHED):
            self._cache.put(code, answer)
        return answer

    async def close(self) -> None:
        """Close the connections; call it on the loop that asked."""
        await self._connector.close()

    async def _patiently(self, code: DossierCode, until: float) -> Answer:
        for left in reversed(range(self._policy.retries + 1)):
            try:
                answer = await asyncio.wait_for(self._connector.lookup(code), until - time.monotonic())
            except ForbiddenError as error:
                self._breaker.succeeded()
                return self._told(Forbidden(str(error)))
            except asyncio.TimeoutError:
                self._breaker.failed()
                return self._told(Unavailable("too slow"))
            except RemoteError as error:
                pause = self._pause()
                if error.retry and left and time.monotonic() + pause < until:
                    await asyncio.sleep(pause)
                    continue
                self._breaker.failed()
                return self._told(Unavailable(str(error)))
            except Exception as error:
                self._breaker.failed()
                return self._told(Unavailable(f"fault of the connector: {_place(error)}"))
            self._breaker.succeeded()
            return answer
        return Unavailable("no tries left")

    def _pause(self) -> float:
        pause = self._policy.retry_pause_milliseconds / 1000
        return pause + random.uniform(0, pause)  # noqa: S311 - spreads load, guards nothing

    def _told(self, answer: Unavailable | Forbidden) -> Answer:
        logger.warning("dossiers: %s did not answer: %s", self.name, answer.reason)
        return answer


def _place(error: Exception) -> str:
    """Name and place of a fault without its message, which may hold a code."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
