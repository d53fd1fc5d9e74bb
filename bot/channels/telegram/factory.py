"""Makes the channel; the library, which takes a second to load, is loaded only where there is a bot."""

from __future__ import annotations

from bot.channels.base import Channel
from knowledge.settings import Settings


def telegram_channel(settings: Settings) -> Channel | None:
    """Make the channel when a token is set."""
    if not settings.telegram.enabled:
        return None
    from bot.channels.telegram.channel import TelegramChannel  # noqa: PLC0415 - see above

    return TelegramChannel(settings.telegram)
