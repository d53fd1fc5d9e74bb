"""Settings from environment variables, read and validated in one place.

Every variable is listed in ``.env.example`` (a test keeps the two equal). An unknown ``TTHC_``
variable or a malformed value stops the start with a sentence that says which one and why.
What belongs to one part of the product is a group with a module of its own here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.settings import delivery, dossiers, feedback, privacy, staff, telegram, zalo, zalo_bot
from knowledge.settings.parsers import (
    ROOT,
    Variable,
    between,
    database_url,
    flag,
    https_url,
    level,
    origins,
    path,
    port,
)

__all__ = ["PREFIX", "ROOT", "VARIABLES", "Settings", "SettingsError", "read_settings"]

PREFIX = "TTHC_"
GROUPS = {
    "delivery": delivery.DeliverySettings,
    "dossiers": dossiers.DossierSettings,
    "feedback": feedback.FeedbackSettings,
    "privacy": privacy.PrivacySettings,
    "staff": staff.StaffSettings,
    "telegram": telegram.TelegramSettings,
    "zalo": zalo.ZaloSettings,
    "zalo_bot": zalo_bot.ZaloBotSettings,
}
"""Field of `Settings` -> class of the group it holds."""


class SettingsError(ValueError):
    """A setting is unknown or malformed; the message names it and says what is expected."""


@dataclass(frozen=True)
class Settings:
    """Validated settings; see ``.env.example`` for the meaning of each."""

    host: str
    port: int
    database_url: str
    data_dir: Path
    department_file: Path
    rasa_port: int
    actions_port: int
    internal_token: str
    log_level: str
    max_text_chars: int
    chat_rate_per_minute: int
    new_conversations_per_minute: int
    chat_timeout_seconds: int
    trust_forwarded_for: bool
    embed_origins: tuple[str, ...]
    public_url: str
    metrics_token: str
    delivery: delivery.DeliverySettings
    dossiers: dossiers.DossierSettings
    feedback: feedback.FeedbackSettings
    privacy: privacy.PrivacySettings
    staff: staff.StaffSettings
    telegram: telegram.TelegramSettings
    zalo: zalo.ZaloSettings
    zalo_bot: zalo_bot.ZaloBotSettings

    @property
    def rasa_url(self) -> str:
        """Address of the Rasa server, on loopback."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Address of the action server, on loopback."""
        return f"http://127.0.0.1:{self.actions_port}"


VARIABLES: dict[str, Variable] = {
    "HOST": ("host", "127.0.0.1", str),
    "PORT": ("port", "8080", port),
    "DATABASE_URL": ("database_url", "sqlite:///var/tthc.db", database_url),
    "TTHC_DATA_DIR": ("data_dir", "var", path),
    "TTHC_DEPARTMENT_FILE": ("department_file", "department.yml", path),
    "TTHC_RASA_PORT": ("rasa_port", "5005", port),
    "TTHC_ACTIONS_PORT": ("actions_port", "5055", port),
    "TTHC_INTERNAL_TOKEN": ("internal_token", "", str),
    "TTHC_LOG_LEVEL": ("log_level", "INFO", level),
    "TTHC_MAX_TEXT_CHARS": ("max_text_chars", "2000", between(100, 20_000)),
    "TTHC_CHAT_RATE_PER_MINUTE": ("chat_rate_per_minute", "30", between(1, 100_000)),
    "TTHC_NEW_CONVERSATIONS_PER_MINUTE": ("new_conversations_per_minute", "20", between(1, 100_000)),
    "TTHC_CHAT_TIMEOUT_SECONDS": ("chat_timeout_seconds", "20", between(1, 300)),
    "TTHC_TRUST_FORWARDED_FOR": ("trust_forwarded_for", "off", flag),
    "TTHC_EMBED_ORIGINS": ("embed_origins", "", origins),
    "TTHC_PUBLIC_URL": ("public_url", "", https_url),
    "TTHC_METRICS_TOKEN": ("metrics_token", "", str),
    **delivery.VARIABLES,
    **dossiers.VARIABLES,
    **feedback.VARIABLES,
    **privacy.VARIABLES,
    **staff.VARIABLES,
    **telegram.VARIABLES,
    **zalo.VARIABLES,
    **zalo_bot.VARIABLES,
}
"""Environment variable -> (field, default, parser), in the order of ``.env.example``."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read settings from ``environment`` (default: the process's, over a ``.env`` file in the root).

    Raises:
        SettingsError: a ``TTHC_`` variable is unknown, or a value is malformed.
    """
    given = dict(environment) if environment is not None else {**_read_env_file(ROOT / ".env"), **os.environ}
    unknown = sorted(name for name in given if name.startswith(PREFIX) and name not in VARIABLES)
    if unknown:
        raise SettingsError(f"unknown setting {unknown[0]}: .env.example lists all settings")
    values: dict[str, Any] = {}
    for name, (field, default, parse) in VARIABLES.items():
        text = given.get(name, "").strip() or default
        try:
            values[field] = parse(text)
        except ValueError as error:
            raise SettingsError(f"{name}={text!r} is not usable: {error}") from error
    for group, its_class in GROUPS.items():
        prefix = f"{group}."
        names = [name for name in values if name.startswith(prefix)]
        values[group] = its_class(**{name.removeprefix(prefix): values.pop(name) for name in names})
    return Settings(**values)


def _read_env_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    values: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, separator, value = stripped.partition("=")
        if not separator or not name.strip().isidentifier():
            raise SettingsError(f"{path.name} line {number}: expected NAME=value, got {stripped[:40]!r}")
        values[name.strip()] = value.strip().strip("\"'")
    return values
