"""Puts time limits and due dates into short Vietnamese phrases; they are in ``data/wording.yml``."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.catalogue.records import Deadline, TimeUnit
from knowledge.deadlines.due import COUNTED_IN_WORKING_DAYS, DayOff, DueDate, Limit, TimeLimits

WORDING = Path(__file__).parent / "data" / "wording.yml"
ACROSS_A_WEEKEND = timedelta(days=3)


@lru_cache(maxsize=1)
def _wording() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return content


def describe_limit(limit: Limit) -> str:
    """Write a time limit: its own words where the catalogue has them, else ``10 ngày làm việc``.

    Empty when neither words nor a number are stated.
    """
    if isinstance(limit, Deadline) and limit.text:
        return limit.text
    form = _wording()["units"].get(limit.unit.value)
    return str(form.format(value=limit.value)) if form and limit.value else ""


def describe_due(due: DueDate) -> list[str]:
    """Return the due date and, one line each, what led to it."""
    phrases = _wording()["due"]
    lines = [phrases["estimated" if due.estimated else "date"].format(**_day(due.ends_on))]
    if due.unit is TimeUnit.HOUR:
        lines.append(phrases["hours"])
    if due.first_day > due.received:
        lines.append(phrases["counting" if due.unit in COUNTED_IN_WORKING_DAYS else "counting_days"])
    if due.skipped:
        lines.append(phrases["skipped"].format(days=", ".join(_spans(due.skipped))))
    if due.moved:
        lines.append(phrases["moved"])
    return lines


def describe_received(handed_in: date, due: DueDate) -> str | None:
    """Say that a dossier counts as received later than it was handed in, None when it does not."""
    if due.received == handed_in:
        return None
    return str(_wording()["due"]["received_later"].format(day=f"{due.received:%d/%m/%Y}"))


def describe_commitment(limits: TimeLimits) -> str | None:
    """Say what the department commits to, None when it commits to nothing."""
    if limits.committed is None:
        return None
    limit = describe_limit(limits.committed)
    phrases = _wording()["committed"]
    if limits.cut_percent is not None:
        return str(phrases["cut"].format(limit=limit, percent=limits.cut_percent))
    # Different units cannot be compared in general, so nothing is said about which is shorter.
    return str(phrases["alone"].format(limit=limit))


def _spans(days: tuple[DayOff, ...]) -> list[str]:
    """Write single holidays with their name, and runs of them (weekends between) as first and last day."""
    runs: list[list[DayOff]] = []
    for day in days:
        if runs and day.day - runs[-1][-1].day <= ACROSS_A_WEEKEND:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [
        f"{run[0].day:%d/%m/%Y} ({run[0].name})"
        if len(run) == 1
        else f"{run[0].day:%d/%m/%Y}–{run[-1].day:%d/%m/%Y}"
        for run in runs
    ]


def _day(day: date) -> dict[str, str]:
    return {"weekday": _wording()["weekdays"][day.weekday()], "day": f"{day:%d/%m/%Y}"}
