"""Where Rasa keeps conversations: one short row each, instead of one row per event for ever."""

from __future__ import annotations

import json
import os
import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.history import shorten

DATABASE_VARIABLE = "DATABASE_URL"
FILE_VARIABLE = "TTHC_TRACKER_DB"
SECONDS_PER_DAY = 86_400
_CACHED_CONVERSATIONS = 2_000
_SAVES_BETWEEN_PURGES = 500

_METADATA = sa.MetaData()
_STATES = sa.Table(
    "dialogue_states",
    _METADATA,
    sa.Column("sender", sa.String(255), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False, index=True, comment="seconds since 1970"),
    sa.Column("events", sa.Text, nullable=False, comment="JSON list of the last turns' events"),
)


class ConversationStore(TrackerStore):
    """Tracker store that holds each conversation's last turns and slots in one row.

    Rasa's own SQL store reads every event of the session before each message and counts them again after it,
    and never deletes any (docs/nlu.md has the figures). This one

    * keeps ``max_turns`` turns (``bot.dialogue.history``) and deletes rows unused for ``keep_days``;
    * holds trackers in memory and uses one again only when the row's version is still the one it saved, so
      several Rasa processes may share a PostgreSQL database;
    * hands a held tracker out for one turn: a turn that fails is not saved and leaves nothing behind.

    ``url`` in endpoints.yml is a SQLite file of its own (no contention with the gateway's writes). The
    environment may place that file elsewhere (``TTHC_TRACKER_DB``); when its ``DATABASE_URL`` names
    PostgreSQL, that is used instead.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        max_turns: int = 3,
        keep_days: float = 30,
    ) -> None:
        """Open the database and make the table when it is not there (``host`` is the endpoint's ``url``)."""
        super().__init__(domain, event_broker)
        self._max_turns = max_turns
        self._keep_seconds = keep_days * SECONDS_PER_DAY
        self.engine = _open_engine(_choose_url(host))
        self._held: OrderedDict[str, tuple[int, DialogueStateTracker]] = OrderedDict()
        self._saves = 0
        _METADATA.create_all(self.engine)

    @property
    def domain(self) -> Domain:
        """The domain of the loaded model."""
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        """Take the domain of a newly loaded model; trackers held were made for the old one."""
        self._domain = domain or Domain.empty()
        self._held.clear()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation as it was last saved, or None when it is new."""
        version, held = self._held.pop(sender_id, (None, None))
        query = sa.select(_STATES.c.version).where(_STATES.c.sender == sender_id)
        with self.engine.connect() as connection:
            stored = connection.execute(query).scalar()
            if stored is None:
                return None
            if stored == version:
                return held
            text = connection.execute(query.with_only_columns(_STATES.c.events)).scalar_one()
        return DialogueStateTracker.from_dict(sender_id, json.loads(text), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the conversation's last turns and hold the tracker for the next message."""
        await self.stream_events(tracker)
        shorten(tracker, self._max_turns)
        version = time.time_ns()
        row = {
            "sender": tracker.sender_id,
            "version": version,
            "updated_at": time.time(),
            "events": json.dumps([event.as_dict() for event in tracker.events], ensure_ascii=False),
        }
        with self.engine.begin() as connection:
            if not connection.execute(_update(row)).rowcount:
                connection.execute(_STATES.insert().values(row))
        self._hold(tracker, version)
        self._purge_now_and_then()

    async def keys(self) -> Iterable[str]:
        """Return the keys of all conversations kept."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(_STATES.c.sender)).scalars())

    def purge(self, now: float) -> int:
        """Delete what was unused for ``keep_days`` at ``now`` (seconds since 1970); return how many."""
        old = _STATES.c.updated_at < now - self._keep_seconds
        with self.engine.begin() as connection:
            return int(connection.execute(_STATES.delete().where(old)).rowcount)

    def _hold(self, tracker: DialogueStateTracker, version: int) -> None:
        self._held[tracker.sender_id] = (version, tracker)
        if len(self._held) > _CACHED_CONVERSATIONS:
            self._held.popitem(last=False)

    def _purge_now_and_then(self) -> None:
        if self._saves % _SAVES_BETWEEN_PURGES == 0:
            self.purge(time.time())
        self._saves += 1


def _update(row: dict[str, Any]) -> sa.Update:
    return _STATES.update().where(_STATES.c.sender == row["sender"]).values(row)


def _choose_url(configured: str | None) -> sa.URL:
    """Return PostgreSQL when the environment names it, else the file it names, else the configured URL.

    Raises:
        ValueError: neither is there.
    """
    shared = os.environ.get(DATABASE_VARIABLE, "")
    if shared.startswith("postgresql"):
        return sa.make_url(shared)
    if os.environ.get(FILE_VARIABLE):
        return sa.URL.create("sqlite", database=os.environ[FILE_VARIABLE])
    if not configured:
        raise ValueError("tracker_store in endpoints.yml needs url, such as sqlite:///var/dialogue.db")
    return sa.make_url(configured)


def _open_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite")
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        sa.event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:  # noqa: ANN401 - DBAPI connection
    """Let readers and the writer not wait for each other; a power cut may cost the last turns' context."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
