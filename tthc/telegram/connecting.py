"""Registers the bot's webhook and shows how Telegram sees it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.channels.telegram.api import TelegramApi
from bot.channels.telegram.registration import register, show_commands, webhook_secret, webhook_url
from knowledge.privacy.sealing import open_sealer
from knowledge.settings import Settings, read_settings
from knowledge.settings.telegram import POLLING
from tthc.errors import ExpectedError, UsageError


async def register_bot() -> None:
    """Set the webhook and the commands; while polling, the commands alone."""
    settings = _settings()
    async with _bot(settings) as bot:
        if settings.telegram.mode == POLLING:
            await show_commands(bot)
            print("Đã đăng ký danh sách lệnh. Ở chế độ polling không cần webhook.")
            return
        if not settings.public_url:
            raise UsageError("Chưa đặt TTHC_PUBLIC_URL: địa chỉ HTTPS mà Internet gọi tới được.")
        secret = webhook_secret(open_sealer(settings), settings.telegram)
        await register(bot, settings.public_url, secret)
        print(f"Telegram sẽ chuyển tin tới {webhook_url(settings.public_url)}; đã đăng ký danh sách lệnh.")


async def unregister_bot() -> None:
    """Take the webhook away; what waits at Telegram stays there."""
    async with _bot(_settings()) as bot:
        await bot.delete_webhook(drop_pending_updates=False)
        print("Đã gỡ webhook. Tin đang chờ vẫn còn ở Telegram, tối đa 24 giờ.")


async def show_status() -> None:
    """Print who the bot is and how delivery goes."""
    settings = _settings()
    async with _bot(settings) as bot:
        me, info = await bot.get_me(), await bot.get_webhook_info()
    print(f"Bot: @{me.username} ({me.first_name})")
    print(f"Chế độ: {settings.telegram.mode}; webhook: {info.url or '(không có)'}")
    print(f"Đang chờ: {info.pending_update_count}")
    if info.last_error_date is not None:
        moment = info.last_error_date.astimezone()
        print(f"Lỗi gần nhất: {moment:%d/%m/%Y %H:%M} {info.last_error_message}")


def _settings() -> Settings:
    settings = read_settings()
    if not settings.telegram.enabled:
        raise UsageError("Chưa đặt TTHC_TELEGRAM_TOKEN (xem docs/channels/telegram.md).")
    return settings


@contextlib.asynccontextmanager
async def _bot(settings: Settings) -> AsyncIterator[Bot]:
    """The client; what Telegram refuses becomes a sentence."""
    try:
        async with TelegramApi(settings.telegram) as api:
            yield api.bot
    except InvalidToken as error:
        raise ExpectedError("Telegram không nhận token: lấy lại ở BotFather (/token).") from error
    except NetworkError as error:
        raise ExpectedError(f"Không tới được Telegram hoặc bị từ chối: {error.message}") from error
    except TelegramError as error:
        raise ExpectedError(f"Telegram từ chối: {error.message}") from error
