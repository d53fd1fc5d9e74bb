"""``POST /api/conversations/{token}/attachments``: a picture for a complaint, sent from the web page."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.orm import Session

from bot.gateway.errors import ApiError
from bot.gateway.inbox import Inbox
from bot.gateway.json_response import json_response
from bot.gateway.keys import EVIDENCE, INBOX, LIMITS
from bot.gateway.limits import request_address, take
from bot.gateway.requests import CHANNEL, conversation_key
from knowledge.cases.evidence import EvidenceError, EvidenceFolder, Picture, clean_picture, picture_origin
from knowledge.messaging.models import Conversation

MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
CHUNK_BYTES = 64 * 1024


async def attach(request: web.Request) -> web.Response:
    """Keep the picture in the body until its complaint is sent; the same picture again is the same one."""
    limits, inbox, folder = request.app[LIMITS], request.app[INBOX], request.app[EVIDENCE]
    take(limits.address, request_address(request))
    key = conversation_key(request.match_info["token"])
    take(limits.conversation, key)
    if request.content_type not in MEDIA_TYPES:
        raise ApiError("bad_picture")
    conversation = await inbox.run(_conversation, inbox, key)
    if conversation is None:
        raise ApiError("unknown_conversation")
    content = await _body(request, folder.most_bytes)
    try:
        picture = await asyncio.to_thread(clean_picture, content, folder.most_bytes)
        origin = picture_origin(conversation, content)
        await inbox.run(_keep, inbox, folder, picture, conversation, origin)
    except EvidenceError as error:
        raise ApiError(_CODES.get(error.reason, "bad_picture")) from error
    return json_response({"width": picture.width, "height": picture.height}, status=201)


_CODES = {"size": "picture_too_large", "too_many": "too_many_pictures"}


async def _body(request: web.Request, most_bytes: int) -> bytes:
    """Read the body piece by piece; what is too large is not read to its end."""
    parts, size = [], 0
    async for part in request.content.iter_chunked(CHUNK_BYTES):
        size += len(part)
        if size > most_bytes:
            raise ApiError("picture_too_large")
        parts.append(part)
    return b"".join(parts)


def _conversation(inbox: Inbox, key: str) -> int | None:
    query = sa.select(Conversation.id).where(Conversation.channel == CHANNEL, Conversation.key == key)
    with Session(inbox.engine) as session:
        return session.scalar(query)


def _keep(inbox: Inbox, folder: EvidenceFolder, picture: Picture, conversation: int, origin: str) -> None:
    with Session(inbox.engine) as session, session.begin():
        folder.keep(session, picture, conversation, origin, datetime.now(timezone.utc))
