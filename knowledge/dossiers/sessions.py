"""Look-ups under way: the code is kept sealed, under a name that says nothing, until the talk is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from knowledge.dossiers.codes import DossierCode, read_code
from knowledge.dossiers.models import DossierSession
from knowledge.privacy.sealing import Sealer


@dataclass(frozen=True)
class LookupSession:
    """What is known of a look-up under way; ``factor`` is a keyed hash."""

    ref: str
    code: DossierCode
    factor: str | None
    verified: bool


class LookupSessions:
    """Sessions in the database; blocking."""

    def __init__(self, engine: Engine, sealer: Sealer, lifetime: timedelta) -> None:
        self._engine = engine
        self._sealer = sealer
        self._lifetime = lifetime

    def open(self, ref: str, code: DossierCode) -> None:
        """Keep a code under ``ref``; the same message handed over again changes nothing."""
        values = {"ref": ref, "code": self._sealer.seal(code.text), "expires_at": self._expiry()}
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(DossierSession), values)
        except IntegrityError:
            return

    def read(self, ref: str) -> LookupSession | None:
        """Return the session, None when it has ended."""
        now = datetime.now(timezone.utc)
        query = sa.select(DossierSession.code, DossierSession.factor, DossierSession.verified).where(
            DossierSession.ref == ref, DossierSession.expires_at > now
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        text = self._sealer.open(row.code) if row is not None else None
        code = read_code(text, now.date() + timedelta(days=1)) if text is not None else None
        if row is None or not isinstance(code, DossierCode):
            return None
        return LookupSession(ref, code, row.factor, row.verified)

    def answered(self, connection: Connection, ref: str, factor: str, *, verified: bool) -> None:
        """Note the factor given and whether it was the dossier's, in the caller's transaction."""
        values = {"factor": factor, "verified": verified, "expires_at": self._expiry()}
        connection.execute(sa.update(DossierSession).where(DossierSession.ref == ref).values(values))

    def close(self, ref: str) -> None:
        """Forget the code at once."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(DossierSession).where(DossierSession.ref == ref))

    def purge(self) -> int:
        """Delete what has ended; return how many."""
        ended = DossierSession.expires_at <= datetime.now(timezone.utc)
        with self._engine.begin() as connection:
            return int(connection.execute(sa.delete(DossierSession).where(ended)).rowcount)

    def _expiry(self) -> datetime:
        return datetime.now(timezone.utc) + self._lifetime
