"""Operations on the tokens of channels. Blocking: callers in an event loop use a thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from knowledge.database.engine import SessionFactory
from knowledge.privacy.sealing import Sealer
from knowledge.tokens.models import ChannelToken

LEASE = timedelta(seconds=60)
"""How long a renewal may take before another process may try."""


@dataclass(frozen=True)
class TokenPair:
    """Tokens in the clear, only in memory."""

    access: str
    refresh: str
    expires_at: datetime
    obtained_at: datetime
    failure: str | None = None

    def is_due(self, now: datetime, renew_after: timedelta) -> bool:
        """Tell whether the pair should be renewed: ``renew_after`` its making, or when it expires sooner."""
        return now >= min(self.obtained_at + renew_after, self.expires_at)


class TokenStore:
    """The pair of one channel. What cannot be unsealed (another secret key) counts as not there."""

    def __init__(self, sessions: SessionFactory, sealer: Sealer, channel: str) -> None:
        self._sessions = sessions
        self._sealer = sealer
        self._channel = channel

    def read(self) -> TokenPair | None:
        """Return the pair, None when nobody signed in yet."""
        with self._sessions() as session:
            row = session.get(ChannelToken, self._channel)
            return self._pair(row) if row is not None else None

    def write(self, access: str, refresh: str, expires_at: datetime, now: datetime) -> None:
        """Store a pair durably; a lease on the old one ends with it."""
        values = {
            "access": self._sealer.seal(access),
            "refresh": self._sealer.seal(refresh),
            "expires_at": expires_at,
            "obtained_at": now,
            "lease_owner": None,
            "lease_until": None,
            "failed_at": None,
            "failure": None,
        }
        with self._sessions.begin() as session:
            row = session.get(ChannelToken, self._channel, with_for_update=True)
            if row is None:
                session.add(ChannelToken(channel=self._channel, **values))
            else:
                for name, value in values.items():
                    setattr(row, name, value)

    def lease(self, owner: str, seen_access: str, now: datetime) -> TokenPair | None:
        """Take the right to renew the pair whose access token is ``seen_access``.

        Returns:
            The pair to renew; None when another process renews it now, or it was renewed meanwhile: then
            read again.
        """
        with self._sessions.begin() as session:
            row = session.get(ChannelToken, self._channel)
            if row is None or self._sealer.open(row.access) != seen_access:
                return None
            sealed = row.access
            session.expunge(row)
            taken = session.execute(
                sa.update(ChannelToken)
                .where(ChannelToken.channel == self._channel, ChannelToken.access == sealed)
                .where(sa.or_(ChannelToken.lease_until.is_(None), ChannelToken.lease_until < now))
                .values(lease_owner=owner, lease_until=now + LEASE)
                .execution_options(synchronize_session=False)
            )
            return self._pair(row) if taken.rowcount == 1 else None  # type: ignore[attr-defined]

    def fail(self, owner: str, reason: str, now: datetime, *, terminal: bool) -> None:
        """Note that the renewal of ``owner`` failed and end its lease; a terminal failure stops all renewals.

        An owner whose lease was taken over meanwhile says nothing: the pair is another's by now.
        """
        values: dict[str, datetime | str | None] = {"lease_owner": None, "lease_until": None}
        values["failed_at"] = now
        if terminal:
            values["failure"] = reason[:200]
        ours = sa.and_(ChannelToken.channel == self._channel, ChannelToken.lease_owner == owner)
        with self._sessions.begin() as session:
            session.execute(sa.update(ChannelToken).where(ours).values(**values))

    def _pair(self, row: ChannelToken) -> TokenPair | None:
        access, refresh = self._sealer.open(row.access), self._sealer.open(row.refresh)
        if access is None or refresh is None:
            return None
        return TokenPair(access, refresh, row.expires_at, row.obtained_at, row.failure)
