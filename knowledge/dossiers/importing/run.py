"""An import from file to register: read, checked, freed of duplicates, written in short transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timezone
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from knowledge.dossiers.importing.json_items import read_json
from knowledge.dossiers.importing.report import FileFaultError, ImportReport, worded
from knowledge.dossiers.importing.rows import ReadRow, read_row
from knowledge.dossiers.importing.tables import MIB, RawRow, read_csv, read_workbook
from knowledge.dossiers.models import DossierImport
from knowledge.dossiers.records import RegisterRow
from knowledge.dossiers.register import store_rows
from knowledge.privacy.sealing import Sealer

MAX_FILE_BYTES = 300 * MIB
ROWS_A_TRANSACTION = 2_000
"""SQLite has one writer: between two transactions citizens' messages get their turn."""
READERS: dict[str, Callable[[Path, ImportReport], Iterator[RawRow]]] = {
    ".xlsx": read_workbook,
    ".csv": read_csv,
    ".json": read_json,
    ".jsonl": read_json,
}


def import_file(path: Path, engine: Engine, sealer: Sealer, *, source: str, today: date) -> ImportReport:
    """Put the dossiers of an export into the register; good rows are taken although others are refused.

    An import that was interrupted can simply be run again: what is there already stays as it is.

    Raises:
        FileFaultError: the file as a whole cannot be taken; nothing was written.
    """
    report, rows = read_file(path, today)
    for start in range(0, len(rows), ROWS_A_TRANSACTION):
        with engine.begin() as connection:
            report.stored += store_rows(connection, rows[start : start + ROWS_A_TRANSACTION], source, sealer)
    with engine.begin() as connection:
        connection.execute(sa.insert(DossierImport), _journal(report, source))
    return report


def _journal(report: ImportReport, source: str) -> dict[str, object]:
    return {
        "at": datetime.now(timezone.utc),
        "file": report.file,
        "source": source,
        "rows": report.rows,
        "new": report.stored.new,
        "changed": report.stored.changed,
        "refused": report.refused_rows,
    }


def read_file(path: Path, today: date) -> tuple[ImportReport, list[RegisterRow]]:
    """Read an export without writing anything.

    Raises:
        FileFaultError: the file as a whole cannot be taken.
    """
    if not path.is_file():
        raise FileFaultError(worded("file", "missing"))
    if path.stat().st_size > MAX_FILE_BYTES:
        raise FileFaultError(worded("file", "too_large", value=MAX_FILE_BYTES // MIB))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FileFaultError(worded("file", "unknown_type"))
    report = ImportReport(path.name)
    kept: dict[str, ReadRow] = {}
    for place, values in reader(path, report):
        row = read_row(place, values, report, today)
        if row is not None:
            _keep(row, kept, report)
    return report, [read.row for read in kept.values()]


def _keep(read: ReadRow, kept: dict[str, ReadRow], report: ImportReport) -> None:
    """Of rows with one code keep the one that changed last, in doubt the later one."""
    code = read.row.code
    other = kept.get(code.text)
    if other is None:
        kept[code.text] = read
        return
    if other.row == read.row:
        report.notice(read.place, "duplicate_same", serial=code.serial)
        return
    report.notice(read.place, "duplicate_newer", serial=code.serial)
    if other.changed_at is None or read.changed_at is None or read.changed_at >= other.changed_at:
        kept[code.text] = read
