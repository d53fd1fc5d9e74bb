"""Settings of the Telegram channel; docs/channels/telegram.md says where each value is found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.settings.parsers import Variable, choice, https_url

WEBHOOK, POLLING = "webhook", "polling"


def _token(text: str) -> str:
    if text and not re.fullmatch(r"\d{4,16}:[A-Za-z0-9_-]{20,80}", text, re.ASCII):
        raise ValueError("expected a token as BotFather gives it, such as 123456789:AA…")
    return text


def _proxy(text: str) -> str:
    if text and not re.match(r"https?://[^/\s]+", text):
        raise ValueError("expected the address of a proxy, such as http://proxy.example.gov.vn:3128")
    return text


@dataclass(frozen=True)
class TelegramSettings:
    """The bot; without a ``token`` the channel is off."""

    token: str
    mode: str
    """``webhook``: Telegram calls us; ``polling``: we ask Telegram, for a trial."""
    api_url: str
    """Telegram's servers, a Bot API server of one's own, or the simulator."""
    proxy: str
    """By which way the Bot API is reached; empty: directly."""

    @property
    def enabled(self) -> bool:
        """Whether the channel is on."""
        return bool(self.token)

    @property
    def bot_id(self) -> int:
        """Telegram's id of the bot: the token begins with it."""
        return int(self.token.split(":")[0])


VARIABLES: dict[str, Variable] = {
    "TTHC_TELEGRAM_TOKEN": ("telegram.token", "", _token),
    "TTHC_TELEGRAM_MODE": ("telegram.mode", WEBHOOK, choice(WEBHOOK, POLLING)),
    "TTHC_TELEGRAM_API_URL": ("telegram.api_url", "https://api.telegram.org", https_url),
    "TTHC_TELEGRAM_PROXY": ("telegram.proxy", "", _proxy),
}
