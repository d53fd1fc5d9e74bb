"""A published release together with its search index, swapped as one.

Building the index of a new release takes seconds (learning its wordings half a minute). Until it is
ready, the release published before goes on answering, with its own date; then both change at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.catalogue.records import Catalogue
from knowledge.catalogue.search import ProcedureIndex

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """A catalogue and the index over exactly this catalogue."""

    catalogue: Catalogue
    index: ProcedureIndex


class SnapshotKeeper:
    """Follows a catalogue: the first snapshot is built at once, later ones beside the answering."""

    def __init__(self, build: Callable[[Catalogue], ProcedureIndex]) -> None:
        """Take what builds the index of a catalogue."""
        self._build = build
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._building: threading.Thread | None = None

    def snapshot(self, published: Catalogue) -> Snapshot:
        """Return the snapshot to answer from, now that ``published`` is the published catalogue."""
        current = self._snapshot
        if current is not None and current.catalogue.release.id == published.release.id:
            return current
        with self._lock:
            if self._snapshot is None:
                self._snapshot = Snapshot(published, self._build(published))
            elif self._snapshot.catalogue.release.id != published.release.id:
                self._start(published)
            return self._snapshot

    def wait(self, seconds: float) -> None:
        """Wait for a build under way; for commands and tests that must see the new release."""
        building = self._building
        if building is not None:
            building.join(seconds)

    def _start(self, published: Catalogue) -> None:
        if self._building is None or not self._building.is_alive():
            self._building = threading.Thread(
                target=self._replace, args=(published,), name="search-index", daemon=True
            )
            self._building.start()

    def _replace(self, published: Catalogue) -> None:
        try:
            self._snapshot = Snapshot(published, self._build(published))
        except Exception:
            logger.exception("no index for release %s; the one before goes on", published.release.id)
        else:
            logger.info("answering from release %s", published.release.id)
