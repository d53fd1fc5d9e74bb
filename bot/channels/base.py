"""What a channel is to the gateway: it reads its wire format into `Incoming`, and sends `Part`s.

Wire format in, wire format out: channels know nothing of inbox, outbox, Rasa or each other. A channel gives
its routes (or a poller) a ``Receive`` to call with each message, and the outbox a `Sender`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from knowledge.messaging.records import Reply


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message: where the channel keeps it, and what it says of it."""

    kind: str
    """``image``, ``file``, ``audio``, ``video``, ``sticker``, ``location`` or ``contact``."""
    url: str = ""
    file_id: str = ""
    name: str = ""
    size: int | None = None
    """Bytes, when the channel says so."""


@dataclass(frozen=True)
class Incoming:
    """One message as the channel delivered it, verified but not yet cleaned, masked or stored."""

    channel: str
    address: str
    """What the channel calls the person or chat: replies go there. Stored sealed, compared as a hash."""
    message_id: str
    """The channel's own id, the same in every redelivery."""
    text: str | None = None
    payload: str | None = None
    """What a tapped button carries, in our ``/intent{...}`` form; only where a citizen cannot type it."""
    sent_at: datetime | None = None
    is_group: bool = False
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Part:
    """One message as the channel sends it: within its limits, in its own form."""

    body: dict[str, Any]
    """The request's fields without the address; JSON values, because the outbox keeps it."""


@dataclass(frozen=True)
class Sent:
    """The channel has taken the part."""

    remote_id: str = ""


class SendError(Exception):
    """A part was not taken. ``retry``: trying again can help. ``reason`` never holds the text."""

    def __init__(self, reason: str, *, retry: bool, after: float | None = None, gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry
        self.after = after
        """Seconds the channel asks to wait."""
        self.gone = gone
        """The person blocked or left us: nothing more is sent there until they write again."""


class Sender(Protocol):
    """Sends to one channel."""

    channel: str

    def render(self, reply: Reply) -> Sequence[Part]:
        """Bring a reply (``text``, ``buttons``) into parts within the channel's limits; no text, no part."""

    async def send(self, address: str, part: Part) -> Sent:
        """Send one part.

        Raises:
            SendError: it was not taken; a time-out, after which nobody knows, counts as ``retry``.
        """


Receive = Callable[[Incoming], Awaitable[None]]
"""Stores a message; when it returns, nothing can lose it any more and the channel may be told so."""
