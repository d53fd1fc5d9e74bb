"""A job is run by one of all gateways, and by another one when that one is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from knowledge.database.engine import open_engine
from knowledge.jobs import Job, all_jobs
from knowledge.jobs.leases import LEASE, JobLeases
from knowledge.jobs.models import JobRun

NOON = datetime(2026, 7, 18, 12, tzinfo=timezone.utc)
JOB = Job("remind", 600, lambda _context: None)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def run_of(engine: Engine) -> sa.Row[tuple[object, ...]]:
    with engine.connect() as connection:
        return connection.execute(sa.select(*JobRun.__table__.c)).one()


def test_one_gateway_runs_it(engine: Engine) -> None:
    first, second = JobLeases(engine, "first"), JobLeases(engine, "second")

    assert first.claim(JOB, NOON)
    assert not second.claim(JOB, NOON)
    first.finish(JOB, NOON, None)
    assert not second.claim(JOB, NOON + timedelta(seconds=599))
    assert second.claim(JOB, NOON + timedelta(seconds=600))


def test_a_gateway_that_died_loses_it_and_one_that_lives_does_not(engine: Engine) -> None:
    first, second = JobLeases(engine, "first"), JobLeases(engine, "second")
    first.claim(JOB, NOON)
    first.renew(JOB, NOON + LEASE / 2)
    assert not second.claim(JOB, NOON + LEASE)
    assert second.claim(JOB, NOON + 2 * LEASE)

    first.finish(JOB, NOON + 2 * LEASE, None)
    assert run_of(engine).runner == "second"


def test_how_it_went_is_seen(engine: Engine) -> None:
    leases = JobLeases(engine, "first")
    for number in range(2):
        at = NOON + timedelta(seconds=600 * number)
        leases.claim(JOB, at)
        leases.finish(JOB, at, "ValueError in jobs.py:1")
    failed = run_of(engine)
    leases.claim(JOB, NOON + timedelta(hours=1))
    leases.finish(JOB, NOON + timedelta(hours=1), None)
    done = run_of(engine)

    assert (failed.error, failed.failures, failed.succeeded_at) == ("ValueError in jobs.py:1", 2, None)
    assert (done.error, done.failures, done.succeeded_at) == (None, 0, NOON + timedelta(hours=1))


def test_every_room_s_jobs_are_found_once() -> None:
    names = [job.name for job in all_jobs()]

    assert "clean-outbox" in names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "pause"), [("", 1), ("x" * 65, 1), ("fine", 0)])
def test_a_job_that_could_not_be_recorded_is_refused(name: str, pause: float) -> None:
    with pytest.raises(ValueError, match="needs a name of at most 64"):
        Job(name, pause, lambda _context: None)
