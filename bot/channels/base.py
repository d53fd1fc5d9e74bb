"""What a channel is to the gateway: it reads its wire format into `Incoming`, and sends `Part`s.

Wire format in, wire format out: channels know nothing of inbox, outbox, Rasa or each other. A `Channel`
calls its `Door` with each message it verified, and gives the outbox a `Sender`. `bot.gateway.channels`
lists the channels and tells how one is added.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from aiohttp import web

from knowledge.database.engine import SessionFactory
from knowledge.messaging.records import Reply
from knowledge.privacy.sealing import Sealer


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

    def __init__(
        self,
        reason: str,
        *,
        retry: bool,
        after: float | None = None,
        gone: bool = False,
        doubtful: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry
        self.after = after
        """Seconds the channel asks to wait."""
        self.gone = gone
        """The person blocked or left us: nothing more is sent there until they write again."""
        self.doubtful = doubtful
        """Nobody knows whether it was taken (a time-out after the request): a repetition may double."""


class Sender(Protocol):
    """Sends to one channel."""

    channel: str
    numbers_choices: bool
    """Buttons are shown as numbered text (`bot.channels.numbered`): a typed number then means a button."""
    window_seconds: float | None
    """How long after the person's last message the channel still takes something from us; None: always."""

    def render(self, reply: Reply) -> Sequence[Part]:
        """Bring a reply (``text``, ``buttons``) into parts within the channel's limits; no text, no part.

        An event may carry a ``notice`` (``kind``, ``values``): what it says, for channels that let a message
        pass only in a form agreed on beforehand. ``protected``: it is personal, to be kept from being
        forwarded where the channel can.

        Each button has ``title``, ``payload`` and ``number``, the number it is chosen by when it is shown
        as text. Runs once for a reply: what it gives is stored, and sent again after a crash as it is.
        """

    async def send(self, address: str, part: Part) -> Sent:
        """Send one part.

        Raises:
            SendError: it was not taken; a time-out, after which nobody knows, counts as ``retry``. Any
                other exception counts as a fault of ours: it is logged and tried again.
        """


Receive = Callable[[Incoming], Awaitable[None]]
"""Stores a message; when it returns, nothing can lose it any more and the channel may be told so.

An exception means that it was not stored: a webhook lets it pass (the gateway answers 503, so that the
channel delivers it again), a poller keeps its place and tries again.
"""


@dataclass(frozen=True)
class Door:
    """What the gateway offers a channel while it is open."""

    receive: Receive
    left: Callable[[str], Awaitable[None]]
    """Note that the person at this address left or blocked us: nothing is sent until they write again."""
    erase: Callable[[str], Awaitable[None]]
    """Delete the conversation of this address with all its messages (the person withdrew)."""
    staff_spoke: Callable[[str, timedelta], Awaitable[None]]
    """Note that an officer wrote there by the channel's own means: the bot is silent for a while."""
    count: Callable[[str], None]
    """Count a call of the channel by what it was (an event's name, ``unsigned``)."""
    sessions: SessionFactory
    """The database, for what a channel keeps itself (tokens). Blocking: call it on a thread."""
    sealer: Sealer


class Channel(Protocol):
    """A channel, made from the settings; it does nothing before it is opened."""

    name: str
    """Name in tables and metrics, at most 16 characters; the same as its sender's ``channel``."""
    sender: Sender

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return its webhooks; they are asked only while the channel is open."""

    def open(self, door: Door) -> AbstractAsyncContextManager[None]:
        """Open what it needs (a client session) and keep the door; closed when the gateway stops."""

    async def poll(self) -> None:
        """Fetch messages until cancelled; return at once when they come by webhook.

        The gateway runs it while the channel is open, and again after a pause when it fails.
        """


@runtime_checkable
class KeepsFiles(Protocol):
    """A channel that keeps the files people send, and hands them out by `Attachment.file_id`."""

    async def fetch(self, file_id: str) -> bytes:
        """Return a file's content; any exception means that it cannot be had."""
