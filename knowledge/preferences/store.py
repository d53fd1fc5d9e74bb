"""Reads and changes preferences in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.preferences.models import PreferenceRow
from knowledge.yaml_fields import Fields, read_entries

DATA = Path(__file__).with_name("preferences.yml")
ON, OFF = "on", "off"
_TABLE = PreferenceRow.__table__.c
_VALUE = sa.select(_TABLE.value).where(_TABLE.name == sa.bindparam("name"))
"""Built once: read with every answer."""


class PreferenceError(ValueError):
    """A value is not one that the preference takes."""


@dataclass(frozen=True)
class Preference:
    """A preference: ``low`` and ``high`` bound a number, ``most`` the characters of a text."""

    name: str
    kind: str
    default: str
    title: str
    help: str
    low: int = 0
    high: int = 0
    most: int = 0

    def check(self, text: str) -> str:
        """Return a value as it is kept.

        Raises:
            PreferenceError: it is not one that is taken.
        """
        value = " ".join(text.split())
        if self.kind == "flag" and value not in {ON, OFF}:
            raise PreferenceError(self.name)
        if self.kind == "number" and not (
            value.isascii() and value.isdecimal() and len(value) < 10 and self.low <= int(value) <= self.high
        ):
            raise PreferenceError(self.name)
        if self.kind == "text" and len(value) > self.most:
            raise PreferenceError(self.name)
        return value


@cache
def all_preferences() -> dict[str, Preference]:
    """Return the preferences by name, in the order of the page.

    Raises:
        DataError: the file is malformed.
    """
    return {item.name: item for item in map(_read, read_entries(DATA, "preferences"))}


def _read(fields: Fields) -> Preference:
    kind = fields.text("kind")
    if kind not in {"flag", "number", "text"}:
        raise fields.fail(f"unknown kind '{kind}'")
    preference = Preference(
        fields.text("name"),
        kind,
        fields.text("default") if kind != "text" else "",
        fields.text("title"),
        fields.text("help"),
        low=fields.number("low", 0, 10**9) if kind == "number" else 0,
        high=fields.number("high", 0, 10**9) if kind == "number" else 0,
        most=fields.number("most", 1, 2_000) if kind == "text" else 0,
    )
    fields.refuse_unknown()
    return preference


def preference(session: Session, name: str) -> str:
    """Return the value that holds now."""
    changed: str | None = session.scalar(_VALUE, {"name": name})
    return in_force(name, changed)


def in_force(name: str, changed: str | None) -> str:
    """Return the value that holds when ``changed`` is what the table says (None: nothing)."""
    return changed if changed is not None else all_preferences()[name].default


def present_values(session: Session) -> dict[str, str]:
    """Return all values that hold now."""
    changed = {row.name: row.value for row in session.scalars(sa.select(PreferenceRow))}
    return {name: in_force(name, changed.get(name)) for name in all_preferences()}


def change_preferences(session: Session, values: dict[str, str], by: str) -> dict[str, str]:
    """Change what differs and return it; unknown names are left alone.

    Raises:
        PreferenceError: a value is not one that its preference takes; nothing is changed.
    """
    before = present_values(session)
    known = {name: item.check(values[name]) for name, item in all_preferences().items() if name in values}
    changed = {name: value for name, value in known.items() if before[name] != value}
    for name, value in changed.items():
        session.merge(
            PreferenceRow(name=name, value=value, changed_at=datetime.now(timezone.utc), changed_by=by[:40])
        )
    session.flush()
    return changed
