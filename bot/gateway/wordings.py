"""The gateway's own sentences, from ``wordings.yml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def _load() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("wordings.yml").read_text(encoding="utf-8")
    )
    return content


def error_message(code: str, **values: object) -> str:
    """The Vietnamese sentence of an error code, with its values filled in."""
    return _load()["errors"][code].format(**values)


def reply_text(name: str) -> str:
    """A sentence that the gateway says in the assistant's place."""
    return _load()["replies"][name]
