"""Settings from environment variables, read and validated in one place.

Every variable is listed in ``.env.example`` (a test keeps the two equal). An unknown ``TTHC_``
variable or a malformed value stops the start with a sentence that says which one and why.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "TTHC_"


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
    metrics_token: str

    @property
    def rasa_url(self) -> str:
        """Address of the Rasa server, on loopback."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Address of the action server, on loopback."""
        return f"http://127.0.0.1:{self.actions_port}"


def _between(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and low <= int(text[:10]) <= high):
            raise ValueError(f"expected a whole number between {low} and {high}")
        return int(text)

    return parse


_port = _between(1, 65_535)


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("expected on or off")


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError("expected a URL such as sqlite:///var/tthc.db") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("expected a sqlite:// or postgresql:// URL")
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_absolute():
        url = url.set(database=str(ROOT / url.database))
    return url.render_as_string(hide_password=False)


def _path(text: str) -> Path:
    path = Path(text)
    return path if path.is_absolute() else ROOT / path


def _level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    for origin in origins:
        if not origin.startswith(("http://", "https://")):
            raise ValueError(f"expected origins such as https://sct.example.gov.vn, got {origin!r}")
    return origins


VARIABLES: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "HOST": ("host", "127.0.0.1", str),
    "PORT": ("port", "8080", _port),
    "DATABASE_URL": ("database_url", "sqlite:///var/tthc.db", _database_url),
    "TTHC_DATA_DIR": ("data_dir", "var", _path),
    "TTHC_DEPARTMENT_FILE": ("department_file", "department.yml", _path),
    "TTHC_RASA_PORT": ("rasa_port", "5005", _port),
    "TTHC_ACTIONS_PORT": ("actions_port", "5055", _port),
    "TTHC_INTERNAL_TOKEN": ("internal_token", "", str),
    "TTHC_LOG_LEVEL": ("log_level", "INFO", _level),
    "TTHC_MAX_TEXT_CHARS": ("max_text_chars", "2000", _between(100, 20_000)),
    "TTHC_CHAT_RATE_PER_MINUTE": ("chat_rate_per_minute", "30", _between(1, 100_000)),
    "TTHC_NEW_CONVERSATIONS_PER_MINUTE": ("new_conversations_per_minute", "20", _between(1, 100_000)),
    "TTHC_CHAT_TIMEOUT_SECONDS": ("chat_timeout_seconds", "20", _between(1, 300)),
    "TTHC_TRUST_FORWARDED_FOR": ("trust_forwarded_for", "off", _flag),
    "TTHC_EMBED_ORIGINS": ("embed_origins", "", _origins),
    "TTHC_METRICS_TOKEN": ("metrics_token", "", str),
}
"""Environment variable -> (field, default, parser)."""


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
