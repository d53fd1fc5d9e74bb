"""``python -m benchmarks.dossiers``: import, look-up, and the others while a dossier system hangs.

Writes the section ``dossiers`` of ``RESULTS.md``. The hanging system is a server of this process that takes
every question and never answers.
"""

from __future__ import annotations

import asyncio
import csv
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from aiohttp import web
from openpyxl import Workbook

from benchmarks.chat import ChatClient, chat_client
from benchmarks.coverage import UNLIMITED
from benchmarks.load import read_conversations
from benchmarks.results import machine
from benchmarks.sections import RESULTS, put_section
from benchmarks.service import Service, free_ports, running
from benchmarks.start import commit
from knowledge.database.engine import open_engine
from knowledge.database.migrate import upgrade
from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.importing.run import import_file
from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.register import Register
from knowledge.dossiers.samples import load_samples
from knowledge.privacy.sealing import Sealer

ROWS = 50_000
LOOK_UPS = 2_000
WAITING_USERS, OTHER_USERS = 200, 16
SECONDS = 40.0
PAUSE_SECONDS = 10.0
"""Between two messages of a person who reads a code off a slip."""
OTHERS_PAUSE_SECONDS = 1.0
"""Between two messages of the others: they are there to be measured, not to fill the machine."""
IMPORT_BAR_SECONDS, LOOK_UP_BAR_MS, OTHERS_BAR_MS = 60.0, 5.0, 500.0
HEADERS = (
    "Mã hồ sơ",
    "Trạng thái",
    "Tên TTHC",
    "Mã TTHC",
    "Đơn vị xử lý",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Số điện thoại",
    "Số CCCD",
)
STATUSES = ("Đã trả kết quả", "Đang xử lý", "Yêu cầu bổ sung", "Đã xử lý xong")

User = Callable[[ChatClient, int, float], Awaitable[list[float]]]

TEXT = """\
## Dossiers

Written by `python -m benchmarks.dossiers` on {day}, commit {commit}, on {machine}.

| what | measured | wanted |
|---|---|---|
| {rows} dossiers from CSV into the register (SQLite) | {csv:.1f} s | < {import_bar:.0f} s |
| the same rows from XLSX, nothing changed | {xlsx:.1f} s | < {import_bar:.0f} s |
| look-up in the register, p95 of {look_ups} | {look_up:.2f} ms | < {look_up_bar:.0f} ms |
| questions of others, nobody looking up, p95 of {quiet_count} | {quiet:.0f} ms | |
| the same while {users} users look up in a hanging system, p95 of {others_count} | {others:.0f} ms | {bar} |
| look-ups of others in the register meanwhile, p95 of {found_count} | {found:.0f} ms | {bar} |

The last three are of the whole running service: {other_users} users ask ({others_pause:.0f} s between two
messages), as many look up sample dossiers, and {users} users (a message every {pause:.0f} s each) look
up codes that the register does not know, so that the hanging system is asked: {told} of them were told that
it does not answer, p95 {told_p95:.1f} s after their digits.
"""


