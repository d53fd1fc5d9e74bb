"""``python -m benchmarks.dossier_register [--postgres URL]``: 50,000 dossiers imported and looked up.

Writes the section ``dossier register`` of ``RESULTS.md``. ``URL`` names an empty database; without it only
SQLite is measured.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

from benchmarks.results import machine
from benchmarks.sections import RESULTS, put_section
from benchmarks.start import commit
from knowledge.database.engine import open_engine
from knowledge.database.migrate import upgrade
from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.importing.run import import_file
from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.register import Register
from knowledge.privacy.sealing import Sealer

ROWS = 50_000
LOOK_UPS = 2_000
IMPORT_BAR_SECONDS, LOOK_UP_BAR_MS = 60.0, 5.0
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

TEXT = """\
## The register of dossiers

Written by `python -m benchmarks.dossier_register` on {day}, commit {commit}, on {machine}.
Load of the machine by other programs just before: {load:.1f}.
{rows} dossiers of the one-stop system's export; wanted: an import under {import_bar:.0f} s, a look-up under \
{look_up_bar:.0f} ms.

| database | import from CSV | the same rows from XLSX, nothing changed | look-up, p50 | p95 of {look_ups} |
|---|---|---|---|---|
{lines}
"""


@dataclass(frozen=True)
class Measured:
    """Seconds of the two imports, and milliseconds of look-ups."""

    database: str
    csv: float
    xlsx: float
    look_ups: Sequence[float]

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 % of the look-ups were answered."""
        return statistics.quantiles(self.look_ups, n=20, method="inclusive")[18]

    @property
    def is_met(self) -> bool:
        """Whether all bars are met."""
        return max(self.csv, self.xlsx) < IMPORT_BAR_SECONDS and self.p95 < LOOK_UP_BAR_MS

    def line(self) -> str:
        """A line of the table."""
        imports = f"{self.csv:.1f} s | {self.xlsx:.1f} s"
        return (
            f"| {self.database} | {imports} | {statistics.median(self.look_ups):.2f} ms | {self.p95:.2f} ms |"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; the exit code is 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dossier_register", description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="an empty PostgreSQL database to measure too")
    chosen = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="tthc-register-") as name:
        folder, rows = Path(name), _rows()
        files = (_csv(folder / "export.csv", rows), _xlsx(folder / "export.xlsx", rows))
        measured = [measure("SQLite", f"sqlite:///{folder}/register.db", files, rows)]
        if chosen.postgres:
            measured.append(measure("PostgreSQL", chosen.postgres, files, rows))
    text = TEXT.format(
        day=date.today().isoformat(),  # noqa: DTZ011 - the day on which it was run
        commit=commit(), machine=machine(), load=load, rows=f"{ROWS:,}", look_ups=f"{LOOK_UPS:,}",
        import_bar=IMPORT_BAR_SECONDS, look_up_bar=LOOK_UP_BAR_MS,
        lines="\n".join(one.line() for one in measured),
    )  # fmt: skip
    put_section(RESULTS, "dossier register", text)
    print(text)
    return 0 if all(one.is_met for one in measured) else 1


def measure(database: str, url: str, files: Sequence[Path], rows: Sequence[tuple[str, ...]]) -> Measured:
    """Import each file into the database at ``url``, then look some of the dossiers up."""
    upgrade(url)
    engine = open_engine(url)
    sealer = Sealer("a secret of the benchmark")
    seconds = []
    for path in files:
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
        times.append((time.perf_counter() - started) * 1000)
    engine.dispose()
    return Measured(database, seconds[0], seconds[1], times)


def _rows() -> list[tuple[str, ...]]:
    today = _today()
    rows: list[tuple[str, ...]] = []
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


def _today() -> date:
    return datetime.now(LOCAL).date()


if __name__ == "__main__":
    sys.exit(main())
