"""`tthc dossiers import`: read, write, and report what was taken and what was refused."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from knowledge.database.engine import open_engine
from knowledge.database.migrate import upgrade
from knowledge.dossiers.importing.report import FileFaultError, ImportReport, Line
from knowledge.dossiers.importing.run import import_file, read_file
from knowledge.dossiers.importing.values import LOCAL
from knowledge.privacy.sealing import open_sealer
from knowledge.settings import read_settings
from tthc.errors import ExitCode, ExpectedError


def run_import(path: Path, source: str, *, check: bool, lines: int) -> int:
    """Import the file (or only read it) and print the report; the exit code is 1 when nothing was taken."""
    today = datetime.now(LOCAL).date()
    started = time.monotonic()
    try:
        report, found = _checked(path, today) if check else _imported(path, source, today)
    except FileFaultError as error:
        raise ExpectedError(f"{path.name}: {error}") from error
    _print(report, found, check=check, seconds=time.monotonic() - started, lines=lines)
    return ExitCode.OK if found else ExitCode.FAILED


def _checked(path: Path, today: date) -> tuple[ImportReport, int]:
    report, rows = read_file(path, today)
    return report, len(rows)


def _imported(path: Path, source: str, today: date) -> tuple[ImportReport, int]:
    settings = read_settings()
    upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        report = import_file(path, engine, open_sealer(settings), source=source[:40], today=today)
    finally:
        engine.dispose()
    return report, report.taken


def _print(report: ImportReport, found: int, *, check: bool, seconds: float, lines: int) -> None:
    print(f"{report.file}: đọc {report.rows} dòng hồ sơ trong {seconds:.1f} giây.")
    if check:
        print(f"Nhận được {found}, từ chối {report.refused_rows} (chưa ghi gì vào sổ).")
    else:
        stored = report.stored
        print(
            f"Đã ghi {found} hồ sơ: {stored.new} mới, {stored.changed} thay đổi, {stored.unchanged} như cũ; "
            f"từ chối {report.refused_rows} dòng."
        )
    _print_lines("Từ chối", report.refused, report.refused_rows, lines)
    others = sum(count for name, count in report.counts.items() if name != "refused") - report.refused_rows
    _print_lines("Lưu ý", report.notices, others, lines)


def _print_lines(title: str, found: Sequence[Line], total: int, most: int) -> None:
    if not total:
        return
    print(f"\n{title}:")
    for line in found[:most]:
        print(f"  {line}")
    if total > len(found[:most]):
        print(f"  … và {total - len(found[:most])} dòng nữa (--lines {total} để xem hết)")
