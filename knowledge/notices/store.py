"""Writes notices and tells which hold today, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timezone

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.notices.models import Notice

CHANNELS = ("all", "web", "zalo", "telegram")
MAX_CHARS = 500
LONGEST_DAYS = 366
SHOWN_AT_ONCE = 3
LISTED = 200


class NoticeError(ValueError):
    """A notice cannot be written; ``reason`` is ``text``, ``channel``, ``period`` or ``unknown``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def add_notice(
    session: Session, *, channel: str, text: str, starts_on: date, ends_on: date, by: int | None = None
) -> Notice:
    """Write a notice.

    Raises:
        NoticeError: the text is empty or too long, the channel unknown, the period backwards or over a year.
    """
    text = " ".join(text.split())
    if not 0 < len(text) <= MAX_CHARS:
        raise NoticeError("text")
    if channel not in CHANNELS:
        raise NoticeError("channel")
    if not 0 <= (ends_on - starts_on).days <= LONGEST_DAYS:
        raise NoticeError("period")
    notice = Notice(
        channel=channel,
        text=text,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=datetime.now(timezone.utc),
        created_by=by,
    )
    session.add(notice)
    session.flush()
    return notice


def withdraw_notice(session: Session, notice_id: int) -> None:
    """Show a notice no longer.

    Raises:
        NoticeError: there is no such notice.
    """
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise NoticeError("unknown")
    notice.withdrawn_at = notice.withdrawn_at or datetime.now(timezone.utc)


def list_notices(session: Session) -> Sequence[Notice]:
    """The newest notices, also those that are over."""
    return session.scalars(sa.select(Notice).order_by(Notice.id.desc()).limit(LISTED)).all()


def current_notices(session: Session, channel: str, today: date) -> list[str]:
    """What citizens of ``channel`` are told today: the newest three, newest first."""
    query = (
        sa.select(Notice.text)
        .where(
            Notice.ends_on >= today,
            Notice.starts_on <= today,
            Notice.withdrawn_at.is_(None),
            Notice.channel.in_(("all", channel)),
        )
        .order_by(Notice.id.desc())
        .limit(SHOWN_AT_ONCE)
    )
    return list(session.scalars(query))
