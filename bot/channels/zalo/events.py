"""Zalo's events as what they mean to us. Ids and times come as texts or numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from bot.channels.base import Attachment, Incoming

CHANNEL = "zalo"
GREET, SHARED_INFO = "/greet", "/my_data"
MAX_ID_CHARS = 64
MAX_TEXT_CHARS = 20_000

_ATTACHED = {
    "user_send_image": "image",
    "user_send_gif": "sticker",
    "user_send_sticker": "sticker",
    "user_send_file": "file",
    "user_send_audio": "audio",
    "user_send_video": "video",
    "user_send_location": "location",
    "user_send_link": "contact",
    "user_send_business_card": "contact",
}
_LIKE_TEXT = frozenset({"user_send_text", "user_send_link"})
_PASSED_OVER = frozenset(
    {
        "user_seen_message",
        "user_received_message",
        "user_reacted_message",
        "oa_reacted_message",
        "user_click_chatnow",
        "update_user_info",
        "add_user_to_tag",
        "remove_user_from_tag",
        "remove_tag",
        "widget_interaction_accepted",
        "widget_failed_to_sync_user_external_id",
        "oa_send_consent",
        "user_reply_consent",
        "user_call_oa",
        "oa_call_user",
        "change_template_status",
        "change_template_quality",
        "change_oa_daily_quota",
        "user_feedback",
        "user_click_response_button",
        "event_journey_acknowledged",
        "event_journey_time_out",
        "extension_purchased",
    }
)


class EventError(ValueError):
    """The body is no event; the text names the field, never its value."""


@dataclass(frozen=True)
class Said:
    """A person wrote, sent something or followed: to be stored and answered."""

    incoming: Incoming


@dataclass(frozen=True)
class Left:
    """A person stopped following: nothing may be sent any more."""

    address: str


@dataclass(frozen=True)
class Withdrew:
    """A person withdrew consent: everything of theirs is to be deleted."""

    address: str


@dataclass(frozen=True)
class OfficerSpoke:
    """An officer wrote to a person from Zalo's own manager: the bot keeps silent for a while."""

    address: str


@dataclass(frozen=True)
class PassedOver:
    """Nothing to do. ``kind`` is the event's name, or ``unknown``."""

    kind: str


Event = Said | Left | Withdrew | OfficerSpoke | PassedOver


def timestamp_of(body: dict[str, Any]) -> str:
    """Return the event's time as it was signed: the digits of epoch milliseconds.

    Raises:
        EventError: there is none.
    """
    return _id(body, "timestamp")


def sent_at(body: dict[str, Any]) -> datetime | None:
    """Return the moment of the event, None when its time cannot be one (samples carry cut-off times)."""
    milliseconds = int(timestamp_of(body))
    if not 1_000_000_000_000 <= milliseconds < 10_000_000_000_000:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def read_event(body: dict[str, Any]) -> Event:
    """Read a verified webhook body.

    Raises:
        EventError: a field that the event needs is missing or malformed.
    """
    name = body.get("event_name")
    if not isinstance(name, str) or not name:
        raise EventError("event_name: expected a text")
    if name == "user_send_text" or name in _ATTACHED:
        return Said(_message(body, name))
    if name == "follow":
        return Said(_started(body, GREET))
    if name == "unfollow":
        return Left(_id(_object(body, "follower"), "id"))
    if name == "user_withdraw":
        return Withdrew(_person(body))
    if name == "user_submit_info":
        return Said(_started(body, SHARED_INFO))
    if name.startswith("oa_send_") and not name.startswith("oa_send_anonymous"):
        officer = _object(body, "sender").get("admin_id") if name != "oa_send_consent" else None
        return OfficerSpoke(_id(_object(body, "recipient"), "id")) if officer else PassedOver(name)
    known = name in _PASSED_OVER or name.startswith(("anonymous_", "oa_send_anonymous"))
    return PassedOver(name if known else "unknown")


def _message(body: dict[str, Any], name: str) -> Incoming:
    message = _object(body, "message")
    text = message.get("text")
    if text is not None and not isinstance(text, str):
        raise EventError("message.text: expected a text")
    if name == "user_send_text" and text is None:
        raise EventError("message.text: expected a text")
    address = _person(body)
    attachments = tuple(_attachments(message, _ATTACHED.get(name)))
    return Incoming(
        CHANNEL,
        address,
        _message_id(body, message, name, address),
        text[:MAX_TEXT_CHARS] if text and name in _LIKE_TEXT else None,
        sent_at=sent_at(body),
        attachments=attachments,
    )


def _attachments(message: dict[str, Any], kind: str | None) -> list[Attachment]:
    given = message.get("attachments")
    if kind is None:
        return []
    items = given if isinstance(given, list) else []
    payloads = [item.get("payload") for item in items if isinstance(item, dict)]
    read = [_attachment(kind, payload) for payload in payloads if isinstance(payload, dict)]
    return read or [Attachment(kind)]


def _attachment(kind: str, payload: dict[str, Any]) -> Attachment:
    size = str(payload.get("size") or "")
    return Attachment(
        kind,
        url=_text(payload, "url"),
        file_id=_text(payload, "id"),
        name=_text(payload, "name"),
        size=int(size) if size.isascii() and size.isdigit() and len(size) <= 12 else None,
    )


def _started(body: dict[str, Any], payload: str) -> Incoming:
    """An event without a message of its own, as a tapped button; its id is made of what it says."""
    address = _id(_object(body, "follower"), "id") if "follower" in body else _person(body)
    message_id = _made_up_id(str(body["event_name"]), timestamp_of(body), address)
    return Incoming(CHANNEL, address, message_id, payload=payload, sent_at=sent_at(body))


def _message_id(body: dict[str, Any], message: dict[str, Any], name: str, address: str) -> str:
    if message.get("msg_id"):
        return _id(message, "msg_id")
    return _made_up_id(name, timestamp_of(body), address)


def _made_up_id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _person(body: dict[str, Any]) -> str:
    if "sender" in body:
        return _id(_object(body, "sender"), "id")
    return _id(body, "user_id")


def _object(body: dict[str, Any], field: str) -> dict[str, Any]:
    value = body.get(field)
    if not isinstance(value, dict):
        raise EventError(f"{field}: expected an object")
    return value


def _text(body: dict[str, Any], field: str) -> str:
    value = body.get(field)
    return value if isinstance(value, str) else ""


def _id(body: dict[str, Any], field: str) -> str:
    """An id or time: a text or a whole number, at most 64 printable characters without spaces."""
    value = body.get(field)
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    is_id = isinstance(text, str) and 0 < len(text) <= MAX_ID_CHARS and text.isascii() and text.isprintable()
    if not is_id or " " in str(text):
        raise EventError(f"{field}: expected an id")
    if field == "timestamp" and not str(text).isdigit():
        raise EventError("timestamp: expected digits")
    return str(text)
