"""Processes are killed while twenty people write: every message is answered, in order, and acts once.

What acts is a complaint, written in three steps: one case a person, whatever was handed over again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer, unused_port

from benchmarks.coverage import UNLIMITED
from benchmarks.service import Service
from knowledge.cases.models import CaseFile
from knowledge.messaging.models import SENT, InboxMessage, OutboxMessage
from tests.fixtures.chaos import Person, doubled, kill, wait_for_log
from tests.simulators.zalo_bot.platform import BotPlatform
from tests.simulators.zalo_bot.server import zalo_bot_app

pytestmark = pytest.mark.e2e

PEOPLE = 20
SCRIPT = (
    "mở cây xăng cần giấy tờ gì",
    "còn phí thì sao",
    "thế cấp lại",
    "giấy phép rượu",
    "2",
    "asdf qwer zxcv",
    "lkjh poiu mnbv",
    "tôi muốn phản ánh",
    "cán bộ một cửa hẹn ba lần không trả hồ sơ",
    "1",
    "cảm ơn",
)
AFTER_ANSWER = frozenset({"2", "1"})
CASE_CODE = re.compile(r"PA-\d{6}-\d{4}")
KILLS = ("actions", "gateway", "rasa", "gateway")
PAUSE_SECONDS = 3.0


@dataclass(frozen=True)
class Scene:
    """The service with a channel, and the platform that calls it."""

    service: Service
    platform: BotPlatform
    database: str


@pytest.fixture
async def platform() -> AsyncIterator[tuple[BotPlatform, int]]:
    bot = BotPlatform()
    server = TestServer(zalo_bot_app(bot))
    await server.start_server(access_log=None)
    assert server.port is not None
    yield bot, server.port
    await server.close()


@pytest.fixture
async def scene(platform: tuple[BotPlatform, int], tmp_path: Path) -> AsyncIterator[Scene]:
    bot, bot_port = platform
    port = unused_port()
    database = f"sqlite:///{tmp_path}/chaos.db"
    settings = {
        **UNLIMITED,
        "PORT": str(port),
        "DATABASE_URL": database,
        "TTHC_ZALO_BOT_TOKEN": bot.token,
        "TTHC_ZALO_BOT_API_URL": f"http://127.0.0.1:{bot_port}",
        "TTHC_ZALO_BOT_WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "TTHC_PARALLEL_SENDS": "1",
    }
    service = Service(tmp_path / "data", settings=settings)
    await asyncio.to_thread(service.start)
    yield Scene(service, bot, database)
    stopped = await asyncio.to_thread(service.stop)
    assert stopped.exit_code == 0, service.log()[-4000:]


def alike(texts: list[str]) -> list[str]:
    """What was received, without the codes in which one person's answers differ from another's."""
    return [CASE_CODE.sub("PA-…", text) for text in texts]


async def undisturbed(platform: BotPlatform) -> list[list[str]]:
    """What each message of the script is answered with when nothing goes wrong."""
    calm = Person("calm0001", platform)
    answers: list[list[str]] = []
    for text in SCRIPT:
        before = len(calm.received)
        await calm.write(text)
        await platform.wait_for(calm.name, before + 1, 30)
        await asyncio.sleep(0.7)  # further parts of the same answer
        answers.append(alike(calm.received[before:]))
    return answers


async def torment(service: Service) -> int:
    """Kill one process after another; return how often the gateway was."""
    for number, name in enumerate(KILLS):
        await asyncio.sleep(PAUSE_SECONDS)
        kill(service, name)
        await wait_for_log(service, "starting it again", number + 1, 20)
    return KILLS.count("gateway")


def rows(database: str, table: type[Any]) -> list[sa.Row[Any]]:
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        found = list(connection.execute(sa.select(*table.__table__.c)))
    engine.dispose()
    return found


async def test_killed_processes_lose_nothing_and_double_at_most_one_reply_a_kill(scene: Scene) -> None:
    answers = await undisturbed(scene.platform)
    expected = [part for parts in answers for part in parts]
    script = [(text, sum(map(len, answers[:place]))) for place, text in enumerate(SCRIPT)]
    people = [Person(f"person{number:04d}", scene.platform) for number in range(PEOPLE)]

    kills, *_ = await asyncio.gather(
        torment(scene.service), *(person.follow(script, AFTER_ANSWER) for person in people)
    )
    for person in people:
        await scene.platform.wait_for(person.name, len(expected), 60)
    await asyncio.sleep(1)

    assert [person.sent for person in people] == [len(SCRIPT)] * PEOPLE
    assert all(message.handled_at and message.replies for message in rows(scene.database, InboxMessage))
    codes = [code for person in people for code in set(CASE_CODE.findall("\n".join(person.received)))]
    cases = rows(scene.database, CaseFile)
    assert len(codes) == len(set(codes)) == PEOPLE
    assert set(codes) < {case.code for case in cases}
    assert len(cases) == PEOPLE + 1
    outbox = rows(scene.database, OutboxMessage)
    assert [message.state for message in outbox] == [SENT] * (PEOPLE + 1) * len(SCRIPT)
    repeated = {person.name: doubled(expected, alike(person.received)) for person in people}
    assert None not in repeated.values(), f"not as undisturbed: {repeated}"
    marked = sum(message.doubled for message in outbox)
    assert sum(filter(None, repeated.values())) <= marked <= kills
    assert max(second for person in people for second in person.acknowledged) < 2
