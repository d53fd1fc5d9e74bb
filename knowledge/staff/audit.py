"""The audit log: who saw personal data, who changed what. Written in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.database.paging import PAGE_ROWS, Cursor, Page, after
from knowledge.staff.models import NAME_CHARS, AuditEntry

COMMAND_LINE = "tthc"
"""Actor of what an administrator does at the command line."""
SUBJECT_CHARS = 120
VALUE_CHARS = 200


@dataclass(frozen=True)
class Actor:
    """Who does something, and from where."""

    account_id: int | None
    name: str
    address: str = ""


def record(session: Session, actor: Actor, action: str, subject: str = "", **detail: object) -> None:
    """Write an entry. ``detail`` has no personal data and no secrets; long values are cut."""
    session.add(
        AuditEntry(
            at=datetime.now(timezone.utc),
            account_id=actor.account_id,
            actor=actor.name[:NAME_CHARS],
            action=action,
            subject=subject[:SUBJECT_CHARS],
            detail={name: _plain(value) for name, value in detail.items()},
            address=actor.address[:64],
        )
    )
    session.flush()


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON takes
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value][:VALUE_CHARS]
    return str(value)[:VALUE_CHARS]


@dataclass(frozen=True)
class AuditFilter:
    """Which entries; empty: all. ``action`` is the beginning of the action."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(
    session: Session, wanted: AuditFilter, cursor: Cursor | None = None, rows: int = PAGE_ROWS
) -> Page[AuditEntry]:
    """A page of the log, the newest first."""
    query = sa.select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(rows + 1)
    if wanted.actor:
        query = query.where(AuditEntry.actor == wanted.actor)
    if wanted.action:
        query = query.where(AuditEntry.action.startswith(wanted.action, autoescape=True))
    if wanted.subject:
        query = query.where(AuditEntry.subject == wanted.subject)
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    if cursor:
        query = query.where(after(AuditEntry.at, AuditEntry.id, cursor, descending=True))
    found = list(session.scalars(query))
    shown = found[:rows]
    following = str(Cursor(shown[-1].at, shown[-1].id)) if len(found) > rows else None
    return Page(shown, following)
