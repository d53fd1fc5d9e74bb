"""Tells Telegram where to deliver, and which commands the bot has."""

from __future__ import annotations

from telegram import Bot

from bot.channels.telegram.commands import all_commands
from bot.channels.telegram.updates import ALLOWED_UPDATES
from bot.channels.telegram.webhook import PATH
from knowledge.privacy.sealing import Sealer
from knowledge.settings.telegram import TelegramSettings


def webhook_secret(sealer: Sealer, settings: TelegramSettings) -> str:
    """What Telegram says with each call (64 hex digits): derived, so there is nothing to set."""
    return sealer.hash("telegram-webhook", settings.token)


def webhook_url(public_url: str) -> str:
    """Where Telegram is told to deliver."""
    return f"{public_url}{PATH}"


async def register(bot: Bot, public_url: str, secret: str) -> None:
    """Have updates delivered to the webhook, and show the commands; what waits is delivered too.

    Raises:
        TelegramError: Telegram refused or does not answer.
    """
    await bot.set_webhook(webhook_url(public_url), secret_token=secret, allowed_updates=ALLOWED_UPDATES)
    await show_commands(bot)


async def show_commands(bot: Bot) -> None:
    """Have the menu of the bot show our commands."""
    await bot.set_my_commands(described_commands())


def described_commands() -> list[tuple[str, str]]:
    """The commands that the menu shows: name and description."""
    return [(name, command.describe) for name, command in all_commands().items() if command.describe]
