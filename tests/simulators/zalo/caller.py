"""Calls the webhook as Zalo does: signed over the raw bytes, with retries by a ladder of pauses."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.simulators.zalo.platform import ZaloPlatform

LADDER = (30, 300, 900, 1800, 3600)
"""Pauses before the retries, in seconds."""
TIMEOUT_SECONDS = 2.0


@dataclass
class WebhookCaller:
    """Delivers events to ``url``. ``scale`` shortens the ladder; ``log`` has event, status and try."""

    platform: ZaloPlatform
    url: str
    scale: float = 1.0
    form: str = "mac"
    """How it signs: ``mac``, ``bare`` (hex alone), ``wrong`` (another key) or ``none``."""
    pretty: bool = False
    """Send indented JSON with escaped letters: only the raw bytes count for the signature."""
    disabled: bool = False
    log: list[tuple[str, str, int]] = field(default_factory=list)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def body(self, name: str, **fields: Any) -> bytes:
        """The raw bytes of an event, with a fresh time unless one is given."""
        event = {"app_id": self.platform.app_id, "event_name": name, **fields}
        event.setdefault("timestamp", str(int(self.platform.now() * 1000)))
        if self.pretty:
            return json.dumps(event, indent=2).encode()
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()

    def signature(self, raw: bytes) -> dict[str, str]:
        """The header that signs ``raw``."""
        if self.form == "none":
            return {}
        secret = "another" if self.form == "wrong" else self.platform.oa_secret
        signed = self.platform.app_id.encode() + raw + str(json.loads(raw)["timestamp"]).encode()
        mac = hashlib.sha256(signed + secret.encode()).hexdigest()
        return {"X-ZEvent-Signature": mac if self.form == "bare" else f"mac={mac}"}

    async def post(self, raw: bytes, given: dict[str, str] | None = None, num_retry: int = 0) -> str:
        """Make one call and return its status, or the fault."""
        signed = self.signature(raw) if given is None else given
        extra = {"num_retry": str(num_retry)} if num_retry else {}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                json_type = {"Content-Type": "application/json"}
                headers = {**json_type, **signed, **extra}
                async with session.post(self.url, data=raw, headers=headers) as answer:
                    return str(answer.status)
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            return type(error).__name__

    async def deliver(self, name: str, **fields: Any) -> str:
        """Deliver an event; return the first call's status and go on with retries by itself."""
        raw = self.body(name, **fields)
        status = await self.post(raw)
        self.log.append((name, status, 0))
        if status != "200" and not self.disabled:
            self._in_background(self._retry(name, raw))
        return status

    async def _retry(self, name: str, raw: bytes) -> None:
        for number, pause in enumerate(LADDER, start=1):
            await asyncio.sleep(pause * self.scale)
            status = await self.post(raw, num_retry=number)
            self.log.append((name, status, number))
            if status == "200":
                return
        self.disabled = True

    async def close(self) -> None:
        """Stop retrying."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def confirm_sent(self) -> None:
        """From now on tell of each message the account sends, as Zalo does: the echo, received, seen."""
        self.platform.on_sent = self._confirm

    def _confirm(self, user_id: str, text: str, message_id: str) -> None:
        oa = self.platform.oa_id
        from_oa = {"sender": {"id": oa}, "recipient": {"id": user_id}}
        said = {"text": text, "msg_id": message_id}
        self._in_background(self.deliver("oa_send_text", **from_oa, message=said))
        for name, message in (
            ("user_received_message", {"msg_id": message_id}),
            ("user_seen_message", {"msg_ids": [message_id]}),
        ):
            self._in_background(self.deliver(name, **self._from(user_id), message=message))

    def _in_background(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # What people do on their phones

    async def say(self, user_id: str, text: str, **message: Any) -> str:
        """A person writes."""
        phone = self.platform.touch(user_id)
        message_id = message.pop("msg_id", None) or self.platform.new_id("u")
        phone.screen.append({"from": "user", "text": text, "buttons": [], "id": message_id})
        content = {"text": text, "msg_id": message_id, **message}
        return await self.deliver("user_send_text", **self._from(user_id), message=content)

    async def send_file(self, user_id: str, event: str, kind: str, **payload: Any) -> str:
        """A person sends an image, a file and so on."""
        self.platform.touch(user_id)
        attachment = {"type": kind, "payload": payload}
        content = {"msg_id": self.platform.new_id("u"), "attachments": [attachment]}
        return await self.deliver(event, **self._from(user_id), message=content)

    async def follow(self, user_id: str, event: str = "follow") -> str:
        """A person follows, or leaves with ``unfollow``."""
        phone = self.platform.touch(user_id)
        phone.follows = event == "follow"
        return await self.deliver(
            event, oa_id=self.platform.oa_id, follower={"id": user_id}, source="oa_profile"
        )

    async def officer_says(self, user_id: str, text: str) -> str:
        """An officer answers from Zalo's own manager."""
        self.platform.show(self.platform.phone(user_id), text, [])
        fields = {
            "sender": {"id": self.platform.oa_id, "admin_id": "117"},
            "recipient": {"id": user_id},
            "message": {"text": text, "msg_id": self.platform.new_id("o")},
        }
        return await self.deliver("oa_send_text", **fields)

    def _from(self, user_id: str) -> dict[str, Any]:
        return {
            "sender": {"id": user_id},
            "user_id_by_app": f"55{user_id}",
            "recipient": {"id": self.platform.oa_id},
        }
