"""What a job is, and which there are."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

import knowledge
from knowledge.database.engine import SessionFactory
from knowledge.department.profile import Profile
from knowledge.jobs.models import NAME_CHARS
from knowledge.privacy.sealing import Sealer
from knowledge.settings import Settings


@dataclass(frozen=True)
class JobContext:
    """What a job works with."""

    settings: Settings
    sessions: SessionFactory
    sealer: Sealer
    profile: Profile

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Job:
    """Work that is done every so often, counted from the end of the run before.

    ``run`` blocks, on a thread of the gateway; an exception is logged, kept in ``job_run`` and tells that
    this run failed: the next comes as usual.
    """

    name: str
    every_seconds: float
    run: Callable[[JobContext], None]

    def __post_init__(self) -> None:
        """Refuse what the table cannot hold."""
        if not 0 < len(self.name) <= NAME_CHARS or self.every_seconds <= 0:
            raise ValueError(
                f"job {self.name!r}: needs a name of at most {NAME_CHARS} characters and a pause"
            )


def all_jobs() -> list[Job]:
    """Return the jobs of every room, in the order of their names.

    Raises:
        ValueError: two jobs have one name.
    """
    jobs: dict[str, Job] = {}
    for module in pkgutil.iter_modules(knowledge.__path__, "knowledge."):
        place = f"{module.name}.jobs"
        if not module.ispkg or importlib.util.find_spec(place) is None:
            continue
        for job in importlib.import_module(place).JOBS:
            if job.name in jobs:
                raise ValueError(f"two jobs are called {job.name}")
            jobs[job.name] = job
    return [jobs[name] for name in sorted(jobs)]