@dataclass(frozen=True)
class Times:
    """Answer times of one kind of user, in seconds."""

    seconds: Sequence[float]

    @property
    def p95(self) -> float:
        """Time within which 95 % of the answers came."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[18]


def main() -> int:
    """Measure; the exit code is 1 when a bar is missed."""
    with tempfile.TemporaryDirectory(prefix="tthc-dossiers-") as folder:
        csv_seconds, xlsx_seconds, look_up = measure_register(Path(folder))
        print(f"import {csv_seconds:.1f} s and {xlsx_seconds:.1f} s, look-up {look_up:.2f} ms", flush=True)
        quiet, others, found, told = asyncio.run(measure_service(Path(folder) / "service"))
    text = TEXT.format(
        day=date.today().isoformat(),  # noqa: DTZ011 - the day on which it was run
        commit=commit(), machine=machine(), rows=f"{ROWS:,}", csv=csv_seconds, xlsx=xlsx_seconds,
        look_ups=f"{LOOK_UPS:,}", look_up=look_up, quiet=quiet.p95 * 1000, quiet_count=len(quiet.seconds),
        others=others.p95 * 1000, others_count=len(others.seconds), found=found.p95 * 1000,
        found_count=len(found.seconds), told=len(told.seconds), told_p95=told.p95, users=WAITING_USERS,
        other_users=OTHER_USERS, pause=PAUSE_SECONDS, others_pause=OTHERS_PAUSE_SECONDS,
        import_bar=IMPORT_BAR_SECONDS, look_up_bar=LOOK_UP_BAR_MS, bar=f"< {OTHERS_BAR_MS:.0f} ms",
    )  # fmt: skip
    put_section(RESULTS, "dossiers", text)
    print(text)
    slowest = max(others.p95, found.p95) * 1000
    met = max(csv_seconds, xlsx_seconds) < IMPORT_BAR_SECONDS and look_up < LOOK_UP_BAR_MS
    return 0 if met and slowest < OTHERS_BAR_MS else 1


def measure_register(folder: Path) -> tuple[float, float, float]:
    """Return the seconds of an import from CSV and from XLSX, and the p95 of a look-up in milliseconds."""
    rows = list(_rows())
    url = f"sqlite:///{folder}/register.db"
    upgrade(url)
    engine = open_engine(url)
    sealer = Sealer("a secret of the benchmark")
    seconds = []
    for path in (_csv(folder / "export.csv", rows), _xlsx(folder / "export.xlsx", rows)):
        started = time.perf_counter()
        report = import_file(path, engine, sealer, source="one_stop", today=_today())
        seconds.append(time.perf_counter() - started)
        if report.taken != ROWS:
            raise RuntimeError(f"{path.name}: {report.taken} of {ROWS} taken: {report.refused[:3]}")
    register = Register(engine)
    times = []
    for row in random.Random(1).choices(rows, k=LOOK_UPS):
        code = parse_code(row[0])
        started = time.perf_counter()
        register.lookup(code)
        times.append(time.perf_counter() - started)
    engine.dispose()
    return seconds[0], seconds[1], Times(times).p95 * 1000


def _rows() -> list[tuple[str, ...]]:
    today = _today()
    rows = []
    for number in range(ROWS):
        day = today - timedelta(days=1 + number % 700)
        rows.append(
            (
                f"H27.{12 + number % 4}-{day:%y%m%d}-{number // 700:04d}",
                STATUSES[number % 4],
                "Cấp Giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu",
                "2.000648",
                "Phòng Quản lý thương mại",
                f"{day:%d/%m/%Y} 08:30",
                f"{day + timedelta(days=20):%d/%m/%Y}",
                f"09{number:08d}",
                f"0790{number:08d}",
            )
        )
    return rows


def _csv(path: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([HEADERS, *rows])
    return path


def _xlsx(path: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sổ theo dõi")
    for row in [HEADERS, *rows]:
        sheet.append(row)
    book.save(path)
    return path


async def measure_service(data_dir: Path) -> tuple[Times, Times, Times, Times]:
    """Return the times of others before and meanwhile, of look-ups in the register, and of who waits."""
    (port,) = free_ports(1)
    settings = {
        **UNLIMITED,
        "TTHC_DOSSIER_SOURCES": "register,simple",
        "TTHC_DOSSIER_SIMPLE_URL": f"http://127.0.0.1:{port}/?ma={{code}}",
    }
    async with _hanging_system(port):
        with running(Service(data_dir, settings=settings)) as service:
            async with chat_client(service.url, connections=WAITING_USERS + 4 * OTHER_USERS) as client:
                await _asking(client, 0, time.monotonic() + 5)  # everything is loaded
                quiet = await _many(client, _asking, OTHER_USERS)
                others, found, told = await asyncio.gather(
                    _many(client, _asking, OTHER_USERS),
                    _many(client, _finding, OTHER_USERS),
                    _many(client, _waiting, WAITING_USERS),
                )
    return quiet, others, found, told


async def _many(client: ChatClient, user: User, users: int) -> Times:
    until = time.monotonic() + SECONDS
    results = await asyncio.gather(*(user(client, number, until) for number in range(users)))
    return Times([seconds for result in results for seconds in result])


async def _asking(client: ChatClient, number: int, until: float) -> list[float]:
    """Ask ordinary questions, one after the other; return how long each answer took."""
    times = []
    texts = [text for conversation in read_conversations() for text in conversation]
    while time.monotonic() < until:
        conversation = await client.open_conversation()
        for text in texts[number : number + 5]:
            times.append((await conversation.ask(text)).seconds)
            await asyncio.sleep(OTHERS_PAUSE_SECONDS)
        number = (number + 5) % len(texts)
    return times


async def _finding(client: ChatClient, number: int, until: float) -> list[float]:
    """Look sample dossiers up; return how long the answers to the digits took."""
    times = []
    samples = load_samples(_today())
    while time.monotonic() < until:
        sample = samples[number % len(samples)]
        conversation = await client.open_conversation()
        await conversation.ask(sample.code)
        turn = await conversation.ask(sample.digits)
        if sample.row.code.shown not in turn.text:
            raise RuntimeError(f"a sample dossier was not shown: {turn.text}")
        times.append(turn.seconds)
        number += OTHER_USERS
        await asyncio.sleep(OTHERS_PAUSE_SECONDS)
    return times


async def _waiting(client: ChatClient, number: int, until: float) -> list[float]:
    """Look codes up that only the hanging system could know; return how long the answers took."""
    await asyncio.sleep(random.Random(number).uniform(0, PAUSE_SECONDS))
    times = []
    while time.monotonic() < until:
        conversation = await client.open_conversation()
        await conversation.ask(f"H27.12-{_today() - timedelta(days=1 + len(times)):%y%m%d}-{number:04d}")
        await asyncio.sleep(PAUSE_SECONDS)
        turn = await conversation.ask("4567")
        if "không trả lời" not in turn.text:
            raise RuntimeError(f"the hanging system was not told of: {turn.text}")
        times.append(turn.seconds)
        await asyncio.sleep(PAUSE_SECONDS)
    return times


@asynccontextmanager
async def _hanging_system(port: int) -> AsyncIterator[None]:
    async def hang(_request: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        return web.Response()

    app = web.Application()
    app.router.add_get("/", hang)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


def _today() -> date:
    return datetime.now(LOCAL).date()


if __name__ == "__main__":
    sys.exit(main())
