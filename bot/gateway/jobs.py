"""Runs the periodic jobs: one after another on a thread, each by one of all gateways."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

from bot.gateway.inbox import Inbox, StorageUnavailableError
from bot.gateway.metrics import Metrics
from knowledge.jobs import Job, JobContext
from knowledge.jobs.leases import LEASE, JobLeases

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0


class JobRunner:
    """Looks for due jobs until it is cancelled."""

    def __init__(
        self, jobs: Sequence[Job], context: JobContext, inbox: Inbox, metrics: Metrics, name: str
    ) -> None:
        self._jobs = jobs
        self._context = context
        self._inbox = inbox
        self._metrics = metrics
        self._leases = JobLeases(inbox.engine, name)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jobs")

    async def run(self) -> None:
        """Run what is due, for ever."""
        due_here: dict[str, float] = {}
        try:
            while True:
                for job in self._jobs:
                    if time.monotonic() >= due_here.get(job.name, 0.0):
                        due_here[job.name] = time.monotonic() + min(job.every_seconds, LEASE.total_seconds())
                        await self._run_when_due(job)
                await asyncio.sleep(POLL_SECONDS)
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run_when_due(self, job: Job) -> None:
        try:
            if not await self._inbox.run(self._leases.claim, job, _now()):
                return
            error = await self._run(job)
            await self._inbox.run(self._leases.finish, job, _now(), error)
        except Exception:
            logger.exception("the jobs' table cannot be used; trying again")

    async def _run(self, job: Job) -> str | None:
        """Run a job and renew its lease meanwhile; return what went wrong, without texts."""
        started = time.monotonic()
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._thread, job.run, self._context)
        while not (await asyncio.wait({work}, timeout=LEASE.total_seconds() / 3))[0]:
            with contextlib.suppress(StorageUnavailableError):
                await self._inbox.run(self._leases.renew, job, _now())
        problem = work.exception()
        self._metrics.job_seconds.labels(job.name).observe(time.monotonic() - started)
        self._metrics.job_runs.labels(job.name, "failed" if problem else "done").inc()
        if problem is None:
            return None
        logger.error("job %s failed", job.name, exc_info=problem)
        return _where(problem)


def _where(problem: BaseException) -> str:
    """The error's type and place: its text may hold what must not be kept."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{place}"


def _now() -> datetime:
    return datetime.now(timezone.utc)
