"""Periodic work of reporting."""

from __future__ import annotations

from sqlalchemy import Engine

from knowledge.jobs import Job, JobContext
from knowledge.reports.refresh import refresh
from knowledge.reports.runs import forget_runs


def refresh_store(context: JobContext) -> None:
    """Copy what changed, so that reports begin from a store that is nearly up to date."""
    engine = context.sessions.kw["bind"]
    if isinstance(engine, Engine):
        refresh(engine, context.profile, context.sealer, context.now())


def forget_reports(context: JobContext) -> None:
    """Delete reports made at the console more than a year ago."""
    with context.sessions.begin() as session:
        forget_runs(session, context.settings.data_dir, context.now())


JOBS = (
    Job("refresh-reporting", every_seconds=600, run=refresh_store),
    Job("forget-reports", every_seconds=86_400, run=forget_reports),
)
