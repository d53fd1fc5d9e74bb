"""What cleaning changed: each change names its rule, its place and the values before and after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent.parent / "data" / "cleaning"


@dataclass(frozen=True)
class CleaningChange:
    """One value that a rule changed; ``place`` names it in Vietnamese ("hồ sơ 1, dòng 4")."""

    code: str
    rule: str
    place: str
    before: str
    after: str

    @property
    def reason(self) -> str:
        """Why the rule changes such values."""
        return load_rules()[self.rule]


class Journal:
    """Collects the changes of one procedure."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.changes: list[CleaningChange] = []

    def note(self, rule: str, place: str, before: object, after: object) -> None:
        """Record a change that was made."""
        if rule not in load_rules():
            raise KeyError(f"cleaning rule {rule!r} is not described in rules.yml")
        self.changes.append(CleaningChange(self.code, rule, place, str(before), str(after)))

    def changed(self, rule: str, place: str, before: str, after: str) -> str:
        """Return ``after``, recording it when it differs from ``before``."""
        if before != after:
            self.note(rule, place, before, after)
        return after


@cache
def load_rules() -> dict[str, str]:
    """Read the rules: id -> reason (Vietnamese)."""
    rules: dict[str, str] = yaml.safe_load((DATA / "rules.yml").read_text(encoding="utf-8"))
    return rules


@cache
def load_tables() -> dict[str, Any]:
    """Read the tables of known spellings."""
    tables: dict[str, Any] = yaml.safe_load((DATA / "tables.yml").read_text(encoding="utf-8"))
    return tables
