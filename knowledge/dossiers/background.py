"""An event loop on a thread of its own, for callers on any thread: a hanging system costs it nothing."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
WaitTimeoutError = concurrent.futures.TimeoutError


class BackgroundLoop:
    """Starts its thread at the first use; the thread ends with the process."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was used and not stopped since."""
        return self._loop is not None

    def run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Run on the loop and wait for the result; call it from another thread than the loop's.

        Raises:
            WaitTimeoutError: it took longer than ``seconds``; it was cancelled.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._started())
        try:
            return future.result(seconds)
        except WaitTimeoutError:
            future.cancel()
            raise

    def stop(self) -> None:
        """End the thread."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._loop = None

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_serve, args=(self._loop,), name=self._name, daemon=True).start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.close()
