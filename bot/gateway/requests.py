"""Checks of what callers of the chat API send."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.gateway.errors import ApiError

CHANNEL = "web"
MAX_PAYLOAD_CHARS = 1000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PAYLOAD = re.compile(r"/[A-Za-z_][A-Za-z0-9_]*(\{.*\})?", re.DOTALL)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class ChatRequest:
    """A checked body of ``POST /api/chat``; exactly one of ``text`` and ``payload`` is set."""

    conversation: str
    """Key of the conversation (see `conversation_key`)."""
    message_id: str
    text: str | None
    payload: str | None


def new_token() -> str:
    """Return an unguessable name for a new conversation (256 bits)."""
    return secrets.token_urlsafe(32)


def conversation_key(token: str) -> str:
    """Return the key a conversation is stored under: SHA-256 of its token, in hex.

    Raises:
        ApiError: the token cannot be one of ours.
    """
    if not _TOKEN.fullmatch(token):
        raise ApiError("unknown_conversation")
    return hashlib.sha256(token.encode("ascii")).hexdigest()


async def read_json_object(request: web.Request) -> dict[str, Any]:
    """Read the body as a JSON object.

    Raises:
        ApiError: the content type is another, or the body is no JSON object in UTF-8.
    """
    if request.content_type != "application/json":
        raise ApiError("bad_content_type")
    try:
        content = json.loads((await request.read()).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ApiError("bad_json") from error
    if not isinstance(content, dict):
        raise ApiError("bad_json")
    return content


def parse_chat(content: dict[str, Any]) -> ChatRequest:
    """Check the fields of a chat message; a field that is null counts as absent, unknown ones are ignored.

    Raises:
        ApiError: a field is missing or malformed, or the conversation's token cannot be one of ours.
    """
    conversation = _text(content, "conversation")
    if conversation is None:
        raise _bad_field("conversation", "cần có, là chuỗi nhận từ POST /api/conversations")
    text, payload = _text(content, "text"), _text(content, "payload")
    if (text is None) == (payload is None):
        raise ApiError("text_or_payload")
    message_id = _text(content, "message_id")
    if message_id is not None and not _MESSAGE_ID.fullmatch(message_id):
        raise _bad_field("message_id", "từ 1 đến 64 ký tự chữ không dấu, số, “-” hoặc “_”")
    if payload is not None:
        _check_payload(payload)
    return ChatRequest(conversation_key(conversation), message_id or secrets.token_hex(16), text, payload)


def _check_payload(payload: str) -> None:
    if len(payload) > MAX_PAYLOAD_CHARS:
        raise _bad_field("payload", f"dài không quá {MAX_PAYLOAD_CHARS} ký tự")
    match = _PAYLOAD.fullmatch(payload)
    expected = "bắt đầu bằng “/”, như nút bấm của câu trả lời đưa ra"
    if match is None or _UNSEEN.search(payload):
        raise _bad_field("payload", expected)
    if match[1] is not None:
        try:
            json.loads(match[1])
        except (ValueError, RecursionError) as error:
            raise _bad_field("payload", expected) from error


def _text(content: dict[str, Any], field: str) -> str | None:
    value = content.get(field)
    if value is not None and not isinstance(value, str):
        raise _bad_field(field, "phải là chuỗi ký tự")
    return value


def _bad_field(field: str, expected: str) -> ApiError:
    return ApiError("bad_field", field=field, expected=expected)
