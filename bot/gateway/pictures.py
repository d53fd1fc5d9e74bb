"""Pictures that come by a channel which keeps them itself: fetched before their message is handled.

A complaint being written then finds them waiting, as it finds those uploaded on the web page.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timezone

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.gateway.inbox import Inbox
from knowledge.cases.evidence import EvidenceError, EvidenceFolder, Picture, clean_picture
from knowledge.messaging.models import InboxMessage
from knowledge.messaging.records import StoredMessage

logger = logging.getLogger(__name__)

Fetch = Callable[[str], Awaitable[bytes]]
"""Returns the content of a file by the channel's id of it; any exception means that it cannot be had."""
FETCH_SECONDS = 20.0
IMAGE = "image"


class Pictures:
    """Keeps the pictures of a message for the complaint that its conversation writes."""

    def __init__(self, inbox: Inbox, folder: EvidenceFolder, fetchers: Mapping[str, Fetch]) -> None:
        self._inbox = inbox
        self._folder = folder
        self._fetchers = fetchers

    async def keep(self, stored: StoredMessage) -> None:
        """Fetch and keep them; one that cannot be had is passed over, and the assistant says so."""
        fetch = self._fetchers.get(stored.incoming.channel)
        if fetch is None or stored.incoming.is_group:
            return
        for place, file in enumerate(stored.incoming.attachments):
            if file.get("kind") == IMAGE and file.get("file_id"):
                await self._keep(stored.row, place, fetch, str(file["file_id"]))

    async def _keep(self, row: int, place: int, fetch: Fetch, file_id: str) -> None:
        try:
            content = await asyncio.wait_for(fetch(file_id), FETCH_SECONDS)
            picture = await asyncio.to_thread(clean_picture, content, self._folder.most_bytes)
            await self._inbox.run(self._store, picture, row, place)
        except EvidenceError as error:
            logger.info("a picture is not kept: %s", error)
        except Exception:
            logger.warning("a picture could not be fetched", exc_info=True)

    def _store(self, picture: Picture, row: int, place: int) -> None:
        with Session(self._inbox.engine) as session, session.begin():
            query = sa.select(InboxMessage.conversation_id).where(InboxMessage.id == row)
            conversation = session.execute(query).scalar_one_or_none()
            if conversation is not None:
                now = datetime.now(timezone.utc)
                self._folder.keep(session, picture, conversation, f"message:{row}:{place}", now)
