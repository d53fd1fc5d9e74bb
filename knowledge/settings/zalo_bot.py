"""Settings of the Zalo Bot Platform channel; docs/channels/zalo-bot.md says where each value is found."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from knowledge.settings.parsers import Variable, https_url


def _token(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9:_-]{8,256}", text):
        raise ValueError("expected the bot's token, such as 12345689:abc-xyz")
    return text


@dataclass(frozen=True)
class ZaloBotSettings:
    """The bot; without a ``token`` the channel is off."""

    token: str
    webhook_url: str
    """Public address of this service; empty: messages are fetched by long polling."""
    api_url: str

    @property
    def enabled(self) -> bool:
        """Whether the channel is on."""
        return bool(self.token)

    @property
    def secret_token(self) -> str:
        """What Zalo has to send with each webhook: made from the token, so nobody has to invent one."""
        return hmac.new(self.token.encode(), b"webhook", hashlib.sha256).hexdigest()


VARIABLES: dict[str, Variable] = {
    "TTHC_ZALO_BOT_TOKEN": ("zalo_bot.token", "", _token),
    "TTHC_ZALO_BOT_WEBHOOK_URL": ("zalo_bot.webhook_url", "", https_url),
    "TTHC_ZALO_BOT_API_URL": ("zalo_bot.api_url", "https://bot-api.zaloplatforms.com", https_url),
}
