"""Fetches files that people sent, within what the Bot API gives out."""

from __future__ import annotations

from telegram import Bot
from telegram.error import TelegramError

MAX_BYTES = 20 * 1024 * 1024
"""The Bot API hands out no larger file."""


class FileUnavailableError(Exception):
    """The file cannot be had: too large, gone, or Telegram does not answer."""


async def download(bot: Bot, file_id: str) -> bytes:
    """Return the content of a file that came with a message (``Attachment.file_id``).

    Raises:
        FileUnavailableError: it cannot be had.
    """
    try:
        file = await bot.get_file(file_id)
        if (file.file_size or 0) > MAX_BYTES:
            raise FileUnavailableError("the file is larger than 20 MB")
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        raise FileUnavailableError(error.message) from error
