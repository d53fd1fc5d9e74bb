"""What an import took, what it refused and why, in words for officers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.dossiers.register import Stored
from knowledge.text.masking import mask_personal_data

WORDING = Path(__file__).parent.parent / "data" / "importing.yml"
MOST_LINES = 1_000
"""Refusals and notices kept in words; beyond them they are only counted."""
_LONGEST_VALUE = 60


class FileFaultError(ValueError):
    """The file as a whole cannot be taken; the message (Vietnamese) says why."""


@dataclass(frozen=True)
class Line:
    """Something said about one place of the file."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass
class ImportReport:
    """Result of an import. ``stored`` is how the register changed."""

    file: str
    rows: int = 0
    refused: list[Line] = field(default_factory=list)
    notices: list[Line] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """How often each reason of refusal or notice occurred."""
    stored: Stored = field(default_factory=Stored)

    @property
    def taken(self) -> int:
        """Dossiers that are in the register now because of this file."""
        return self.stored.new + self.stored.changed + self.stored.unchanged

    @property
    def refused_rows(self) -> int:
        """Rows that were not taken."""
        return self.counts["refused"]

    def refuse(self, place: str, name: str, **values: object) -> None:
        """Note why a row was not taken."""
        self.counts["refused"] += 1
        self._note(self.refused, place, "refused", name, values)

    def notice(self, place: str, name: str, **values: object) -> None:
        """Note something about a row that was taken."""
        self._note(self.notices, place, "notices", name, values)

    def _note(
        self, lines: list[Line], place: str, section: str, name: str, values: dict[str, object]
    ) -> None:
        self.counts[name] += 1
        if len(lines) < MOST_LINES:
            lines.append(Line(place, worded(section, name, **values)))


def worded(section: str, name: str, **values: object) -> str:
    """Word a reason or place; values of the file are cut, numbers of persons masked."""
    return str(_words()[section][name]).format(**{key: _shown(value) for key, value in values.items()})


def _shown(value: object) -> str:
    text = mask_personal_data(" ".join(str(value).split()))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return words
