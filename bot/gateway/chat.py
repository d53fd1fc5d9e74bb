"""The chat API: conversations, messages and their history."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.gateway.errors import ApiError
from bot.gateway.events import event_body
from bot.gateway.incoming import storable_text
from bot.gateway.json_response import json_response
from bot.gateway.keys import DISPATCHER, INBOX, LIMITS, SETTINGS
from bot.gateway.limits import request_address, take
from bot.gateway.requests import CHANNEL, conversation_key, new_token, parse_chat, read_json_object
from bot.gateway.wordings import reply_text
from knowledge.messaging.records import IncomingMessage, StoredMessage
from knowledge.messaging.store import UnknownConversationError

HISTORY_TURNS = 50
HISTORY_EVENTS = 100


async def open_conversation(request: web.Request) -> web.Response:
    """``POST /api/conversations``: start a conversation and return its unguessable token."""
    take(request.app[LIMITS].new_conversations, request_address(request))
    token = new_token()
    inbox = request.app[INBOX]
    await inbox.run(inbox.store.open_conversation, CHANNEL, conversation_key(token))
    return json_response({"conversation": token}, status=201)


async def chat(request: web.Request) -> web.Response:
    """``POST /api/chat``: one message of the citizen, answered with the replies of the turn."""
    limits = request.app[LIMITS]
    take(limits.address, request_address(request))
    asked = parse_chat(await read_json_object(request))
    take(limits.conversation, asked.conversation)
    text, truncated = asked.text, False
    if text is not None:
        text, truncated = storable_text(text, request.app[SETTINGS].max_text_chars)
    message = IncomingMessage(
        CHANNEL, asked.conversation, asked.message_id, text, asked.payload, truncated=truncated
    )
    replies = await request.app[DISPATCHER].answer(message)
    return json_response({"replies": replies})


async def history(request: web.Request) -> web.Response:
    """``GET /api/conversations/{token}/messages``: the last 50 turns and the events between them."""
    take(request.app[LIMITS].address, request_address(request))
    key = conversation_key(request.match_info["token"])
    inbox = request.app[INBOX]
    try:
        messages = await inbox.run(inbox.store.history, CHANNEL, key, HISTORY_TURNS)
    except UnknownConversationError as error:
        raise ApiError("unknown_conversation") from error
    newest = (await inbox.run(inbox.store.last_events, CHANNEL, [key])).get(key, 0)
    events = await inbox.run(inbox.store.events, CHANNEL, key, max(0, newest - HISTORY_EVENTS))
    body = {"turns": _turns(messages), "events": [event_body(event) for event in events]}
    return json_response(body)


def _turns(messages: list[StoredMessage]) -> list[dict[str, Any]]:
    """Turns as the page shows them: a pressed button by the title that an earlier reply gave it."""
    titles: dict[str, str] = {}
    turns: list[dict[str, Any]] = []
    for message in messages:
        said = message.incoming
        shown = said.text if said.payload is None else titles.get(said.payload, reply_text("chosen_button"))
        turns.append(
            {
                "message_id": said.message_id,
                "at": message.received_at.isoformat(timespec="seconds"),
                "text": shown,
                "payload": said.payload,
                "replies": message.replies,
            }
        )
        for reply in message.replies or []:
            titles.update((button["payload"], button["title"]) for button in reply["buttons"])
    return turns
