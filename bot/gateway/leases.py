"""What this gateway has claimed, and until when it may act on it.

A claim that was not renewed in time is lost: a gateway that stood still (a paused machine, a blocked loop)
must not go on with what another one has taken up meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime, timezone

from bot.gateway.inbox import Inbox, StorageUnavailableError
from knowledge.messaging.claiming import LEASE

Renew = Callable[[Sequence[int], datetime], "list[int]"]
"""Lengthens claims in the database and returns the rows whose claim still held."""


class Leases:
    """The claimed rows of one table."""

    def __init__(self, inbox: Inbox, renew: Renew) -> None:
        self._inbox = inbox
        self._renew = renew
        self._until: dict[int, datetime] = {}

    def hold(self, row: int, until: datetime) -> None:
        """Keep a claim that was just made."""
        self._until[row] = until

    def drop(self, row: int) -> None:
        """Renew the claim no more: what it was made for is done."""
        self._until.pop(row, None)

    def holds(self, row: int) -> bool:
        """Tell whether the claim is this gateway's still."""
        until = self._until.get(row)
        return until is not None and _now() < until

    def held(self) -> list[int]:
        """The rows whose claim is this gateway's still."""
        return [row for row in self._until if self.holds(row)]

    async def keep(self) -> None:
        """Renew the claims, until cancelled."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            rows, until = self.held(), lease_end()
            if not rows:
                continue
            with contextlib.suppress(StorageUnavailableError):
                for row in await self._inbox.run(self._renew, rows, until):
                    if row in self._until:
                        self._until[row] = until


def lease_end() -> datetime:
    """Until when a claim made now holds."""
    return _now() + LEASE


def _now() -> datetime:
    return datetime.now(timezone.utc)
