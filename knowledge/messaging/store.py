"""Operations on the inbox and the events. Blocking: the gateway calls them on a thread of their own.

A message costs two short transactions: one at receipt, one at completion. The statements of this path are
built once, as constants: building one anew costs SQLAlchemy more time than SQLite needs to run it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, bindparam
from sqlalchemy.exc import IntegrityError

from knowledge.messaging.claiming import LEASE
from knowledge.messaging.events import append_event
from knowledge.messaging.models import Conversation, ConversationEvent, InboxMessage
from knowledge.messaging.outbox import put_turn
from knowledge.messaging.records import IncomingMessage, Reply, StoredEvent, StoredMessage
from knowledge.messaging.rows import MESSAGE, is_with_staff, kept_text, stored_message
from knowledge.privacy.sealing import Sealer

_NEWEST_PENDING = sa.select(sa.func.max(InboxMessage.id)).where(
    InboxMessage.conversation_id == bindparam("conversation"), InboxMessage.due_at.is_not(None)
)
_TOUCH = (
    sa.update(Conversation)
    .where(Conversation.channel == bindparam("its_channel"), Conversation.key == bindparam("its_key"))
    .values(last_seen_at=bindparam("moment"))
    .returning(Conversation.id, Conversation.handler, Conversation.handler_until)
)
_INSERT = sa.insert(InboxMessage).returning(InboxMessage.id)
_COMPLETE = (
    sa.update(InboxMessage)
    .where(InboxMessage.id == bindparam("row"), InboxMessage.handled_at.is_(None))
    .values(
        handled_at=bindparam("moment"), replies=bindparam("given"), sealed=None, due_at=None, attachments=None
    )
)
_OF_MESSAGE = sa.select(InboxMessage.conversation_id).where(InboxMessage.id == bindparam("row"))
_ITS_CONVERSATION = (
    sa.select(Conversation.id)
    .where(Conversation.id == _OF_MESSAGE.scalar_subquery())
    .with_for_update(key_share=True)
)
"""Locked before the message, as when one is taken in: the other way round two gateways block each other."""
_COMPLETE_AND_SEND = _COMPLETE.returning(InboxMessage.conversation_id)
_LISTENERS_A_QUERY = 500


class UnknownConversationError(LookupError):
    """No conversation has this channel and key."""


class MessageStore:
    """The inbox and the events of all conversations."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = engine
        self._sealer = sealer

    def ping(self) -> None:
        """Ask the database for a sign of life; raises SQLAlchemy's error when it gives none."""
        with self._engine.connect() as connection:
            connection.execute(sa.select(Conversation.id).limit(1))

    def open_conversation(self, channel: str, key: str) -> None:
        """Start a conversation; one that exists already is left as it is."""
        moment = _now()
        values = {"channel": channel, "key": key, "created_at": moment, "last_seen_at": moment}
        with suppress(IntegrityError), self._engine.begin() as connection:
            connection.execute(sa.insert(Conversation), values)

    def conversation_exists(self, channel: str, key: str) -> bool:
        """Tell whether the conversation was opened."""
        with self._engine.connect() as connection:
            return _find(connection, channel, key) is not None

    def receive(self, message: IncomingMessage) -> StoredMessage:
        """Store a message, or return the stored one when its id came before in this conversation.

        Raises:
            UnknownConversationError: the conversation was never opened.
        """
        moment = _now()
        try:
            return self._insert(message, moment)
        except IntegrityError:
            stored = self._find_message(message)
            if stored is None:
                raise
            return stored

    def _insert(self, message: IncomingMessage, moment: datetime) -> StoredMessage:
        with self._engine.begin() as connection:
            conversation = connection.execute(
                _TOUCH, {"its_channel": message.channel, "its_key": message.conversation, "moment": moment}
            ).one_or_none()
            if conversation is None:
                raise UnknownConversationError(message.channel)
            values = {
                "conversation_id": conversation.id,
                "message_id": message.message_id,
                **kept_text(self._sealer, message.text),
                "payload": message.payload,
                "truncated": message.truncated,
                "received_at": moment,
                "due_at": moment + LEASE,
            }
            waits_for = connection.execute(_NEWEST_PENDING, {"conversation": conversation.id}).scalar_one()
            row = int(connection.execute(_INSERT, values).scalar_one())
        with_staff = is_with_staff(conversation.handler, conversation.handler_until, moment)
        return StoredMessage(
            row,
            message,
            moment,
            None,
            0,
            claimed_until=values["due_at"],
            waits_for=waits_for,
            with_staff=with_staff,
        )

    def _stored(self, row: sa.Row[Any]) -> StoredMessage:
        return stored_message(self._sealer, row, _now())

    def _find_message(self, message: IncomingMessage) -> StoredMessage | None:
        query = (
            sa.select(*MESSAGE)
            .join(Conversation)
            .where(Conversation.channel == message.channel, Conversation.key == message.conversation)
            .where(InboxMessage.message_id == message.message_id)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return self._stored(row) if row is not None else None

    def complete(self, row: int, replies: list[Reply], *, send: bool = False) -> None:
        """Record the replies of a message; replies recorded before stay (nothing is answered twice).

        With ``send`` they go to the outbox in the same transaction.
        """
        moment = _now()
        values = {"row": row, "moment": moment, "given": replies}
        with self._engine.begin() as connection:
            if not send:
                connection.execute(_COMPLETE, values)
                return
            connection.execute(_ITS_CONVERSATION, {"row": row})
            conversation_id = connection.execute(_COMPLETE_AND_SEND, values).scalar_one_or_none()
            if conversation_id is not None:
                put_turn(connection, self._sealer, conversation_id, row, replies, moment)

    def record_failure(self, row: int) -> None:
        """Count that handing the message over failed; it stays unhandled until its sender tries again."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(InboxMessage)
                .where(InboxMessage.id == row)
                .values(failed_attempts=InboxMessage.failed_attempts + 1, due_at=None)
            )

    def history(self, channel: str, key: str, limit: int) -> list[StoredMessage]:
        """The newest ``limit`` messages of a conversation, oldest first.

        Raises:
            UnknownConversationError: the conversation was never opened.
        """
        with self._engine.connect() as connection:
            conversation_id = _require(connection, channel, key)
            query = (
                sa.select(*MESSAGE)
                .join(Conversation)
                .where(InboxMessage.conversation_id == conversation_id)
                .order_by(InboxMessage.id.desc())
                .limit(limit)
            )
            return [self._stored(row) for row in connection.execute(query)][::-1]

    def append_event(self, channel: str, key: str, body: dict[str, Any]) -> int:
        """Store an event outside a turn and return its sequence in the conversation.

        Raises:
            UnknownConversationError: the conversation was never opened.
        """
        with self._engine.begin() as connection:
            return append_event(connection, _require(connection, channel, key), body)

    def events(self, channel: str, key: str, after: int, limit: int = 100) -> list[StoredEvent]:
        """The oldest ``limit`` events with a sequence above ``after``."""
        query = (
            sa.select(ConversationEvent.sequence, ConversationEvent.body, ConversationEvent.created_at)
            .join(Conversation)
            .where(Conversation.channel == channel, Conversation.key == key)
            .where(ConversationEvent.sequence > after)
            .order_by(ConversationEvent.sequence)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [StoredEvent(*row) for row in connection.execute(query)]

    def last_events(self, channel: str, keys: Iterable[str]) -> dict[str, int]:
        """The newest sequence of each given conversation; 0 where nothing came yet."""
        wanted = list(keys)
        found: dict[str, int] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _LISTENERS_A_QUERY):
                part = wanted[start : start + _LISTENERS_A_QUERY]
                query = sa.select(Conversation.key, Conversation.last_event).where(
                    Conversation.channel == channel, Conversation.key.in_(part)
                )
                found.update((key, sequence) for key, sequence in connection.execute(query))
        return found


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _find(connection: Connection, channel: str, key: str) -> int | None:
    query = sa.select(Conversation.id).where(Conversation.channel == channel, Conversation.key == key)
    return connection.execute(query).scalar_one_or_none()


def _require(connection: Connection, channel: str, key: str) -> int:
    conversation_id = _find(connection, channel, key)
    if conversation_id is None:
        raise UnknownConversationError(channel)
    return conversation_id
