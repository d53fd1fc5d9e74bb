"""A dossier in plain words: what its status means, what to do now, and whether it is on time."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.records import DossierView
from knowledge.dossiers.statuses import Clock, Status, StatusWords, load_statuses, words_of

WORDING = Path(__file__).parent / "data" / "wording.yml"


def describe(view: DossierView, source: str, now: datetime) -> str:
    """Return all that is said of a dossier: status, what to do, dates, lateness, handler, source."""
    lines = [*_status(view, now), "", *_dates(view, now)]
    if view.procedure_name:
        lines.append(words("card", "procedure", procedure=view.procedure_name))
    if view.unit:
        lines.append(words("card", "unit", unit=view.unit))
    lines.append(_source(view, source, now))
    return "\n".join(lines)


def describe_change(view: DossierView, now: datetime) -> str:
    """Return what a notice says of a dossier: status, what to do, dates."""
    return "\n".join([*_status(view, now), *_dates(view, now)])


def notice_values(view: DossierView) -> dict[str, str]:
    """Return what a notice says of a dossier, value by value; what is not known is empty."""
    status = words_of(view.status).name if view.status is not None else view.status_text
    return {
        "dossier": view.code.shown,
        "status": status,
        "procedure": view.procedure_name,
        "unit": view.unit,
        "due": _day(view.due_at) if view.due_at is not None else "",
    }


def source_name(source: str) -> str:
    """Return what people call a source."""
    return words("sources", source)


def words(section: str, name: str, **values: object) -> str:
    """Return a phrase of ``data/wording.yml`` with its places filled."""
    return str(_wording()[section][name]).format(**values)


def _status(view: DossierView, now: datetime) -> list[str]:
    if view.status is None:
        table = load_statuses()
        head = words("card", "head_unknown", shown=view.code.shown)
        return [head, table.unknown_meaning.format(text=view.status_text), table.unknown_to_do]
    known = words_of(view.status)
    lines = [words("card", "head", shown=view.code.shown, status=known.name), known.meaning]
    if view.status is Status.SUPPLEMENT:
        note = " ".join(view.supplement_note.split())
        name = "supplement" if note else "supplement_unknown"
        lines.append(words("card", name, note=note))
    return [*lines, _to_do(known, view, now)]


def _to_do(known: StatusWords, view: DossierView, now: datetime) -> str:
    if view.is_overdue(now) and known.to_do_overdue:
        return known.to_do_overdue
    by_way = {"post": known.to_do_post, "online": known.to_do_online}
    return by_way.get(view.returned_via or "") or known.to_do


def _dates(view: DossierView, now: datetime) -> list[str]:
    lines = []
    if view.received_at is not None:
        lines.append(words("card", "received", day=_day(view.received_at)))
    clock = words_of(view.status).clock if view.status is not None else Clock.STOPPED
    if view.finished_at is not None:
        lines.append(_finished(view.finished_at, view.due_at))
    elif view.due_at is not None and clock is Clock.PAUSED:
        lines.append(words("card", "due_paused", day=_day(view.due_at)))
    elif view.due_at is not None:
        lines.append(words("card", "due", day=_day(view.due_at)))
        lines += _on_time(view, now) if clock is Clock.RUNNING else []
    elif clock is Clock.RUNNING:
        lines.append(words("card", "no_due"))
    if view.returned_at is not None:
        lines.append(words("card", "returned", day=_day(view.returned_at)))
    return lines


def _on_time(view: DossierView, now: datetime) -> list[str]:
    if view.due_at is None:
        return []
    late = (_local(now) - _local(view.due_at)).days
    if view.is_overdue(now):
        return [words("card", "overdue", days=max(late, 1))]
    return [words("card", "due_today" if late == 0 else "on_time")]


def _finished(finished: datetime, due: datetime | None) -> str:
    day = _day(finished)
    if due is None:
        return words("card", "finished", day=day)
    days = (_local(finished) - _local(due)).days
    if finished > due:
        return words("card", "finished_late", day=day, days=max(days, 1))
    name = "finished_early" if days < 0 else "finished_on_time"
    return words("card", name, day=day, days=-days)


def _source(view: DossierView, source: str, now: datetime) -> str:
    moment = (view.as_of or now).astimezone(LOCAL).strftime("%H:%M %d/%m/%Y")
    return words("card", "as_of" if view.as_of else "now", source=source_name(source), moment=moment)


def _local(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def _day(moment: datetime) -> str:
    return _local(moment).strftime("%d/%m/%Y")


@cache
def _wording() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return content
