"""Sends replies by ``sendMessage``; the platform has no buttons, so they are numbered lines."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence

from bot.channels.base import Part, SendError, Sent
from bot.channels.numbered import numbered_text
from bot.channels.splitting import split_text
from bot.channels.zalo_bot.api import BAD_TOKEN, BotApi, BotApiError, NoAnswerError
from bot.channels.zalo_bot.updates import CHANNEL
from knowledge.messaging.records import Reply

MAX_TEXT_CHARS = 2000
BAD_REQUEST = 400
OPERATOR_PAUSE_SECONDS = 600.0
"""How long sending waits for a person to set the token right."""

logger = logging.getLogger(__name__)


class ZaloBotSender:
    """Renders for the Bot Platform and sends."""

    channel = CHANNEL
    numbers_choices = True
    window_seconds: float | None = None
    """No window is documented."""

    def __init__(self, api: BotApi) -> None:
        self._api = api

    def render(self, reply: Reply) -> Sequence[Part]:
        """Split the text; buttons become numbered lines. It goes without ``parse_mode``: as plain text."""
        text = numbered_text(unicodedata.normalize("NFC", reply["text"]).strip(), reply.get("buttons") or [])
        return [Part({"text": piece}) for piece in split_text(text, MAX_TEXT_CHARS)]

    async def send(self, address: str, part: Part) -> Sent:
        """Send one part."""
        try:
            fields = {"chat_id": address, "text": part.body["text"]}
            result = await self._api.call("sendMessage", fields)
        except BotApiError as error:
            raise _problem(error) from error
        except NoAnswerError as error:
            raise SendError(f"no answer: {error}", retry=True, doubtful=error.sent) from error
        return Sent(str(result.get("message_id") or ""))


def _problem(error: BotApiError) -> SendError:
    """What the outbox is told. 403 is a fault of the platform's own, in its words."""
    if error.code in BAD_TOKEN:
        logger.error("the Zalo bot can send nothing until TTHC_ZALO_BOT_TOKEN is right: %s", error)
        return SendError(str(error), retry=True, after=OPERATOR_PAUSE_SECONDS)
    return SendError(str(error), retry=error.code != BAD_REQUEST, after=error.after)
