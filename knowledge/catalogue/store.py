"""The published catalogue in memory, shared by all who answer from it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from knowledge.catalogue.records import Catalogue
from knowledge.catalogue.releases import ReleaseError, published_release_id, read_release
from knowledge.database.engine import SessionFactory

logger = logging.getLogger(__name__)

CHECK_EVERY_SECONDS = 1.0


class CatalogueStore:
    """Keeps the published release in memory and follows publications and rollbacks.

    At most once a second it asks the database which release is published, and reads a release only
    when that changed. When the database fails later on, the catalogue read last goes on answering.
    Safe to share between threads.
    """

    def __init__(self, sessions: SessionFactory, clock: Callable[[], float] = time.monotonic) -> None:
        self._sessions = sessions
        self._clock = clock
        self._lock = threading.Lock()
        self._catalogue: Catalogue | None = None
        self._next_check = float("-inf")

    def current(self) -> Catalogue | None:
        """Return the published catalogue, or None when nothing was published yet.

        Raises:
            SQLAlchemyError: the database fails and no catalogue was read before.
        """
        if self._clock() < self._next_check:
            return self._catalogue
        with self._lock:
            if self._clock() >= self._next_check:
                self._refresh()
                self._next_check = self._clock() + CHECK_EVERY_SECONDS
            return self._catalogue

    def _refresh(self) -> None:
        try:
            with self._sessions() as session:
                published = published_release_id(session)
                if published is None:
                    self._catalogue = None
                elif self._catalogue is None or self._catalogue.release.id != published:
                    self._catalogue = read_release(session, published)
                    logger.info("answering from catalogue release %s", published)
        except (SQLAlchemyError, ReleaseError):
            if self._catalogue is None:
                raise
            logger.exception("catalogue not re-read; going on with release %s", self._catalogue.release.id)
