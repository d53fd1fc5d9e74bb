"""Sends replies: cut to Telegram's length, marked up, with an inline keyboard under the last part."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.channels.base import Part, Sent
from bot.channels.numbered import numbered_lines
from bot.channels.splitting import split_text, utf16_length
from bot.channels.telegram.api import TelegramApi, problem
from bot.channels.telegram.markup import to_html
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.updates import CHANNEL, read_address
from knowledge.messaging.buttons import ButtonStore
from knowledge.messaging.records import Reply

MAX_TEXT_UNITS = 4000
"""Telegram takes 4,096 UTF-16 units; some distance, because it counts after its own reading of the markup."""
WHOLE_TITLE = 34
"""Longest title that a phone shows whole on a button as wide as the screen."""
HALF_TITLE = 15
"""Longest title of a button that shares its row with another."""
MAX_BUTTONS = 100

logger = logging.getLogger(__name__)


class TelegramSender:
    """The sender; ``buttons`` gives the store of payloads while the channel is open."""

    channel = CHANNEL
    numbers_choices = False
    window_seconds: float | None = None

    def __init__(self, api: TelegramApi, buttons: Callable[[], ButtonStore]) -> None:
        self._api = api
        self._buttons = buttons
        self._pace = Pace()

    def render(self, reply: Reply) -> Sequence[Part]:
        """Cut the text; titles too long for a button are told in full, with the number that it has."""
        text, buttons = str(reply["text"]).strip(), list(reply.get("buttons") or ())[:MAX_BUTTONS]
        if not text:
            return []
        labels = [str(button["title"]).strip() for button in buttons]
        if any(len(label) > WHOLE_TITLE for label in labels):
            labels = numbered_lines(buttons)
            text = "\n".join([text, "", *labels])
        protected = {"protected": True} if reply.get("protected") else {}
        bodies: list[dict[str, Any]] = [
            {"text": piece, **protected} for piece in split_text(text, MAX_TEXT_UNITS, utf16_length)
        ]
        if buttons:
            payloads = [button["payload"] for button in buttons]
            bodies[-1]["buttons"] = _rows(list(zip(labels, payloads, strict=True)))
        return [Part(body) for body in bodies]

    async def send(self, address: str, part: Part) -> Sent:
        """Send one part; as plain text when Telegram cannot read our markup."""
        chat_id, thread = read_address(address)
        body = part.body
        keyboard = await self._keyboard(body.get("buttons") or [])
        await self._pace.wait(chat_id)

        async def post(text: str, parse_mode: str | None) -> Message:
            return await self._api.bot.send_message(
                chat_id,
                text,
                parse_mode=parse_mode,
                message_thread_id=thread,
                reply_markup=keyboard,
                protect_content=bool(body.get("protected")),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        try:
            sent = await _marked_or_plain(post, body["text"])
        except TelegramError as error:
            raise problem(error) from error
        return Sent(str(sent.message_id))

    async def _keyboard(self, rows: list[list[Mapping[str, str]]]) -> InlineKeyboardMarkup | None:
        """The keyboard; what its buttons carry is stored first, so that a tap is always understood."""
        if not rows:
            return None
        store = self._buttons()
        await asyncio.to_thread(store.keep, [button["payload"] for row in rows for button in row])
        return InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(button["title"], callback_data=store.name(button["payload"]))
                    for button in row
                ]
                for row in rows
            ]
        )


async def _marked_or_plain(post: Callable[[str, str | None], Any], text: str) -> Message:
    try:
        sent: Message = await post(to_html(text), ParseMode.HTML)
    except BadRequest as error:
        if "parse entities" not in error.message.lower():
            raise
        logger.warning("Telegram cannot read our markup, the text goes plain: %s", error.message)
        sent = await post(text, None)
    return sent


def _rows(buttons: Sequence[tuple[str, str]]) -> list[list[dict[str, str]]]:
    """Two short buttons share a row, a longer one has its own."""
    rows: list[list[dict[str, str]]] = []
    half = False
    for label, payload in buttons:
        button = {"title": _shortened(label), "payload": payload}
        short = len(label) <= HALF_TITLE
        if short and half:
            rows[-1].append(button)
            half = False
        else:
            rows.append([button])
            half = short
    return rows


def _shortened(label: str) -> str:
    """Cut a label at a word, so that its button shows where it goes on."""
    if len(label) <= WHOLE_TITLE:
        return label
    return label[: WHOLE_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
