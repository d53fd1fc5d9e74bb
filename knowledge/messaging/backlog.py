"""Messages that a gateway takes up by itself: those of channels nobody waits at, those of a crashed gateway.

Blocking, like the inbox. A message is claimed for a while; who lives renews its claims.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, bindparam
from sqlalchemy.exc import IntegrityError

from knowledge.messaging.choices import Choice, chosen_payload
from knowledge.messaging.claiming import claim_heads, renew_claims
from knowledge.messaging.events import append_event
from knowledge.messaging.models import STAFF, Conversation, InboxMessage
from knowledge.messaging.records import IncomingMessage, StoredMessage
from knowledge.messaging.rows import MESSAGE, kept_attachments, kept_text, stored_message
from knowledge.privacy.sealing import Sealer

_TOUCH = (
    sa.update(Conversation)
    .where(Conversation.channel == bindparam("its_channel"), Conversation.key == bindparam("its_key"))
    .values(last_seen_at=bindparam("moment"), gone_at=None, is_group=bindparam("grouped"))
    .returning(Conversation.id, Conversation.choices)
)
_OPEN = sa.insert(Conversation).returning(Conversation.id)
_INSERT = sa.insert(InboxMessage)


class Backlog:
    """Takes in what channels deliver, and gives out what is due."""

    def __init__(self, engine: Engine, sealer: Sealer, clock: Callable[[], datetime] | None = None) -> None:
        self._engine = engine
        self._sealer = sealer
        self._clock = clock or _now

    def take_in(self, message: IncomingMessage, address: str, *, by_number: bool) -> bool:
        """Store a message a channel delivered, due at once; False when its id came before.

        A text that names one of the buttons said last becomes that button's payload.
        """
        moment = self._clock()
        try:
            with self._engine.begin() as connection:
                conversation_id, choices = self._conversation(connection, message, address, moment)
                payload = message.payload
                if message.text is not None and choices:
                    payload = chosen_payload(choices, message.text, by_number=by_number)
                values = {
                    "conversation_id": conversation_id,
                    "message_id": message.message_id,
                    **kept_text(self._sealer, message.text if payload is None else None),
                    "payload": payload,
                    "truncated": message.truncated,
                    "attachments": kept_attachments(self._sealer, message),
                    "sent_at": message.sent_at,
                    "received_at": moment,
                    "due_at": moment,
                }
                connection.execute(_INSERT, values)
        except IntegrityError:
            if not self._is_stored(message):
                raise
            return False
        return True

    def _conversation(
        self, connection: Connection, message: IncomingMessage, address: str, moment: datetime
    ) -> tuple[int, list[Choice]]:
        """Find or open the message's conversation; whoever writes again is there again."""
        touched = {
            "its_channel": message.channel,
            "its_key": message.conversation,
            "moment": moment,
            "grouped": message.is_group,
        }
        found = connection.execute(_TOUCH, touched).one_or_none()
        if found is not None:
            return found.id, found.choices or []
        values = {
            "channel": message.channel,
            "key": message.conversation,
            "created_at": moment,
            "last_seen_at": moment,
            "is_group": message.is_group,
            "address": self._sealer.seal(address),
        }
        try:
            with connection.begin_nested():
                return int(connection.execute(_OPEN, values).scalar_one()), []
        except IntegrityError:  # opened by another gateway in this moment
            again = connection.execute(_TOUCH, touched).one()
            return again.id, again.choices or []

    def _is_stored(self, message: IncomingMessage) -> bool:
        query = (
            sa.select(InboxMessage.id)
            .join(Conversation)
            .where(Conversation.channel == message.channel, Conversation.key == message.conversation)
            .where(InboxMessage.message_id == message.message_id)
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def say(self, channel: str, key: str, text: str) -> None:
        """Tell the citizen something outside a turn; an unknown conversation is passed over."""
        self._with_conversation(
            channel, key, lambda connection, row: append_event(connection, row, _said(text))
        )

    def note_gone(self, channel: str, key: str) -> None:
        """Note that the person left: nothing is sent there until they write again."""
        gone = sa.update(Conversation).values(gone_at=self._clock())
        self._with_conversation(
            channel, key, lambda connection, row: connection.execute(gone.where(Conversation.id == row))
        )

    def silence(self, channel: str, key: str, silence: timedelta) -> None:
        """Leave the conversation to the staff for a while; one that the staff hold anyway stays theirs."""
        until = self._clock() + silence
        open_ended = sa.and_(Conversation.handler == STAFF, Conversation.handler_until.is_(None))
        silenced = (
            sa.update(Conversation).where(sa.not_(open_ended)).values(handler=STAFF, handler_until=until)
        )
        self._with_conversation(
            channel, key, lambda connection, row: connection.execute(silenced.where(Conversation.id == row))
        )

    def mark_gone(self, conversation_id: int) -> None:
        """Note that the channel says the person left."""
        gone = sa.update(Conversation).where(Conversation.id == conversation_id)
        with self._engine.begin() as connection:
            connection.execute(gone.values(gone_at=self._clock()))

    def erase(self, channel: str, key: str) -> None:
        """Delete a conversation with its messages, events and what was to be sent."""
        self._with_conversation(
            channel,
            key,
            lambda connection, row: connection.execute(sa.delete(Conversation).where(Conversation.id == row)),
        )

    def _with_conversation(self, channel: str, key: str, action: Callable[[Connection, int], Any]) -> None:
        query = sa.select(Conversation.id).where(Conversation.channel == channel, Conversation.key == key)
        with self._engine.begin() as connection:
            row = connection.execute(query).scalar_one_or_none()
            if row is not None:
                action(connection, row)

    def claim(self, limit: int, until: datetime) -> list[StoredMessage]:
        """Claim up to ``limit`` due messages, at most one of a conversation."""
        moment = self._clock()
        with self._engine.begin() as connection:
            rows = claim_heads(connection, InboxMessage, limit, moment, until)
            if not rows:
                return []
            query = sa.select(*MESSAGE).join(Conversation).where(InboxMessage.id.in_(rows))
            found = connection.execute(query.order_by(InboxMessage.id)).all()
        return [replace(stored_message(self._sealer, row, moment), claimed_until=until) for row in found]

    def reclaim(self, row: int, until: datetime) -> bool:
        """Claim a message that failed, for its sender who tries again; False when another handles it."""
        given_up = sa.update(InboxMessage).where(
            InboxMessage.id == row, InboxMessage.handled_at.is_(None), InboxMessage.due_at.is_(None)
        )
        with self._engine.begin() as connection:
            return bool(connection.execute(given_up.values(due_at=until)).rowcount)

    def is_pending(self, row: int) -> bool:
        """Tell whether a gateway handles the message or will."""
        query = sa.select(InboxMessage.due_at).where(InboxMessage.id == row)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none() is not None

    def postpone(self, row: int, due: datetime, *, failed: bool) -> None:
        """Put a claimed message back until then; ``failed``: though everything it needs was there."""
        attempts = InboxMessage.failed_attempts + (1 if failed else 0)
        with self._engine.begin() as connection:
            unhandled = sa.update(InboxMessage).where(
                InboxMessage.id == row, InboxMessage.handled_at.is_(None)
            )
            connection.execute(unhandled.values(due_at=due, failed_attempts=attempts))

    def renew(self, rows: Sequence[int], until: datetime) -> list[int]:
        """Keep messages claimed until then; return those that still were."""
        with self._engine.begin() as connection:
            return renew_claims(connection, InboxMessage, rows, until)

    def give_back(self, rows: Sequence[int]) -> None:
        """Make claimed messages due at once."""
        with self._engine.begin() as connection:
            claimed = sa.update(InboxMessage).where(InboxMessage.due_at.is_not(None))
            connection.execute(claimed.where(InboxMessage.id.in_(rows)).values(due_at=self._clock()))

    def release_all(self) -> None:
        """Make every claimed message due: there is one gateway, and it has just started."""
        moment = self._clock()
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(InboxMessage).where(InboxMessage.due_at > moment).values(due_at=moment)
            )


def _said(text: str) -> dict[str, Any]:
    return {"author": "system", "text": text}


def _now() -> datetime:
    return datetime.now(timezone.utc)
