"""Settings of how personal data is kept."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.settings.parsers import Variable


def _secret_key(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError("expected at least 32 characters, such as `openssl rand -base64 32` gives")
    return text


@dataclass(frozen=True)
class PrivacySettings:
    """What seals and hashes personal data (``knowledge.privacy``)."""

    secret_key: str


VARIABLES: dict[str, Variable] = {
    "TTHC_SECRET_KEY": ("privacy.secret_key", "", _secret_key),
}
