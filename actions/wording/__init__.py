"""The words of the answers: read from YAML, filled with facts, never containing facts of their own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def _phrases() -> dict[str, str]:
    phrases: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        for section, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for name, text in entries.items():
                phrases[f"{section}.{name}"] = text
    return phrases


def say(key: str, **values: object) -> str:
    """Return the phrase ``section.name`` with its placeholders filled.

    Raises:
        KeyError: there is no such phrase, or a placeholder has no value.
    """
    return _phrases()[key].format(**values).strip()


def table(section: str) -> dict[str, Any]:
    """Return all phrases of a section by name, in file order."""
    prefix = f"{section}."
    return {key[len(prefix) :]: text for key, text in _phrases().items() if key.startswith(prefix)}
