"""The way in for channels that deliver messages: cleaned, masked, stored, and only then acknowledged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from bot.channels.base import Attachment, Door, Incoming, Sender
from bot.gateway.inbox import Inbox
from bot.gateway.incoming import attachment_payload, storable_text
from bot.gateway.limits import Limits, TokenBuckets, take
from bot.gateway.metrics import Metrics
from bot.gateway.wordings import reply_text
from knowledge.database.engine import session_factory
from knowledge.messaging.models import MESSAGE_ID_CHARS
from knowledge.messaging.records import IncomingMessage
from knowledge.privacy.sealing import Sealer

MAX_ATTACHMENTS = 10
MAX_FIELD_CHARS = 2000


class Intake:
    """Stores what channels deliver. Rasa's state does not matter here."""

    def __init__(
        self,
        inbox: Inbox,
        sealer: Sealer,
        limits: Limits,
        metrics: Metrics,
        max_text_chars: int,
        senders: Mapping[str, Sender],
        erase: Callable[[str, str], None] | None = None,
    ) -> None:
        """``erase`` erases the person of a channel and key everywhere (default: their conversation)."""
        self._inbox = inbox
        self._sealer = sealer
        self._limits = limits
        self._metrics = metrics
        self._max_text_chars = max_text_chars
        self._senders = senders
        self._erase = erase or inbox.backlog.erase
        self._notices = TokenBuckets(1)
        self.on_message: Callable[[], None] = lambda: None
        """Called after a message was stored."""

    def door(self, channel: str) -> Door:
        """What the channel of this name is given."""

        async def left(address: str) -> None:
            await self._inbox.run(self._inbox.backlog.note_gone, channel, self.key(channel, address))

        async def erase(address: str) -> None:
            await self._inbox.run(self._erase, channel, self.key(channel, address))

        async def staff_spoke(address: str, silence: timedelta) -> None:
            key = self.key(channel, address)
            await self._inbox.run(self._inbox.backlog.silence, channel, key, silence)

        def count(event: str) -> None:
            self._metrics.channel_events.labels(channel, event).inc()

        sessions = session_factory(self._inbox.engine)
        return Door(self.receive, left, erase, staff_spoke, count, sessions, self._sealer)

    def key(self, channel: str, address: str) -> str:
        """The conversation's key: a keyed hash of the channel's address."""
        return self._sealer.hash("conversation", f"{channel}\0{address}")

    async def receive(self, incoming: Incoming) -> None:
        """Store a message; return when nothing can lose it any more.

        A conversation that writes too fast is told so, and the message is not kept. A message without
        anything in it (no text, button or file) is passed over.

        Raises:
            ApiError: the channel as a whole delivers too fast; it shall deliver this again later.
            StorageUnavailableError: it could not be stored.
            ValueError: the address or the message's id is missing or too long.
        """
        _check(incoming)
        message = self._message(incoming)
        if message is None:
            return
        take(self._limits.channel, incoming.channel)
        wait = self._limits.conversation.take(message.conversation)
        if wait:
            await self._refuse(message, wait)
            return
        sender = self._senders.get(incoming.channel)
        is_new = await self._inbox.run(
            self._inbox.backlog.take_in,
            message,
            incoming.address,
            by_number=sender is not None and sender.numbers_choices,
        )
        if is_new:
            self.on_message()
        else:
            self._metrics.messages.labels(message.channel, "duplicate").inc()

    async def _refuse(self, message: IncomingMessage, wait: float) -> None:
        self._metrics.messages.labels(message.channel, "refused").inc()
        if not self._notices.take(message.conversation):
            text = reply_text("too_fast").format(seconds=max(1, math.ceil(wait)))
            await self._inbox.run(self._inbox.backlog.say, message.channel, message.conversation, text)

    def _message(self, incoming: Incoming) -> IncomingMessage | None:
        text, payload, truncated = incoming.text, incoming.payload, False
        if payload is not None:
            text = None
        elif text is not None and text.strip():
            text, truncated = storable_text(text, self._max_text_chars)
        elif incoming.attachments:
            text, payload = None, attachment_payload(incoming.attachments[0].kind)
        else:
            return None
        return IncomingMessage(
            incoming.channel,
            self.key(incoming.channel, incoming.address),
            incoming.message_id,
            text,
            payload,
            truncated=truncated,
            is_group=incoming.is_group,
            attachments=tuple(_fields(file) for file in incoming.attachments[:MAX_ATTACHMENTS]),
            sent_at=incoming.sent_at,
        )


def _check(incoming: Incoming) -> None:
    if not incoming.address or len(incoming.address) > MAX_FIELD_CHARS:
        raise ValueError("a message needs an address")
    if not 0 < len(incoming.message_id) <= MESSAGE_ID_CHARS or not incoming.message_id.isprintable():
        raise ValueError(f"a message needs an id of at most {MESSAGE_ID_CHARS} printable characters")
    if incoming.payload is not None and not incoming.payload.isprintable():
        raise ValueError("a payload needs printable characters")


def _fields(file: Attachment) -> dict[str, Any]:
    """What is kept of an attachment."""
    return {
        name: value[:MAX_FIELD_CHARS] if isinstance(value, str) else value
        for name, value in asdict(file).items()
        if value
    }
