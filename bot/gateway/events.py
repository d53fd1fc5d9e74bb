"""What arrives outside a turn, as server-sent events: an officer's reply, a notice about a dossier."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from typing import Any

from aiohttp import web

from bot.gateway.errors import ApiError
from bot.gateway.inbox import Inbox, StorageUnavailableError
from bot.gateway.keys import FEED, INBOX, LIMITS
from bot.gateway.limits import request_address, take
from bot.gateway.metrics import Metrics
from bot.gateway.requests import CHANNEL, conversation_key
from knowledge.messaging.records import StoredEvent

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
RECONNECT_MILLISECONDS = 3000
MAX_STREAMS = 2000
MAX_STREAMS_PER_CONVERSATION = 6
"""Beyond it, the conversation's oldest stream is closed (a page left open, a reload not yet noticed)."""


class Listener:
    """One open stream: woken when its conversation has something new, or when it has to end."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.ended = False
        self.woken = asyncio.Event()

    def end(self) -> None:
        """Ask the stream to close."""
        self.ended = True
        self.woken.set()


class EventFeed:
    """Watches the event table for all open streams with one query a second, whoever writes into it."""

    def __init__(self, inbox: Inbox, metrics: Metrics, poll_seconds: float = POLL_SECONDS) -> None:
        self._inbox = inbox
        self._gauge = metrics.event_streams
        self._poll_seconds = poll_seconds
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._count = 0
        self._stopping = False

    def open(self, key: str, after: int) -> Listener:
        """Register a stream of the conversation ``key`` that has seen events up to ``after``.

        Raises:
            ApiError: too many streams are open, or the gateway is stopping.
        """
        if self._stopping:
            raise ApiError("stopping")
        if self._count >= MAX_STREAMS:
            raise ApiError("busy")
        open_streams = [listener for listener in self._listeners[key] if not listener.ended]
        if len(open_streams) >= MAX_STREAMS_PER_CONVERSATION:
            open_streams[0].end()
        listener = Listener(after)
        self._listeners[key].append(listener)
        self._count += 1
        self._gauge.inc()
        return listener

    def close(self, key: str, listener: Listener) -> None:
        """Forget a stream."""
        self._listeners[key].remove(listener)
        if not self._listeners[key]:
            del self._listeners[key]
        self._count -= 1
        self._gauge.dec()

    def stop(self) -> None:
        """End all streams and accept no more; their clients come back to the next gateway."""
        self._stopping = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.end()

    async def watch(self) -> None:
        """Poll the table for ever; a failing database is tried again."""
        while True:
            await asyncio.sleep(self._poll_seconds)
            if not self._listeners:
                continue
            try:
                newest = await self._inbox.run(self._inbox.store.last_events, CHANNEL, list(self._listeners))
            except StorageUnavailableError:
                logger.exception("events could not be read; trying again")
                continue
            for key, sequence in newest.items():
                for listener in self._listeners.get(key, []):
                    if sequence > listener.after:
                        listener.woken.set()


def event_body(event: StoredEvent) -> dict[str, Any]:
    """An event as the chat API gives it."""
    return {
        "id": event.sequence,
        "at": event.created_at.isoformat(timespec="seconds"),
        "author": event.body.get("author", "system"),
        "text": event.body.get("text", ""),
        "buttons": event.body.get("buttons", []),
    }


async def events(request: web.Request) -> web.StreamResponse:
    """``GET /api/conversations/{token}/events``: those after Last-Event-ID, then new ones."""
    key = conversation_key(request.match_info["token"])
    after = _resume_after(request)
    take(request.app[LIMITS].address, request_address(request))
    inbox, feed = request.app[INBOX], request.app[FEED]
    if not await inbox.run(inbox.store.conversation_exists, CHANNEL, key):
        raise ApiError("unknown_conversation")
    listener = feed.open(key, after)
    try:
        return await _stream(request, inbox, key, listener)
    finally:
        feed.close(key, listener)


async def _stream(request: web.Request, inbox: Inbox, key: str, listener: Listener) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    with contextlib.suppress(ConnectionResetError):  # the client left: nothing to tell anybody
        await response.write(f"retry: {RECONNECT_MILLISECONDS}\n\n".encode())
        while not listener.ended:
            listener.woken.clear()
            try:
                arrived = await inbox.run(inbox.store.events, CHANNEL, key, listener.after)
            except StorageUnavailableError:
                break
            for event in arrived:
                data = json.dumps(event_body(event), ensure_ascii=False)
                await response.write(f"id: {event.sequence}\nevent: reply\ndata: {data}\n\n".encode())
                listener.after = event.sequence
            if not arrived and not await _woken_within(listener, HEARTBEAT_SECONDS):
                await response.write(b": heartbeat\n\n")
    return response


async def _woken_within(listener: Listener, seconds: float) -> bool:
    try:
        await asyncio.wait_for(listener.woken.wait(), seconds)
    except asyncio.TimeoutError:
        return False
    return True


def _resume_after(request: web.Request) -> int:
    given = request.headers.get("Last-Event-ID") or request.query.get("after") or "0"
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        raise ApiError("bad_field", field="after", expected="số thứ tự của sự kiện cuối cùng đã nhận")
    return int(given)
