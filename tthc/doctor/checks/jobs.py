"""Periodic jobs: those that fail, and those that nobody runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from knowledge.jobs.models import JobRun
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix, note

OVERDUE_AFTER = timedelta(hours=2)
FAILING_FROM = 3
"""Failed runs in a row that are no accident."""


def check(context: Context) -> Iterator[Finding]:
    """Read how the last run of each job went."""
    if context.sessions is None:
        return
    with context.sessions() as session:
        runs = session.execute(sa.select(JobRun).order_by(JobRun.name)).scalars().all()
    failing = [run for run in runs if run.error]
    overdue = [run.name for run in runs if run.next_at < context.now() - OVERDUE_AFTER]
    for run in failing:
        tell = must_fix if run.failures >= FAILING_FROM else note
        yield tell("jobs.failing", name=run.name, failures=run.failures, error=run.error)
    if overdue:
        yield note("jobs.overdue", names=", ".join(overdue))
    if not failing and not overdue:
        yield good("jobs.well", count=len(runs))
