"""Rows of XLSX and CSV exports as fields by name, with the place each was found at."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.dossiers.importing.columns import HEADER_WITHIN, Header, find_header
from knowledge.dossiers.importing.report import FileFaultError, ImportReport, worded
from knowledge.dossiers.importing.values import is_empty
from knowledge.workbooks import Danger, UnsafeWorkbookError, check_workbook

RawRow = tuple[str, dict[str, object]]
"""Place in the file, and values by field."""
MIB = 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * MIB
MAX_ROWS = 300_000
MAX_COLUMNS = 200
FEWEST_CELLS = 3
"""A row with fewer filled cells and no code is a heading, a sum or a signature."""


def read_workbook(path: Path, report: ImportReport) -> Iterator[RawRow]:
    """Yield the rows of every sheet that is shown and has a header.

    Raises:
        FileFaultError: the file is no workbook, or not a safe one, or has no header.
    """
    _check_archive(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of Excel features that carry no values
            workbook = load_workbook(path, read_only=True, data_only=True)
            sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            with_header = 0
            for sheet in sheets:
                sheet.reset_dimensions()  # exports state them wrong
                rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
                named = sheet.title if len(sheets) > 1 else None
                found = yield from _table(rows, report, named)
                with_header += found
            workbook.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        if isinstance(error, FileFaultError):
            raise
        raise FileFaultError(worded("file", "bad_workbook")) from error
    if not with_header:
        raise FileFaultError(worded("file", "no_header", value=HEADER_WITHIN))


def _check_archive(path: Path) -> None:
    """Refuse what unpacks to far more than a list of dossiers, and XML that declares entities."""
    try:
        check_workbook(path, MAX_UNPACKED_BYTES)
    except UnsafeWorkbookError as error:
        too_large = worded("file", "too_large", value=MAX_UNPACKED_BYTES // MIB)
        is_large = error.danger is Danger.TOO_LARGE
        raise FileFaultError(too_large if is_large else worded("file", "bad_workbook")) from error


def read_csv(path: Path, report: ImportReport) -> Iterator[RawRow]:
    """Yield the rows of a CSV file in UTF-8 or UTF-16, with commas, semicolons or tabs.

    Raises:
        FileFaultError: the text cannot be read, or there is no header.
    """
    text = _decoded(path.read_bytes())
    lines = io.StringIO(text, newline="")
    delimiter = max(",;\t", key=text[:20_000].count)
    found = yield from _table(csv.reader(lines, delimiter=delimiter), report, None)
    if not found:
        raise FileFaultError(worded("file", "no_header", value=HEADER_WITHIN))


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding).replace("\0", "")
    except UnicodeDecodeError as error:
        raise FileFaultError(worded("file", "bad_text")) from error


def _table(
    rows: Iterable[Sequence[object]], report: ImportReport, sheet: str | None
) -> Generator[RawRow, None, bool]:
    """Yield the data rows; the generator's value tells whether there was a header."""
    source = iter(rows)
    first = list(islice(source, HEADER_WITHIN + 1))
    header = find_header(first)
    if header is None:
        return False
    if header.unused:
        report.notice(_place(header.data_from, sheet), "unknown_columns", value=", ".join(header.unused))
    for number, row in enumerate(_rest(first[header.data_from :], source), start=header.data_from + 1):
        if number > MAX_ROWS:
            raise FileFaultError(worded("file", "too_many", value=MAX_ROWS))
        values = _values(row, header)
        if values is None:
            continue
        if _is_aside(row, values.get("code")):
            report.notice(_place(number, sheet), "aside")
            continue
        yield _place(number, sheet), values
    return True


def _rest(head: list[Sequence[object]], source: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield from head
    yield from source


def _values(row: Sequence[object], header: Header) -> dict[str, object] | None:
    """Values by field without empty ones; None for an empty row and for a line that numbers the columns."""
    filled = [str(cell).strip(" ()") for cell in row if not is_empty(cell)]
    if not filled or (len(filled) > 1 and all(cell.isdigit() and len(cell) <= 2 for cell in filled)):
        return None
    return {
        field: row[place]
        for place, field in header.fields.items()
        if place < len(row) and not is_empty(row[place])
    }


def _is_aside(row: Sequence[object], code: object) -> bool:
    has_code = any(char.isdigit() for char in str(code or ""))
    return not has_code and sum(not is_empty(cell) for cell in row) < FEWEST_CELLS


def _place(row: int, sheet: str | None) -> str:
    return worded("places", "sheet_row", sheet=sheet, row=row) if sheet else worded("places", "row", row=row)
