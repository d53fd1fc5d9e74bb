"""The words of ``data/wording.yml``."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.deadlines.calendar import working_calendar

DATA = Path(__file__).parent / "data" / "wording.yml"


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return content


def to_citizen(key: str, **values: object) -> str:
    """Return what a citizen is told."""
    return _phrases()["citizen"][key].format(**values)


def problem(key: str, **values: object) -> str:
    """Return what an officer is told when an action is not allowed."""
    return _phrases()["problems"][key].format(**values)


def local_day(moment: datetime) -> str:
    """Return a moment's day in Vietnam, as citizens write it."""
    return moment.astimezone(working_calendar().timezone).strftime("%d/%m/%Y")


def local_time(moment: datetime) -> str:
    """Return a moment in Vietnam: ``14:05 ngày 23/11/2026``."""
    return moment.astimezone(working_calendar().timezone).strftime("%H:%M ngày %d/%m/%Y")
