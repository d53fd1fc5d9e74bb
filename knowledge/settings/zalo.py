"""Settings of the Zalo Official Account channel; docs/channels/zalo.md says where each value is found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.settings.parsers import Variable, between, choice, flag, https_url, path


def _number(text: str) -> str:
    if text and not re.fullmatch(r"\d{6,30}", text, re.ASCII):
        raise ValueError("expected the digits of an id, such as 360846524940903967")
    return text


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(part.strip() for part in text.split(",") if part.strip())
    for code in codes:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", code):
            raise ValueError("expected codes of letters and digits, separated by commas")
    return codes


def _verifier(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", text):
        raise ValueError("expected 43 to 128 letters, digits or . _ ~ -")
    return text


def _file(text: str) -> Path | None:
    return path(text) if text else None


@dataclass(frozen=True)
class ZaloSettings:
    """The Official Account; without an ``app_id`` the channel is off."""

    app_id: str
    app_secret: str
    oa_secret_key: str
    """Shown on the app's Webhook page; some sources say that the app secret signs instead."""
    signature_key: str
    oa_id: str
    sign_with_oa_id: bool
    replay_hours: int
    buttons: str
    window_hours: int
    officer_silence_minutes: int
    redirect_url: str
    pkce_verifier: str
    site_verification: tuple[str, ...]
    appsecret_proof: bool
    templates_file: Path | None
    api_url: str
    business_url: str
    oauth_url: str

    @property
    def enabled(self) -> bool:
        """Whether the channel is on."""
        return bool(self.app_id)

    @property
    def signature_keys(self) -> tuple[str, ...]:
        """The keys that may have signed a webhook."""
        keys = {
            "oa_secret": (self.oa_secret_key,),
            "app_secret": (self.app_secret,),
            "either": (self.oa_secret_key, self.app_secret),
        }
        return tuple(key for key in keys[self.signature_key] if key)


VARIABLES: dict[str, Variable] = {
    "TTHC_ZALO_APP_ID": ("zalo.app_id", "", _number),
    "TTHC_ZALO_APP_SECRET": ("zalo.app_secret", "", str),
    "TTHC_ZALO_OA_SECRET_KEY": ("zalo.oa_secret_key", "", str),
    "TTHC_ZALO_SIGNATURE_KEY": (
        "zalo.signature_key",
        "oa_secret",
        choice("oa_secret", "app_secret", "either"),
    ),
    "TTHC_ZALO_OA_ID": ("zalo.oa_id", "", _number),
    "TTHC_ZALO_SIGN_WITH_OA_ID": ("zalo.sign_with_oa_id", "off", flag),
    "TTHC_ZALO_REPLAY_HOURS": ("zalo.replay_hours", "3", between(2, 48)),
    "TTHC_ZALO_BUTTONS": ("zalo.buttons", "off", choice("off", "buttons", "list")),
    "TTHC_ZALO_WINDOW_HOURS": ("zalo.window_hours", "168", between(1, 168)),
    "TTHC_ZALO_OFFICER_SILENCE_MINUTES": ("zalo.officer_silence_minutes", "30", between(1, 1440)),
    "TTHC_ZALO_REDIRECT_URL": ("zalo.redirect_url", "", https_url),
    "TTHC_ZALO_PKCE_VERIFIER": ("zalo.pkce_verifier", "", _verifier),
    "TTHC_ZALO_SITE_VERIFICATION": ("zalo.site_verification", "", _codes),
    "TTHC_ZALO_APPSECRET_PROOF": ("zalo.appsecret_proof", "off", flag),
    "TTHC_ZALO_TEMPLATES_FILE": ("zalo.templates_file", "", _file),
    "TTHC_ZALO_API_URL": ("zalo.api_url", "https://openapi.zalo.me", https_url),
    "TTHC_ZALO_BUSINESS_URL": ("zalo.business_url", "https://business.openapi.zalo.me", https_url),
    "TTHC_ZALO_OAUTH_URL": ("zalo.oauth_url", "https://oauth.zaloapp.com", https_url),
}
