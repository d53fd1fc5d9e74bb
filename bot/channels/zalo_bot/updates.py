"""Updates of the Bot Platform as messages. They come by webhook and by ``getUpdates`` in one form."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from bot.channels.base import Attachment, Incoming

CHANNEL = "zalo_bot"
MAX_ID_CHARS = 64
MAX_TEXT_CHARS = 20_000
PRIVATE = "PRIVATE"

_KINDS = {
    "message.text.received": None,
    "message.image.received": "image",
    "message.sticker.received": "sticker",
    "message.voice.received": "audio",
    "message.unsupported.received": "file",
}
"""Event -> kind of what is attached. ``unsupported`` is what the platform does not hand to bots."""
_MARKS = {"text": "message.text.received", "photo_url": "message.image.received"}
"""Field of a message that tells its event, where an update does not name it."""


class UpdateError(ValueError):
    """The update is malformed; the text names the field, never its value."""


def name_of(update: dict[str, Any]) -> str:
    """Return the event's name, ``unknown`` for one we do not know."""
    name = update.get("event_name")
    if name is None:
        message = update.get("message")
        fields = message if isinstance(message, dict) else {}
        name = next((event for field, event in _MARKS.items() if field in fields), "unknown")
    return name if isinstance(name, str) and name in _KINDS else "unknown"


def unwrapped(body: dict[str, Any]) -> dict[str, Any]:
    """Return the update of a webhook's body, which has it in ``result`` or is it."""
    result = body.get("result")
    return result if isinstance(result, dict) else body


def read_update(update: dict[str, Any]) -> Incoming | None:
    """Read an update; None when there is nothing to do (an unknown event, a bot's own message).

    Raises:
        UpdateError: a field that the message needs is missing or malformed.
    """
    name = name_of(update)
    if name == "unknown":
        return None
    message = _object(update, "message")
    sender = message.get("from")
    if isinstance(sender, dict) and sender.get("is_bot") is True:
        return None
    chat = _object(message, "chat")
    kind = _KINDS[name]
    return Incoming(
        CHANNEL,
        _id(chat, "id"),
        _id(message, "message_id"),
        _text(message, "text" if kind is None else "caption")[:MAX_TEXT_CHARS] or None,
        sent_at=_moment(message.get("date")),
        is_group=chat.get("chat_type", PRIVATE) != PRIVATE,
        attachments=() if kind is None else (_attachment(kind, message),),
    )


def _attachment(kind: str, message: dict[str, Any]) -> Attachment:
    url = _text(message, "photo_url") or _text(message, "voice_url") or _text(message, "url")
    return Attachment(kind, url=url, file_id=_text(message, "sticker"))


def _moment(milliseconds: object) -> datetime | None:
    """A moment from epoch milliseconds, None when the number cannot be one."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
        return None
    if not 1_000_000_000_000 <= milliseconds < 10_000_000_000_000:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def _object(body: dict[str, Any], field: str) -> dict[str, Any]:
    value = body.get(field)
    if not isinstance(value, dict):
        raise UpdateError(f"{field}: expected an object")
    return value


def _text(body: dict[str, Any], field: str) -> str:
    value = body.get(field)
    return value if isinstance(value, str) else ""


def _id(body: dict[str, Any], field: str) -> str:
    """An id: a text or a whole number, at most 64 printable ASCII characters without spaces."""
    value = body.get(field)
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not 0 < len(text) <= MAX_ID_CHARS:
        raise UpdateError(f"{field}: expected an id")
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise UpdateError(f"{field}: expected an id")
    return text
