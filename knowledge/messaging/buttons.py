"""Short names for the payloads of buttons, where a channel's buttons carry only a few bytes. Blocking."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.database.engine import SessionFactory
from knowledge.messaging.models import ButtonPayload
from knowledge.privacy.sealing import Sealer

NAME_CHARS = 24
"""96 bits of a keyed hash, in hex."""
_NAME = re.compile(f"[0-9a-f]{{{NAME_CHARS}}}")
REMEMBERED = 10_000
TOUCHED_EVERY = timedelta(days=1)


class ButtonStore:
    """Gives payloads names, and names their payloads back, for as long as somebody may tap the button."""

    def __init__(self, sessions: SessionFactory, sealer: Sealer) -> None:
        self._sessions = sessions
        self._sealer = sealer
        self._stored: OrderedDict[str, datetime] = OrderedDict()

    def name(self, payload: str) -> str:
        """Return the name of a payload, the same at every call; nothing is stored."""
        return self._sealer.hash("button", payload)[:NAME_CHARS]

    def keep(self, payloads: Iterable[str]) -> None:
        """Store payloads so that their names are understood later; what was stored today costs nothing."""
        now = datetime.now(timezone.utc)
        named = {self.name(payload): payload for payload in payloads}
        new = {name: payload for name, payload in named.items() if self._is_due(name, now)}
        if not new:
            return
        rows = [{"name": name, "payload": payload, "used_at": now} for name, payload in new.items()]
        with self._sessions.begin() as session:
            dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            insert = dialect.insert(ButtonPayload).values(rows)
            session.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"used_at": now}))
        for name in new:
            self._stored[name] = now
            self._stored.move_to_end(name)
        while len(self._stored) > REMEMBERED:
            self._stored.popitem(last=False)

    def _is_due(self, name: str, now: datetime) -> bool:
        stored = self._stored.get(name)
        return stored is None or now - stored > TOUCHED_EVERY

    def payload(self, name: str) -> str | None:
        """Return the payload of a name; None for a name that is not ours or was forgotten."""
        if not _NAME.fullmatch(name):
            return None
        query = sa.select(ButtonPayload.payload).where(ButtonPayload.name == name)
        with self._sessions() as session:
            return session.execute(query).scalar_one_or_none()
