"""Periodic work of reporting."""

from __future__ import annotations

from sqlalchemy import Engine

from knowledge.jobs import Job, JobContext
from knowledge.reports.refresh import refresh


def refresh_store(context: JobContext) -> None:
    """Copy what changed, so that reports begin from a store that is nearly up to date."""
    engine = context.sessions.kw["bind"]
    if isinstance(engine, Engine):
        refresh(engine, context.profile, context.sealer, context.now())


JOBS = (Job("refresh-reporting", every_seconds=600, run=refresh_store),)
