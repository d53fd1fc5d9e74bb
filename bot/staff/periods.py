"""Days typed into filters, and the moments between which rows belong to them (Vietnam's calendar)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.staff.rendering import TIME_ZONE


def read_day(text: str) -> date | None:
    """Read 2026-11-26 as browsers send it, or 26/11/2026 as people type it; None when it is no day."""
    parts = text.strip().split("/")
    try:
        return date.fromisoformat("-".join(part.zfill(2) for part in reversed(parts)))
    except ValueError:
        return None


def since(text: str) -> datetime | None:
    """The first moment of a day."""
    day = read_day(text)
    return datetime.combine(day, time(), TIME_ZONE) if day is not None else None


def until(text: str) -> datetime | None:
    """The moment after a day: what is earlier still belongs to it."""
    day = read_day(text)
    if day is None or day == date.max:
        return None
    return datetime.combine(day + timedelta(days=1), time(), TIME_ZONE)


def today() -> date:
    """Today's date in Vietnam."""
    return datetime.now(TIME_ZONE).date()
