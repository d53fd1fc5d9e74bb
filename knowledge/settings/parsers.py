"""Parsers of settings: from the text of a variable to a value; a refusal says what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent.parent
"""The project's folder: relative paths in settings start here."""

Variable = tuple[str, str, Callable[[str], Any]]
"""Field (``group.field`` in a group), default as text, parser."""


def between(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from ``low`` to ``high``."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and low <= int(text[:10]) <= high):
            raise ValueError(f"expected a whole number between {low} and {high}")
        return int(text)

    return parse


port = between(1, 65_535)


def flag(text: str) -> bool:
    """Take on or off, in the usual spellings."""
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("expected on or off")


def database_url(text: str) -> str:
    """Take a URL of SQLite (a relative file starts in the project) or PostgreSQL."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError("expected a URL such as sqlite:///var/tthc.db") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("expected a sqlite:// or postgresql:// URL")
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_absolute():
        url = url.set(database=str(ROOT / url.database))
    return url.render_as_string(hide_password=False)


def path(text: str) -> Path:
    """Take a path; a relative one starts in the project."""
    given = Path(text)
    return given if given.is_absolute() else ROOT / given


def level(text: str) -> str:
    """Take the name of a log level."""
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def origins(text: str) -> tuple[str, ...]:
    """Take web origins separated by commas."""
    given = tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    for origin in given:
        if not origin.startswith(("http://", "https://")):
            raise ValueError(f"expected origins such as https://sct.example.gov.vn, got {origin!r}")
    return given


def choice(*names: str) -> Callable[[str], str]:
    """Return a parser that takes one of ``names``."""

    def parse(text: str) -> str:
        if text.lower() not in names:
            raise ValueError("expected " + " or ".join(names))
        return text.lower()

    return parse


def https_url(text: str) -> str:
    """Take an address; plain http only on this machine (simulators). No trailing slash is kept."""
    local = re.match(r"http://(127\.0\.0\.1|localhost)(:\d+)?(/|$)", text)
    if text and not local and not re.match(r"https://[^/\s]+", text):
        raise ValueError("expected an address that starts with https://")
    return text.rstrip("/")
