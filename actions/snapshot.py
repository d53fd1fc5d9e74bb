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
    learned: int = 0
    """Number of the release of learned wordings in the index."""

    def is_of(self, published: Catalogue, learned: int) -> bool:
        """Tell whether it is the one to answer from."""
        return self.catalogue.release.id == published.release.id and self.learned == learned


class SnapshotKeeper:
    """Follows a catalogue: the first snapshot is built at once, later ones beside the answering."""

    def __init__(self, build: Callable[[Catalogue], ProcedureIndex]) -> None:
        """Take what builds the index of a catalogue."""
        self._build = build
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._building: threading.Thread | None = None

    def snapshot(self, published: Catalogue, learned: int = 0) -> Snapshot:
        """Return the snapshot to answer from, now that this catalogue and these learned wordings are live."""
        current = self._snapshot
        if current is not None and current.is_of(published, learned):
            return current
        with self._lock:
            if self._snapshot is None:
                self._snapshot = Snapshot(published, self._build(published), learned)
            elif not self._snapshot.is_of(published, learned):
                self._start(published, learned)
            return self._snapshot

    def wait(self, seconds: float) -> None:
        """Wait for a build under way; for commands and tests that must see the new release."""
        building = self._building
        if building is not None:
            building.join(seconds)

    def _start(self, published: Catalogue, learned: int) -> None:
        if self._building is None or not self._building.is_alive():
            self._building = threading.Thread(
                target=self._replace, args=(published, learned), name="search-index", daemon=True
            )
            self._building.start()

    def _replace(self, published: Catalogue, learned: int) -> None:
        try:
            self._snapshot = Snapshot(published, self._build(published), learned)
        except Exception:
            logger.exception("no index for release %s; the one before goes on", published.release.id)
        else:
            logger.info("answering from release %s", published.release.id)
