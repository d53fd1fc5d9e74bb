"""Who runs which job: a row with a lease for each. Blocking."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from knowledge.jobs.models import ERROR_CHARS, JobRun
from knowledge.jobs.registry import Job

LEASE = timedelta(seconds=60)
"""How long a runner may be silent before another gateway takes its job over."""


class JobLeases:
    """The rows of the jobs, for the gateway called ``runner``."""

    def __init__(self, engine: Engine, runner: str) -> None:
        self._engine = engine
        self._runner = runner

    def claim(self, job: Job, now: datetime) -> bool:
        """Take a job that is due; False when it is not, or another gateway runs it."""
        due = sa.update(JobRun).where(JobRun.name == job.name, JobRun.next_at <= now)
        taken = due.values(next_at=now + LEASE, runner=self._runner, started_at=now)
        with self._engine.begin() as connection:
            if connection.execute(taken).rowcount:
                return True
            if connection.execute(sa.select(JobRun.name).where(JobRun.name == job.name)).first():
                return False
        return self._claim_first(job, now)

    def _claim_first(self, job: Job, now: datetime) -> bool:
        row = {"name": job.name, "next_at": now + LEASE, "runner": self._runner, "started_at": now}
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(JobRun).values(**row))
        except IntegrityError:  # another gateway was first
            return False
        return True

    def renew(self, job: Job, now: datetime) -> None:
        """Keep a job that goes on running."""
        self._update_own(job, next_at=now + LEASE)

    def finish(self, job: Job, now: datetime, error: str | None) -> None:
        """Record how a run ended, and when the next is due."""
        outcome = {"failures": JobRun.failures + 1} if error else {"failures": 0, "succeeded_at": now}
        self._update_own(
            job,
            next_at=now + timedelta(seconds=job.every_seconds),
            runner=None,
            finished_at=now,
            error=error[:ERROR_CHARS] if error else None,
            **outcome,
        )

    def _update_own(self, job: Job, **values: object) -> None:
        own = sa.update(JobRun).where(JobRun.name == job.name, JobRun.runner == self._runner)
        with self._engine.begin() as connection:
            connection.execute(own.values(**values))
