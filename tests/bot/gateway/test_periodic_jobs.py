"""The gateway runs the jobs of every room."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from bot.gateway import jobs as runner
from bot.gateway.keys import INBOX, PROFILE, SETTINGS
from knowledge.database.engine import session_factory
from knowledge.jobs import Job, JobContext
from knowledge.jobs.models import JobRun
from knowledge.messaging.jobs import ABANDONED, clean_outbox
from knowledge.messaging.models import DEAD, PENDING, SENT, OutboxMessage
from knowledge.privacy.sealing import open_sealer
from tests.fixtures.gateway import RunningGateway, StartGateway
from tests.fixtures.push import change, rows, until
from tests.simulators.fake_channel import FakeChannel


def of_jobs(gateway: RunningGateway) -> dict[str, Any]:
    with gateway.app[INBOX].engine.connect() as connection:
        found = connection.execute(sa.select(*JobRun.__table__.c))
        return {row.name: row for row in found}


async def test_a_job_runs_again_and_again_and_a_failing_one_stops_nothing(
    start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[JobContext] = []

    def fail(_context: JobContext) -> None:
        raise ValueError("số điện thoại 0912345678")

    monkeypatch.setattr(runner, "POLL_SECONDS", 0.02)
    jobs = [Job("fails", 0.05, fail), Job("works", 0.05, seen.append)]
    monkeypatch.setattr("bot.gateway.app.all_jobs", lambda: jobs)
    gateway = await start_gateway()
    await until(lambda: len(seen) >= 3 and of_jobs(gateway)["fails"].failures >= 2)

    runs = of_jobs(gateway)
    assert runs["fails"].error.startswith("ValueError in test_periodic_jobs.py:")
    assert "0912345678" not in runs["fails"].error
    assert runs["works"].error is None
    assert seen[0].profile.short_name == "Sở Công Thương"
    text = await (await gateway.client.get("/metrics")).text()
    assert 'tthc_job_runs_total{job="works",result="done"}' in text
    assert 'tthc_job_runs_total{job="fails",result="failed"}' in text


async def test_the_outbox_forgets_what_is_long_done_and_what_nobody_sends(
    channel: FakeChannel, start_gateway: StartGateway
) -> None:
    gateway = await start_gateway()
    for number in range(3):
        await channel.receive(f"người {number}", "m1", "chào")
    await until(lambda: [row.state for row in rows(gateway, OutboxMessage)] == [SENT] * 3)
    long_ago = datetime.now(timezone.utc) - timedelta(days=31)
    first, second, _ = rows(gateway, OutboxMessage)
    change(gateway, sa.update(OutboxMessage).where(OutboxMessage.id == first.id).values(done_at=long_ago))
    left = {"channel": "gone", "state": PENDING, "created_at": long_ago, "due_at": long_ago, "done_at": None}
    change(gateway, sa.update(OutboxMessage).where(OutboxMessage.id == second.id).values(left))

    clean_outbox(context_of(gateway))

    abandoned, recent = rows(gateway, OutboxMessage)
    assert (abandoned.state, abandoned.reason, abandoned.due_at) == (DEAD, ABANDONED, None)
    assert recent.state == SENT


def context_of(gateway: RunningGateway) -> JobContext:
    app = gateway.app
    sealer = open_sealer(app[SETTINGS])
    return JobContext(app[SETTINGS], session_factory(app[INBOX].engine), sealer, app[PROFILE])
