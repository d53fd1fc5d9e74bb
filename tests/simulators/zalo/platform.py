"""What Zalo knows: accounts, tokens, people and their phones; its rules, and faults to switch on."""

from __future__ import annotations

import itertools
import secrets
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_TEXT_CHARS = 2000
WINDOW_SECONDS = 7 * 86_400
FREE_SECONDS = 48 * 3600
FREE_MESSAGES = 8


class RefusedError(Exception):
    """An error of the Open API: HTTP 200 with a code in the body."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class Phone:
    """A person's phone: what is on the screen, and what Zalo knows of the person."""

    user_id: str
    follows: bool = True
    blocked: bool = False
    seen_at: float = field(default_factory=time.time)
    """When the person last did something that counts as an interaction."""
    sent_since: int = 0
    screen: list[dict[str, Any]] = field(default_factory=list)

    def received(self) -> list[str]:
        """The texts that came from the Official Account."""
        return [message["text"] for message in self.screen if message["from"] == "oa"]


@dataclass
class ZaloPlatform:
    """State and rules. Times are epoch seconds; ``skip`` moves Zalo's clock ahead."""

    app_id: str = "360846524940903967"
    app_secret: str = "test-app-secret"
    oa_secret: str = "test-oa-secret"
    oa_id: str = "388613280878808645"
    token_seconds: float = 90_000
    forms: str = "none"
    """Which forms messages may have: ``none``, ``buttons`` or ``list``."""
    counts_to_eight: bool = False
    """The older rule: at most eight free messages in 48 hours."""
    per_minute: int = 4000
    templates: dict[str, dict[str, int]] = field(default_factory=dict)
    """Approved templates: id -> parameter -> longest text."""
    refuse_next: deque[int] = field(default_factory=deque)
    """Codes that the next calls are refused with, whatever they are."""
    phones: dict[str, Phone] = field(default_factory=dict)
    access: str = ""
    refresh: str = ""
    expires_at: float = 0
    renewals: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    """Consent codes not yet used, with the challenge they were given for."""
    used: set[str] = field(default_factory=set)
    on_sent: Callable[[str, str, str], None] | None = None
    """Told of each consultation message that was taken: person, text, message id."""
    refused_renewals: int = 0
    """How often a refresh token came that was no longer, or never, good."""
    skip: float = 0
    calls: list[float] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def now(self) -> float:
        return time.time() + self.skip

    def phone(self, user_id: str) -> Phone:
        return self.phones.setdefault(user_id, Phone(user_id))

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids):08x}{secrets.token_hex(4)}"

    def touch(self, user_id: str) -> Phone:
        """The person does something: the window opens anew."""
        phone = self.phone(user_id)
        phone.seen_at, phone.sent_since = self.now(), 0
        return phone

    # OAuth

    def new_pair(self) -> dict[str, str]:
        self.access, self.refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.expires_at = self.now() + self.token_seconds
        seconds = str(int(self.token_seconds))
        return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": seconds}

    def exchange(self, secret: str, fields: dict[str, str]) -> dict[str, Any]:
        """Give a pair for a code or a refresh token; each works once, and the old access token dies."""
        if fields.get("app_id") != self.app_id:
            return _oauth_error(-14002, "Invalid appId")
        if secret != self.app_secret:
            return _oauth_error(-14004, "Invalid secret key")
        kind = fields.get("grant_type")
        if kind == "authorization_code":
            challenge = self.codes.pop(fields.get("code", ""), None)
            if challenge is None or challenge != fields.get("code_verifier"):
                return _oauth_error(-14005, "Invalid code")
            return self.new_pair()
        if kind == "refresh_token":
            given = fields.get("refresh_token", "")
            if given != self.refresh:
                self.refused_renewals += 1
                return _oauth_error(-14014, "Invalid refresh token.")
            self.used.add(given)
            self.renewals += 1
            return self.new_pair()
        return _oauth_error(-14018, "Invalid grant type")

    # Open API

    def check(self, token: str) -> None:
        """Refuse a call with a bad token, over the rate, or as the test wants."""
        self.calls = [moment for moment in self.calls if moment > time.time() - 60]
        self.calls.append(time.time())
        if self.refuse_next:
            code = self.refuse_next.popleft()
            raise RefusedError(code, f"simulated {code}")
        if len(self.calls) > self.per_minute:
            raise RefusedError(-32, "You have reached the rate limit of the app")
        if token != self.access:
            raise RefusedError(-216, "Access token is invalid")
        if self.now() >= self.expires_at:
            raise RefusedError(-220, "access_token is expired or removed")

    def consult(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a consultation message."""
        user_id = _field(body, "recipient", "user_id")
        message = body.get("message")
        if not isinstance(message, dict):
            raise RefusedError(-201, "message is invalid!")
        phone = self._reachable(user_id)
        if self.now() - phone.seen_at > WINDOW_SECONDS:
            raise RefusedError(-230, "User has not interacted with the OA in the past 7 days")
        if self.counts_to_eight and phone.sent_since >= FREE_MESSAGES:
            raise RefusedError(-211, "Out of quota")
        text, buttons = self._content(message)
        phone.sent_since += 1
        sent = self.show(phone, text, buttons)
        if self.on_sent is not None:
            self.on_sent(user_id, text, sent["message_id"])
        return sent

    def template(self, body: dict[str, Any], phone: Phone) -> dict[str, Any]:
        """Take a template message; no window."""
        template = self.templates.get(str(body.get("template_id")))
        if template is None:
            raise RefusedError(-109, "Template is invalid")
        data = body.get("template_data")
        if not isinstance(data, dict) or set(data) != set(template):
            raise RefusedError(-1122, "Missing parameter")
        if any(len(str(data[name])) > longest for name, longest in template.items()):
            raise RefusedError(-1121, "Parameter is too long")
        return self.show(phone, "[mẫu] " + "; ".join(f"{name}: {data[name]}" for name in template), [])

    def show(self, phone: Phone, text: str, buttons: list[dict[str, str]]) -> dict[str, Any]:
        message_id = self.new_id("m")
        phone.screen.append({"from": "oa", "text": text, "buttons": buttons, "id": message_id})
        sent = str(int(self.now() * 1000))
        return {"message_id": message_id, "user_id": phone.user_id, "sent_time": sent}

    def _reachable(self, user_id: str) -> Phone:
        phone = self.phones.get(user_id)
        if phone is None:
            raise RefusedError(-201, "user_id is invalid!")
        if phone.blocked:
            raise RefusedError(-217, "User has blocked invitation from OA")
        return phone

    def _content(self, message: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
        text, attachment = message.get("text") or "", message.get("attachment")
        if not isinstance(text, str) or not (text or attachment):
            raise RefusedError(-201, "text is invalid!")
        if len(unicodedata.normalize("NFC", text)) > MAX_TEXT_CHARS:
            raise RefusedError(-210, "Parameter exceeds allowable limit")
        if attachment is None:
            return text, []
        payload = attachment.get("payload", {})
        buttons = payload.get("buttons") if self.forms == "buttons" else None
        if self.forms == "list" and payload.get("template_type") == "list":
            elements = payload["elements"]
            if not 1 <= len(elements) <= 5 or not elements[0].get("subtitle"):
                raise RefusedError(-201, "elements is invalid!")
            buttons = [{"title": e["title"], **e["default_action"]} for e in elements]
        if buttons is None:
            raise RefusedError(-233, "message type is invalid or not support")
        if len(buttons) > 5 or any(len(button["title"]) > 100 for button in buttons):
            raise RefusedError(-201, "buttons is invalid!")
        return text, [{"title": button["title"], "payload": button["payload"]} for button in buttons]


def _field(body: dict[str, Any], outer: str, inner: str) -> str:
    value = body.get(outer)
    found = value.get(inner) if isinstance(value, dict) else None
    if not isinstance(found, str) or not found:
        raise RefusedError(-201, f"{inner} is invalid!")
    return found


def _oauth_error(code: int, name: str) -> dict[str, Any]:
    return {"error": code, "error_name": name, "error_description": name, "error_reason": "", "ref_doc": ""}
