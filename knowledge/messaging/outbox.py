"""The outbox: what has to reach citizens by channels that we send to. Blocking, like the inbox.

Several gateways may send: each claims rows for a while (`LEASE`), the oldest of each conversation only,
and renews its claims while it lives.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from knowledge.messaging.choices import with_numbers
from knowledge.messaging.claiming import claim_heads, renew_claims
from knowledge.messaging.models import (
    DEAD,
    DOUBTFUL,
    PENDING,
    REASON_CHARS,
    SENDING,
    SENT,
    Conversation,
    ConversationEvent,
    OutboxMessage,
)
from knowledge.messaging.records import Delivery, Reply
from knowledge.privacy.sealing import Sealer

_EVENT = "event:"
_OF_CONVERSATION = (Conversation.address, Conversation.gone_at, Conversation.last_seen_at)


def put_turn(
    connection: Connection,
    sealer: Sealer,
    conversation_id: int,
    row: int,
    replies: list[Reply],
    now: datetime,
) -> None:
    """Put the replies of the message in ``row`` into the outbox and remember their buttons."""
    numbered, choices = with_numbers(replies)
    spoken = [_spoken(reply) for reply in numbered if reply["text"].strip()]
    channel = connection.execute(
        sa.update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(choices=choices or None)
        .returning(Conversation.channel)
    ).scalar_one()
    if spoken:
        sealed = sealer.seal(json.dumps(spoken, ensure_ascii=False))
        _put(connection, conversation_id, channel, f"turn:{row}", now, replies=sealed)


def put_event(
    connection: Connection, conversation_id: int, channel: str, sequence: int, now: datetime
) -> None:
    """Put an event into the outbox; its text is read from the event when it is sent."""
    _put(connection, conversation_id, channel, f"{_EVENT}{sequence}", now)


def _put(
    connection: Connection, conversation_id: int, channel: str, origin: str, now: datetime, **values: object
) -> None:
    row = {"conversation_id": conversation_id, "channel": channel, "origin": origin, **values}
    connection.execute(sa.insert(OutboxMessage).values(**row, created_at=now, due_at=now))


def _spoken(reply: Reply) -> Reply:
    """The part of a reply that a channel shows, and whether it is to be kept from being forwarded."""
    shown: Reply = {"text": reply["text"], "buttons": reply.get("buttons") or []}
    return {**shown, "protected": True} if reply.get("protected") is True else shown


class OutboxStore:
    """Operations on the outbox."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = engine
        self._sealer = sealer

    def claim(self, channel: str, limit: int, now: datetime, until: datetime) -> list[Delivery]:
        """Claim up to ``limit`` rows of ``channel`` that are due, at most one of a conversation.

        A row that is still marked as being sent was left so by a crash: it comes back as doubtful.
        """
        with self._engine.begin() as connection:
            rows = claim_heads(connection, OutboxMessage, limit, now, until, OutboxMessage.channel == channel)
            if not rows:
                return []
            connection.execute(
                sa.update(OutboxMessage)
                .where(OutboxMessage.id.in_(rows), OutboxMessage.state == SENDING)
                .values(state=DOUBTFUL)
            )
            query = (
                sa.select(*OutboxMessage.__table__.c, *_OF_CONVERSATION)
                .join(Conversation, Conversation.id == OutboxMessage.conversation_id)
                .where(OutboxMessage.id.in_(rows))
                .order_by(OutboxMessage.id)
            )
            return [self._delivery(connection, row) for row in connection.execute(query).all()]

    def _delivery(self, connection: Connection, row: sa.Row[Any]) -> Delivery:
        parts = self._opened(row.parts)
        replies: list[Reply] | None = []
        if parts is None and row.origin.startswith(_EVENT):
            replies = _event_replies(connection, row.conversation_id, row.origin)
        elif parts is None:
            replies = self._opened(row.replies)
        return Delivery(
            row.id,
            row.conversation_id,
            self._sealer.open(row.address) if row.address else None,
            replies,
            parts,
            row.next_part,
            row.attempts,
            is_doubtful=row.state == DOUBTFUL,
            is_gone=row.gone_at is not None,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            claimed_until=row.due_at,
        )

    def _opened(self, sealed: str | None) -> list[Any] | None:
        text = self._sealer.open(sealed) if sealed else None
        return None if text is None else list(json.loads(text))

    def begin(self, row: int, parts: Sequence[dict[str, Any]] | None) -> None:
        """Mark that the next part is being sent; ``parts`` are given once, when they were just made."""
        values: dict[str, Any] = {"state": SENDING}
        if parts is not None:
            values |= {"parts": self._sealer.seal(json.dumps(list(parts))), "replies": None}
        repeated = sa.case((OutboxMessage.state == DOUBTFUL, 1), else_=0)
        self._update(row, **values, doubled=OutboxMessage.doubled + repeated)

    def part_sent(self, row: int, next_part: int, remote_id: str) -> None:
        """Record that the channel took a part; the next one is being sent from now on."""
        self._update(row, next_part=next_part, remote_id=remote_id or None, attempts=0)

    def finish(self, row: int, remote_id: str, now: datetime) -> None:
        """Record that the channel took the last part: nothing of the text is kept."""
        self._end(row, SENT, now, remote_id=remote_id or None, reason=None)

    def retry(self, row: int, reason: str, due: datetime, *, doubtful: bool) -> None:
        """Note a failed attempt; the row is due again then."""
        state = DOUBTFUL if doubtful else PENDING
        values = {"state": state, "attempts": OutboxMessage.attempts + 1, "reason": reason[:REASON_CHARS]}
        self._update(row, **values, due_at=due)

    def bury(self, row: int, reason: str, now: datetime) -> None:
        """Give a row up for ``reason``; the next of its conversation goes on."""
        self._end(row, DEAD, now, reason=reason[:REASON_CHARS])

    def _end(self, row: int, state: str, now: datetime, **values: object) -> None:
        self._update(row, state=state, due_at=None, done_at=now, replies=None, parts=None, **values)

    def _update(self, row: int, **values: object) -> None:
        with self._engine.begin() as connection:
            statement = sa.update(OutboxMessage).where(OutboxMessage.id == row)
            connection.execute(statement.where(OutboxMessage.due_at.is_not(None)).values(**values))

    def renew(self, rows: Sequence[int], until: datetime) -> list[int]:
        """Keep rows claimed until then; return those that still were."""
        with self._engine.begin() as connection:
            return renew_claims(connection, OutboxMessage, rows, until)

    def release_all(self, now: datetime) -> None:
        """Make every claimed row due: there is one gateway, and it has just started."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(OutboxMessage).where(OutboxMessage.state == SENDING).values(due_at=now)
            )

    def waiting(self) -> dict[str, int]:
        """How many rows of each channel wait."""
        query = sa.select(OutboxMessage.channel, sa.func.count()).where(OutboxMessage.due_at.is_not(None))
        with self._engine.connect() as connection:
            return dict(connection.execute(query.group_by(OutboxMessage.channel)).tuples().all())

    def purge(self, before: datetime) -> int:
        """Delete what was done before then; return how many rows that were."""
        with self._engine.begin() as connection:
            done = sa.delete(OutboxMessage).where(OutboxMessage.done_at < before)
            return int(connection.execute(done).rowcount)


def _event_replies(connection: Connection, conversation_id: int, origin: str) -> list[Reply]:
    body = connection.execute(
        sa.select(ConversationEvent.body).where(
            ConversationEvent.conversation_id == conversation_id,
            ConversationEvent.sequence == int(origin.removeprefix(_EVENT)),
        )
    ).scalar_one()
    numbered, _ = with_numbers([{"text": body.get("text", ""), "buttons": body.get("buttons") or []}])
    if body.get("notice"):
        numbered[-1]["notice"] = body["notice"]
    if body.get("protected") is True:
        numbered[-1]["protected"] = True
    return numbered
