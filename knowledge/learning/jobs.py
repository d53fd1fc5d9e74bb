"""Periodic work of learning."""

from __future__ import annotations

from knowledge.jobs import Job, JobContext
from knowledge.learning.collecting import collect, forget_old


def collect_misses(context: JobContext) -> None:
    """Keep new missed questions, forget old ones."""
    now = context.now()
    with context.sessions.begin() as session:
        forget_old(session, now)
        collect(session, now)


JOBS = (Job("collect-misses", every_seconds=300, run=collect_misses),)
