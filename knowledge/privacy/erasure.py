"""Erases what is kept of a person, everywhere, and gives a receipt.

A person is a conversation: nothing links two of them. What stays is statistics without identity: scores,
deadlines, counts. The failures of look-ups stay for as long as they protect a dossier (an hour or a day).

Within the run everything is gone but the shell that the receipt is sent through: the conversation's address,
sealed, and the message that asked for it. `finish` takes it away within the hour.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa

from knowledge.cases.evidence import EvidenceFolder
from knowledge.database.engine import SessionFactory
from knowledge.messaging.models import BOT, Conversation, InboxMessage
from knowledge.privacy.dialogue_memory import DialogueMemory, dialogue_memory
from knowledge.privacy.erasing_rows import Erased, erase_rows
from knowledge.privacy.models import ErasureReceipt
from knowledge.settings import Settings

CITIZEN, CHANNEL, STAFF = "citizen", "channel", "staff"
"""Who asked for an erasure."""
SHELL_KEPT = timedelta(minutes=30)
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Erasure:
    """Erases persons in one installation."""

    sessions: SessionFactory
    memory: DialogueMemory
    evidence: EvidenceFolder

    def erase_person(
        self, conversation_id: int, origin: str, requested_by: str, now: datetime
    ) -> ErasureReceipt:
        """Erase a conversation's person; the same ``origin`` gives the same receipt again.

        For the citizen's own request the shell stays until the receipt was sent; otherwise it goes at once.

        Raises:
            LookupError: there is no such conversation.
        """
        with self.sessions.begin() as session:
            receipt = session.scalar(sa.select(ErasureReceipt).where(ErasureReceipt.origin == origin))
            if receipt is not None:
                return receipt
            conversation = session.get(Conversation, conversation_id, with_for_update=True)
            if conversation is None:
                raise LookupError(f"no conversation {conversation_id}")
            key, channel = conversation.key, conversation.channel
            erased = erase_rows(session, conversation_id, now)
            receipt = _receipt(origin, conversation_id, channel, requested_by, erased, now)
            session.add(receipt)
            conversation.handler, conversation.handler_until, conversation.choices = BOT, None, None
            if requested_by != CITIZEN:
                session.flush()
                session.delete(conversation)
                receipt.conversation_id, receipt.completed_at, receipt.origin = None, now, None
        for name in erased.files:
            self.evidence.remove(name)
        self.memory.forget(key)
        self._scrub()
        return receipt

    def erase_left(self, channel: str, key: str) -> None:
        """Erase somebody who left a channel; nothing is done when nothing is kept of them."""
        query = sa.select(Conversation.id).where(Conversation.channel == channel, Conversation.key == key)
        with self.sessions() as session:
            conversation_id = session.scalar(query)
        if conversation_id is not None:
            moment = datetime.now(timezone.utc)
            self.erase_person(conversation_id, secrets.token_hex(32), CHANNEL, moment)

    def finish(self, now: datetime) -> int:
        """Take away the shells whose receipts were sent; return how many."""
        done = 0
        with self.sessions() as session:
            query = sa.select(ErasureReceipt.id).where(
                ErasureReceipt.completed_at.is_(None), ErasureReceipt.created_at < now - SHELL_KEPT
            )
            waiting = list(session.scalars(query))
        for receipt_id in waiting:
            key = self._finish(receipt_id, now)
            if key is not None:
                self.memory.forget(key)
            done += 1
        if done:
            self._scrub()
        return done

    def _finish(self, receipt_id: int, now: datetime) -> str | None:
        """Complete a receipt; return the key of the conversation if nothing new was said in it."""
        with self.sessions.begin() as session:
            receipt = session.get_one(ErasureReceipt, receipt_id)
            conversation_id = receipt.conversation_id
            receipt.completed_at, receipt.origin, receipt.conversation_id = now, None, None
            if conversation_id is None:
                return None
            conversation = session.get(Conversation, conversation_id)
            if conversation is None:
                return None
            newer = sa.select(InboxMessage.id).where(
                InboxMessage.conversation_id == conversation_id,
                InboxMessage.received_at > receipt.created_at,
            )
            if session.scalar(newer.limit(1)) is None:
                key = conversation.key
                session.flush()
                session.delete(conversation)
                return key
            session.execute(
                sa.delete(InboxMessage).where(
                    InboxMessage.conversation_id == conversation_id,
                    InboxMessage.received_at <= receipt.created_at,
                )
            )
            conversation.created_at = receipt.created_at
            return None

    def _scrub(self) -> None:
        """Empty SQLite's journal, where what was deleted would stay for a while."""
        with self.sessions() as session:
            bind = session.get_bind()
            if bind.dialect.name == "sqlite" and isinstance(bind, sa.Engine):
                session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def open_erasure(settings: Settings, sessions: SessionFactory, evidence: EvidenceFolder) -> Erasure:
    """Return what erases persons in this installation."""
    return Erasure(sessions, dialogue_memory(settings), evidence)


def _receipt(
    origin: str, conversation_id: int, channel: str, requested_by: str, erased: Erased, now: datetime
) -> ErasureReceipt:
    code = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    return ErasureReceipt(
        code=f"XD-{now:%y%m%d}-{code}",
        origin=origin,
        conversation_id=conversation_id,
        channel=channel,
        requested_by=requested_by,
        erased=dict(erased.counts),
        created_at=now,
    )
