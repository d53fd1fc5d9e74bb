"""``python -m bot.gateway`` as a process: clear refusals, a clean stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bot.gateway.__main__ import CANNOT_START
from knowledge.settings import ROOT


async def start(environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.gateway", env=environment, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{tmp_path}/new/tthc.db",
        "PORT": str(unused_port()),
        "TTHC_RASA_PORT": str(unused_port()),
        "TTHC_ACTIONS_PORT": str(unused_port()),
        "TTHC_INTERNAL_TOKEN": "x",
    }


async def refusal(environment: dict[str, str]) -> str:
    process = await start(environment)
    _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == CANNOT_START
    lines = [line for line in said.decode().splitlines() if line.startswith("gateway: ")]
    assert len(lines) == 1
    assert "Traceback" not in said.decode()
    return lines[0]


async def test_a_wrong_setting_stops_the_start_with_a_sentence(environment: dict[str, str]) -> None:
    said = await refusal({**environment, "TTHC_MAX_TEXT_CHARS": "many"})

    assert "TTHC_MAX_TEXT_CHARS" in said


async def test_a_missing_profile_stops_the_start_with_a_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    said = await refusal({**environment, "TTHC_DEPARTMENT_FILE": str(tmp_path / "none.yml")})

    assert "none.yml" in said


async def test_a_broken_database_stops_the_start_with_a_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database" * 100)
    said = await refusal({**environment, "DATABASE_URL": f"sqlite:///{broken}"})

    assert "broken.db" in said


async def test_a_port_in_use_stops_the_start_with_a_sentence(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = await refusal({**environment, "PORT": str(port)})

    assert f"127.0.0.1:{port}" in said


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_and_stops_cleanly(environment: dict[str, str], how: signal.Signals) -> None:
    process = await start(environment)
    assert process.stderr is not None
    said = ""
    while "listening on" not in said:
        said = (await asyncio.wait_for(process.stderr.readline(), 60)).decode()
    async with aiohttp.ClientSession() as session:
        async with session.post(f"http://127.0.0.1:{environment['PORT']}/api/conversations") as response:
            token = (await response.json())["conversation"]
        address = f"http://127.0.0.1:{environment['PORT']}/api/conversations/{token}/events"
        async with session.get(address) as stream:
            assert stream.status == 200
            process.send_signal(how)
            _, rest = await asyncio.wait_for(process.communicate(), 15)

    assert process.returncode == 0
    assert "Traceback" not in rest.decode()
