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

from bot.dialogue.domain import settle_emptiness
from bot.dialogue.history import shorten
from bot.dialogue.keeping import mask_last_turn
from bot.dialogue.turn import AnsweredBefore, Turn, TurnNotStored, TurnWithoutReply, turn_under_way

DATABASE_VARIABLE = "DATABASE_URL"
FILE_VARIABLE = "TTHC_TRACKER_DB"
SECONDS_PER_DAY = 86_400
_CACHED_CONVERSATIONS = 2_000
_SAVES_BETWEEN_PURGES = 500

_METADATA = sa.MetaData()
_STATES = sa.Table(
    "conversation_memory",
    _METADATA,
    sa.Column("sender", sa.String(255), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False, index=True, comment="seconds since 1970"),
    sa.Column("events", sa.Text, nullable=False, comment="JSON list of the last turns' events"),
    sa.Column("message_id", sa.String(255), comment="the message of the last turn"),
    sa.Column("replies", sa.Text, comment="JSON of the last turn's replies, for a day"),
)

_OF_SENDER = _STATES.c.sender == sa.bindparam("its_sender")
_FIND = sa.select(_STATES.c.version, _STATES.c.message_id).where(_OF_SENDER)
_EVENTS = sa.select(_STATES.c.events).where(_OF_SENDER)
_REPLIES = sa.select(_STATES.c.replies).where(_OF_SENDER)
_UPDATE = _STATES.update().where(_OF_SENDER)
_UPDATE_AS_FOUND = _UPDATE.where(_STATES.c.version == sa.bindparam("found_version"))
_INSERT = _STATES.insert()
"""Statements of every turn, built once: building one anew costs more than SQLite needs to run it."""


class ConversationStore(TrackerStore):
    """Tracker store that holds each conversation's last turns and slots in one row.

    Rasa's own SQL store reads every event of the session before each message and counts them again after it,
    and never deletes any (docs/nlu.md has the figures). This one

    * keeps ``max_turns`` turns (``bot.dialogue.history``) and deletes rows unused for ``keep_days``;
    * holds trackers in memory and uses one again only when the row's version is still the one it saved, so
      several Rasa processes may share a PostgreSQL database;
    * hands a held tracker out for one turn: a turn that fails is not saved and leaves nothing behind;
    * saves a turn's replies and its message's id together with what the turn changed, and ends a turn of the
      same message with them (``bot.dialogue.turn``): a message handed over again acts once;
    * keeps texts masked (``bot.dialogue.keeping``).

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
        with self.engine.begin() as connection:  # of earlier versions: it has texts that were not masked
            connection.execute(sa.text("DROP TABLE IF EXISTS dialogue_states"))

    @property
    def domain(self) -> Domain:
        """The domain of the loaded model."""
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        """Take the domain of a newly loaded model; trackers held were made for the old one."""
        self._domain = domain or Domain.empty()
        settle_emptiness(self._domain)
        self._held.clear()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation as it was last saved, or None when it is new.

        Raises:
            AnsweredBefore: the turn under way is one of a message that was answered already.
            TurnNotStored: the store cannot be read in a turn, which must not go on as a new conversation.
        """
        turn = turn_under_way()
        if turn is None:
            return self._read(sender_id, None)
        try:
            return self._read(sender_id, turn)
        except sa.exc.SQLAlchemyError as error:
            raise TurnNotStored("the conversation cannot be read") from error

    def _read(self, sender_id: str, turn: Turn | None) -> DialogueStateTracker | None:
        key = {"its_sender": sender_id}
        with self.engine.connect() as connection:
            found = connection.execute(_FIND, key).first()
            if found is None:
                self._held.pop(sender_id, None)
                return None
            if turn is not None:
                _end_when_answered(connection, key, found, turn)
                turn.version = found.version
            version, held = self._held.pop(sender_id, (None, None))
            if found.version == version:
                return held
            text = connection.execute(_EVENTS, key).scalar_one()
        return DialogueStateTracker.from_dict(sender_id, json.loads(text), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the conversation's last turns and hold the tracker for the next message.

        Raises:
            TurnWithoutReply: the turn under way said nothing: its action failed.
            TurnNotStored: another process changed the conversation meanwhile, or the store cannot be written.
        """
        await self.stream_events(tracker)
        turn = turn_under_way()
        is_answered = turn is not None and tracker.latest_message.message_id == turn.message_id
        if turn is not None and is_answered and not turn.replies:
            raise TurnWithoutReply
        ends_turn = turn is not None and bool(turn.replies)  # also when it was restarted: erased
        mask_last_turn(tracker)
        shorten(tracker, self._max_turns)
        version = time.time_ns()
        row = {
            "sender": tracker.sender_id,
            "version": version,
            "updated_at": time.time(),
            "events": json.dumps([event.as_dict() for event in tracker.events], ensure_ascii=False),
        }
        if turn is None:
            self._write(row, _UPDATE, {})
        else:
            if ends_turn:
                row |= {
                    "message_id": turn.message_id,
                    "replies": json.dumps(turn.replies, ensure_ascii=False),
                }
            self._write_turn(row, turn)
            turn.version, turn.stored = version, row.get("replies")
        if turn is None or ends_turn:  # a tracker just made for a turn is still being changed
            self._hold(tracker, version)
        self._purge_now_and_then()

    def _write(self, row: dict[str, Any], update: sa.Update, found: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            changed = connection.execute(update, {**row, **found, "its_sender": row["sender"]})
            if not changed.rowcount:
                connection.execute(_INSERT, row)

    def _write_turn(self, row: dict[str, Any], turn: Turn) -> None:
        """Write what the turn ends with, if the conversation is still as the turn found it."""
        try:
            self._write(row, _UPDATE_AS_FOUND, {"found_version": turn.version})
        except sa.exc.SQLAlchemyError as error:
            raise TurnNotStored(type(error).__name__) from error

    async def keys(self) -> Iterable[str]:
        """Return the keys of all conversations kept."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(_STATES.c.sender)).scalars())

    def purge(self, now: float) -> int:
        """Delete what was unused for ``keep_days`` at ``now`` (seconds since 1970); return how many.

        The replies of a last turn go after a day: no message is handed over again so late.
        """
        old = _STATES.c.updated_at < now - self._keep_seconds
        answered = sa.and_(_STATES.c.replies.is_not(None), _STATES.c.updated_at < now - SECONDS_PER_DAY)
        with self.engine.begin() as connection:
            connection.execute(_STATES.update().where(answered).values(replies=None, message_id=None))
            return int(connection.execute(_STATES.delete().where(old)).rowcount)

    def _hold(self, tracker: DialogueStateTracker, version: int) -> None:
        self._held[tracker.sender_id] = (version, tracker)
        if len(self._held) > _CACHED_CONVERSATIONS:
            self._held.popitem(last=False)

    def _purge_now_and_then(self) -> None:
        if self._saves % _SAVES_BETWEEN_PURGES == 0:
            self.purge(time.time())
        self._saves += 1


def _end_when_answered(
    connection: sa.Connection, key: dict[str, str], found: sa.Row[Any], turn: Turn
) -> None:
    if found.message_id == turn.message_id:
        raise AnsweredBefore(connection.execute(_REPLIES, key).scalar_one())


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
