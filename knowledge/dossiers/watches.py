"""Subscriptions: who wants to be told when a dossier changes, or when its system answers again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from knowledge.dossiers.codes import DossierCode, read_code
from knowledge.dossiers.models import DossierWatch
from knowledge.dossiers.policy import Policy
from knowledge.dossiers.records import DossierView
from knowledge.dossiers.verification import code_hash
from knowledge.messaging.events import append_event
from knowledge.messaging.models import Conversation
from knowledge.privacy.sealing import Sealer

MOST_PAUSE = timedelta(hours=12)


class Subscribed(str, Enum):
    """What became of a wish to be told."""

    NEW = "new"
    KNOWN = "known"
    TOO_MANY = "too_many"
    NOT_HERE = "not_here"
    """There is no such conversation (a tool without a gateway)."""


class End(str, Enum):
    """Why a subscription ended."""

    FINAL = "final"
    ASKED = "asked"
    EXPIRED = "expired"
    GONE = "gone"


@dataclass(frozen=True)
class Watch:
    """A subscription that is due."""

    id: int
    conversation_id: int
    code: DossierCode
    factor: str
    seen: str | None
    failed_checks: int
    expires_at: datetime


def watch_mark(sealer: Sealer, view: DossierView) -> str:
    """Return the keyed hash of what a citizen would be told of: status, promised day, supplement, handler."""
    due = view.due_at.isoformat() if view.due_at else ""
    status = str(int(view.status)) if view.status is not None else view.status_text
    return sealer.hash("dossier-seen", f"{view.code.text}\0{status}\0{due}\0{view.supplement_note}")


class Watches:
    """Subscriptions in the database; blocking."""

    def __init__(self, engine: Engine, sealer: Sealer, policy: Policy) -> None:
        self._engine = engine
        self._sealer = sealer
        self._policy = policy

    def subscribe(
        self, origin: str, channel: str, key: str, code: DossierCode, factor: str, seen: DossierView | None
    ) -> Subscribed:
        """Note the wish; without ``seen`` the next answer of the system itself is the news."""
        moment = datetime.now(timezone.utc)
        with self._engine.begin() as connection:
            conversation = _conversation(connection, channel, key)
            if conversation is None:
                return Subscribed.NOT_HERE
            active = self._active(connection, conversation)
            dossier = code_hash(self._sealer, code)
            if dossier in active:
                return Subscribed.KNOWN
            if len(active) >= self._policy.watches_per_conversation:
                return Subscribed.TOO_MANY
        values = {
            "origin": origin,
            "conversation_id": conversation,
            "code_hash": dossier,
            "code": self._sealer.seal(code.text),
            "factor": factor,
            "seen": watch_mark(self._sealer, seen) if seen is not None else None,
            "created_at": moment,
            "next_check_at": moment + (self._pause() if seen is not None else timedelta(minutes=1)),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(DossierWatch), values)
        except IntegrityError:
            return Subscribed.KNOWN
        return Subscribed.NEW

    def _active(self, connection: Connection, conversation: int) -> set[str]:
        query = sa.select(DossierWatch.code_hash).where(
            DossierWatch.conversation_id == conversation, DossierWatch.ended_at.is_(None)
        )
        return set(connection.execute(query).scalars())

    def count(self, channel: str, key: str) -> int:
        """Return how many subscriptions a conversation has."""
        with self._engine.connect() as connection:
            conversation = _conversation(connection, channel, key)
            return 0 if conversation is None else len(self._active(connection, conversation))

    def unsubscribe(self, channel: str, key: str) -> int:
        """End all subscriptions of a conversation; return how many."""
        with self._engine.begin() as connection:
            conversation = _conversation(connection, channel, key)
            own = (DossierWatch.conversation_id == conversation, DossierWatch.ended_at.is_(None))
            return int(connection.execute(_ending(End.ASKED).where(*own)).rowcount)

    def due(self, now: datetime) -> list[Watch]:
        """The subscriptions to be looked after now, the longest waiting first."""
        query = (
            sa.select(DossierWatch)
            .where(DossierWatch.ended_at.is_(None), DossierWatch.next_check_at <= now)
            .order_by(DossierWatch.next_check_at)
            .limit(self._policy.watch_batch)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        found = [self._watch(row, now) for row in rows]
        return [watch for watch in found if watch is not None]

    def _watch(self, row: sa.Row[tuple[DossierWatch]], now: datetime) -> Watch | None:
        values = row._mapping  # noqa: SLF001 - SQLAlchemy's name for it
        text = self._sealer.open(values["code"] or "")
        code = read_code(text, now.date() + timedelta(days=1)) if text else None
        if not isinstance(code, DossierCode):  # sealed with a key that is no longer ours
            with self._engine.begin() as connection:
                connection.execute(_ending(End.GONE).where(DossierWatch.id == values["id"]))
            return None
        expires = values["created_at"] + timedelta(days=self._policy.watch_days)
        return Watch(
            values["id"],
            values["conversation_id"],
            code,
            values["factor"],
            values["seen"],
            values["failed_checks"],
            expires,
        )

    def mark(self, view: DossierView) -> str:
        """Return the mark of what a view says."""
        return watch_mark(self._sealer, view)

    def tell(self, watch: Watch, mark: str | None, body: dict[str, object], end: End | None) -> bool:
        """Say something to the citizen, note it and perhaps end the subscription, in one transaction.

        Returns False when another process was quicker: then nothing was said.
        """
        unchanged = DossierWatch.seen.is_(None) if watch.seen is None else DossierWatch.seen == watch.seen
        news = {
            "seen": mark,
            "notices": DossierWatch.notices + 1,
            "failed_checks": 0,
            "next_check_at": datetime.now(timezone.utc) + self._pause(),
        }
        mine = (DossierWatch.id == watch.id, DossierWatch.ended_at.is_(None), unchanged)
        update = (sa.update(DossierWatch) if end is None else _ending(end)).where(*mine).values(news)
        with self._engine.begin() as connection:
            if not connection.execute(update).rowcount:
                return False
            append_event(connection, watch.conversation_id, body)
        return True

    def postpone(self, watch: Watch, *, failed: bool) -> None:
        """Look again later; after failures ever later."""
        failures = watch.failed_checks + 1 if failed else 0
        pause = min(self._pause() * 2 ** min(failures, 6), MOST_PAUSE) if failed else self._pause()
        values = {"failed_checks": failures, "next_check_at": datetime.now(timezone.utc) + pause}
        with self._engine.begin() as connection:
            connection.execute(sa.update(DossierWatch).where(DossierWatch.id == watch.id).values(values))

    def _pause(self) -> timedelta:
        """Not all at once: the systems are asked evenly over time."""
        minutes = self._policy.watch_every_minutes
        return timedelta(minutes=random.uniform(minutes, minutes * 1.2))  # noqa: S311 - spreads load


def _ending(end: End) -> sa.Update:
    moment = datetime.now(timezone.utc)
    return sa.update(DossierWatch).values(ended_at=moment, end_reason=end.value, code=None)


def _conversation(connection: Connection, channel: str, key: str) -> int | None:
    query = sa.select(Conversation.id).where(Conversation.channel == channel, Conversation.key == key)
    return connection.execute(query).scalar_one_or_none()
