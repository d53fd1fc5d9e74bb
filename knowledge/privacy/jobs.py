"""Periodic work of privacy: erasures are finished, and nothing is kept beyond its time."""

from __future__ import annotations

from datetime import datetime

from knowledge.cases.evidence import evidence_folder
from knowledge.deadlines.calendar import working_calendar
from knowledge.jobs import Job, JobContext
from knowledge.privacy.erasure import open_erasure
from knowledge.privacy.retention import purge

NIGHT = range(1, 5)
"""Hours in Vietnam in which the purge runs: it may take the database a while."""


def finish_erasures(context: JobContext) -> None:
    """Take away the shells whose receipts were sent."""
    evidence = evidence_folder(context.settings, context.sealer)
    open_erasure(context.settings, context.sessions, evidence).finish(context.now())


def purge_at_night(context: JobContext) -> None:
    """Take away what is over its time; by day nothing is done."""
    now = context.now()
    if is_night(now):
        purge(context.sessions, evidence_folder(context.settings, context.sealer), now)


def is_night(now: datetime) -> bool:
    """Tell whether the purge may run."""
    return now.astimezone(working_calendar().timezone).hour in NIGHT


JOBS = (
    Job("finish-erasures", every_seconds=600, run=finish_erasures),
    Job("purge-personal-data", every_seconds=3600, run=purge_at_night),
)
