"""What is live of what was learned, in memory, shared by all who search with it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from knowledge.database.engine import SessionFactory
from knowledge.learning.learned import Learned, live

logger = logging.getLogger(__name__)

CHECK_EVERY_SECONDS = 5.0


class LearnedStore:
    """Follows publications and going back; when the database fails, what was read last goes on."""

    def __init__(self, sessions: SessionFactory, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the database; nothing is read yet."""
        self._sessions = sessions
        self._clock = clock
        self._lock = threading.Lock()
        self._learned = Learned()
        self._next_check = float("-inf")

    def current(self) -> Learned:
        """Return what is live, looked up at most every five seconds."""
        if self._clock() < self._next_check:
            return self._learned
        with self._lock:
            if self._clock() >= self._next_check:
                self._refresh()
                self._next_check = self._clock() + CHECK_EVERY_SECONDS
            return self._learned

    def _refresh(self) -> None:
        try:
            with self._sessions() as session:
                self._learned = live(session)
        except SQLAlchemyError:
            logger.warning("what was learned cannot be read; going on with release %s", self._learned.id)
