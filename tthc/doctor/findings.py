"""What a check found: how bad it is, what it is, and exactly what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

import yaml


class Level(IntEnum):
    """How bad it is. Something that must be fixed makes the command's exit code 1."""

    GOOD = 0
    NOTE = 1
    MUST_FIX = 2


@dataclass(frozen=True)
class Finding:
    """One sentence about a topic, and what to do about it (empty when nothing is)."""

    level: Level
    key: str
    """``topic.name``, as in ``wordings.yml``."""
    what: str
    do: str = ""

    @property
    def topic(self) -> str:
        """Name of the topic it belongs to."""
        return self.key.split(".")[0]


def good(key: str, **values: object) -> Finding:
    """Say that something is as it should be."""
    return _found(Level.GOOD, key, values)


def note(key: str, **values: object) -> Finding:
    """Say what should be looked at."""
    return _found(Level.NOTE, key, values)


def must_fix(key: str, **values: object) -> Finding:
    """Say what does not work until it is fixed."""
    return _found(Level.MUST_FIX, key, values)


def topic_title(topic: str) -> str:
    """The topic's name for people."""
    return str(_wordings()[topic]["title"])


def level_title(level: Level) -> str:
    """The level's name for people."""
    return str(_wordings()["levels"][level.name.lower()])


def summary(findings: Sequence[Finding]) -> str:
    """The last line: how much there is to do."""
    levels = Counter(finding.level for finding in findings)
    notes, must = levels[Level.NOTE], levels[Level.MUST_FIX]
    name = "must_fix" if must else "notes" if notes else "all_good"
    return str(_wordings()["summary"][name]).format(notes=notes, must_fix=must)


def _found(level: Level, key: str, values: dict[str, object]) -> Finding:
    topic, name = key.split(".")
    said = _wordings()[topic][name]
    if isinstance(said, str):
        said = {"what": said}
    return Finding(level, key, said["what"].format(**values), said.get("do", "").format(**values))


@cache
def _wordings() -> dict[str, dict[str, dict[str, str] | str]]:
    content: dict[str, dict[str, dict[str, str] | str]] = yaml.safe_load(
        Path(__file__).with_name("wordings.yml").read_text(encoding="utf-8")
    )
    return content
