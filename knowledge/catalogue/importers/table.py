"""Import of the departments' own list: an XLSX or CSV file after the template, one procedure a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.catalogue.importers.files import MIB, read_bounded
from knowledge.catalogue.importers.report import (
    ImportReport,
    ReportBuilder,
    RowError,
    notice,
    place,
    reason,
)
from knowledge.catalogue.importers.table_cells import read_row
from knowledge.catalogue.importers.table_columns import Column, find_column, load_columns
from knowledge.catalogue.importers.workbook import Cell, Grid, read_workbook

MAX_FILE_BYTES = 20 * MIB
MAX_ROWS = 5_000
HEADER_WITHIN = 15
"""Rows at the top that may hold a title before the header row."""
DELIMITERS = ",;\t"


def import_table(path: Path) -> ImportReport:
    """Import an XLSX or CSV file."""
    builder = ReportBuilder()
    try:
        for grid in _grids(path):
            _read_grid(grid, path.name, builder)
    except RowError as error:
        builder.reject(path.name, error.place, error.reason)
    if not builder.procedures and not builder.rejected:
        builder.reject(path.name, place("file"), reason("no_rows"))
    return builder.build()


def _grids(path: Path) -> list[Grid]:
    if not path.is_file():
        raise RowError(place("file"), reason("missing"))
    kind = path.suffix.lower()
    if kind == ".csv":
        return [_read_csv(read_bounded(path, MAX_FILE_BYTES))]
    if kind == ".xlsx":
        return read_workbook(read_bounded(path, MAX_FILE_BYTES))
    raise RowError(place("file"), reason("not_table"))


def _read_csv(content: bytes) -> Grid:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RowError(place("file"), reason("csv_encoding")) from error
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    grid = Grid(sheet=None)
    try:
        for row in reader:
            grid.rows.append([Cell(value) for value in row])
            if len(grid.rows) > MAX_ROWS + HEADER_WITHIN:
                raise RowError(place("file"), reason("too_many_rows", limit=MAX_ROWS))
    except csv.Error as error:
        raise RowError(place("line", row=reader.line_num), reason("bad_csv", why=error)) from error
    return grid


def _read_grid(grid: Grid, file_name: str, builder: ReportBuilder) -> None:
    header_row = _find_header(grid)
    if header_row is None:
        if grid.only or grid.is_named_for_import:
            wanted = ", ".join(column.header for column in load_columns() if column.required)
            builder.reject(file_name, grid.place(), reason("no_header", columns=wanted))
        else:
            builder.notices.append(notice("ignored_sheet", sheet=grid.sheet))
        return
    columns = _columns(grid, header_row, file_name, builder)
    if columns is None:
        return
    last_row = max((n for n, row in enumerate(grid.rows) if any(cell.text for cell in row)), default=0)
    if last_row - header_row > MAX_ROWS:
        builder.reject(file_name, grid.place(), reason("too_many_rows", limit=MAX_ROWS))
        return
    merged = {row for cells in grid.merged for row in cells.rows if row > header_row}
    for cells in grid.merged:
        if cells.rows[-1] > header_row:
            builder.reject(file_name, grid.place(), reason("merged", cells=cells.name))
    for number in range(header_row + 1, last_row + 1):
        if number not in merged and any(cell.text or cell.error for cell in grid.rows[number]):
            _read_table_row(grid, number, columns, file_name, builder)


def _find_header(grid: Grid) -> int | None:
    """The first row in which most required columns are named."""
    required = {column.key for column in load_columns() if column.required}
    for number, row in enumerate(grid.rows[:HEADER_WITHIN]):
        named = {column.key for cell in row if (column := find_column(cell.text)) is not None}
        if len(named & required) >= 2:
            return number
    return None


def _columns(grid: Grid, header_row: int, file_name: str, builder: ReportBuilder) -> dict[int, Column] | None:
    """Column of each position; None when a required one is missing or one stands there twice."""
    columns: dict[int, Column] = {}
    errors = []
    for position, cell in enumerate(grid.rows[header_row]):
        column = find_column(cell.text)
        if column is None:
            if cell.text.strip():
                builder.notices.append(notice("ignored_column", column=cell.text))
        elif column in columns.values():
            errors.append(
                RowError(grid.place(header_row, position), reason("repeated_column", column=cell.text))
            )
        else:
            columns[position] = column
    missing = (item for item in load_columns() if item.required and item not in columns.values())
    errors += [RowError(grid.place(), reason("missing_column", column=item.header)) for item in missing]
    builder.reject_errors(file_name, errors)
    return None if errors else columns


def _read_table_row(
    grid: Grid, number: int, columns: dict[int, Column], file_name: str, builder: ReportBuilder
) -> None:
    row = grid.rows[number]
    positions = {column.key: position for position, column in columns.items()}

    def where(key: str) -> str:
        return grid.place(number, positions.get(key, positions["code"]), columns)

    errors = list(_cell_errors(grid, number, row, columns))
    if not errors:
        cells = {
            column.key: row[position].text for position, column in columns.items() if position < len(row)
        }
        procedure, errors = read_row(cells, where)
        if procedure is not None:
            builder.accept(procedure, file_name, where("code"))
    builder.reject_errors(file_name, errors)


def _cell_errors(
    grid: Grid, number: int, row: Sequence[Cell], columns: dict[int, Column]
) -> Iterator[RowError]:
    for position, cell in enumerate(row):
        if position in columns and cell.error:
            yield RowError(grid.place(number, position, columns), reason(cell.error, value=cell.text))
