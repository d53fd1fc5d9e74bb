"""Citizens' own words for a report: the masked comments of bad ratings, read where they are kept.

They are not copied into the store: what a citizen has erased is gone from the next report too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from knowledge.deadlines.calendar import working_calendar
from knowledge.feedback.models import Rating
from knowledge.reports.measures import Counter
from knowledge.text.masking import mask_personal_data

MOST_CHARS = 240


@dataclass(frozen=True)
class Verbatim:
    """One comment."""

    text: str
    procedure_code: str
    factor: str


def bad_comments(counter: Counter, most: int) -> list[Verbatim]:
    """Return the newest comments with the lowest level of their scale, masked once more, at most ``most``."""
    zone = working_calendar().timezone
    window = counter.window
    since = datetime.combine(window.period.start, time(), zone)
    until = datetime.combine(window.end, time(), zone) + timedelta(days=1)
    wanted = sa.select(Rating.comment, Rating.procedure_code, Rating.factor).where(
        Rating.created_at >= since,
        Rating.created_at < until,
        Rating.comment.is_not(None),
        Rating.score * 2 <= Rating.scale,
    )
    for name, values in counter.scope.chosen.items():
        wanted = wanted.where(getattr(Rating, name).in_(values))
    newest = wanted.order_by(Rating.created_at.desc(), Rating.id.desc()).limit(most)
    return [
        Verbatim(_short(row.comment), row.procedure_code or "", row.factor or "")
        for row in counter.connection.execute(newest)
    ]


def _short(text: str) -> str:
    masked = " ".join(mask_personal_data(text).split())
    return masked if len(masked) <= MOST_CHARS else masked[: MOST_CHARS - 1].rstrip() + "…"
