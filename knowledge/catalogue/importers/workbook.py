"""Sheets of an XLSX file as texts with their places; formulas, errors and merged cells are told."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.catalogue.importers.files import MIB
from knowledge.catalogue.importers.report import RowError, place, reason
from knowledge.catalogue.importers.table_columns import Column, header_key, load_table_wording
from knowledge.workbooks import Danger, UnsafeWorkbookError, check_workbook

MAX_UNPACKED_BYTES = 200 * MIB
MAX_COLUMNS = 100
MAX_SHEET_ROWS = 6_000


@dataclass(frozen=True)
class Cell:
    """Text of a cell; ``error`` names the reason why it cannot be taken (formula, Excel error)."""

    text: str
    error: str | None = None


@dataclass(frozen=True)
class MergedCells:
    """A block of merged cells: its name (A2:A5) and the indices of its rows, from 0."""

    name: str
    rows: range


@dataclass
class Grid:
    """Rows of a sheet, or of a CSV file (``sheet`` is None)."""

    sheet: str | None
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[MergedCells] = field(default_factory=list)
    only: bool = True

    @property
    def is_named_for_import(self) -> bool:
        """Whether the sheet has the template's name."""
        return header_key(self.sheet or "") == header_key(load_table_wording().sheet)

    def place(
        self, row: int | None = None, position: int = 0, columns: Mapping[int, Column] | None = None
    ) -> str:
        """Word a place: the sheet, or a cell in it as people name it (D12)."""
        if row is None:
            return place("sheet", sheet=self.sheet) if self.sheet else place("file")
        if self.sheet:
            return place("cell", sheet=self.sheet, cell=f"{get_column_letter(position + 1)}{row + 1}")
        column = (columns or {}).get(position)
        name = column.header if column else get_column_letter(position + 1)
        return place("row", row=row + 1, column=name)


def read_workbook(content: bytes) -> list[Grid]:
    """Read the sheets that are shown, but the guide.

    Raises:
        RowError: the file is no workbook, or not a safe one.
    """
    _check_archive(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of Excel features that carry no values
            workbook = load_workbook(io.BytesIO(content), data_only=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise RowError(place("file"), reason("bad_workbook")) from error
    guide = header_key(load_table_wording().guide_sheet)
    sheets = [
        sheet
        for sheet in workbook.worksheets
        if header_key(sheet.title) != guide and sheet.sheet_state == "visible"
    ]
    return [_grid(sheet, only=len(sheets) == 1) for sheet in sheets]


def _check_archive(content: bytes) -> None:
    """Refuse what unpacks to far more than a list of procedures, and XML that declares entities."""
    try:
        check_workbook(io.BytesIO(content), MAX_UNPACKED_BYTES)
    except UnsafeWorkbookError as error:
        limit = f"{MAX_UNPACKED_BYTES // MIB} MB"
        faults = {
            Danger.DAMAGED: reason("bad_workbook"),
            Danger.TOO_LARGE: reason("total_too_large", limit=limit),
            Danger.DOCTYPE: reason("doctype"),
        }
        raise RowError(place("file"), faults[error.danger]) from error


def _grid(sheet: Any, *, only: bool) -> Grid:  # noqa: ANN401 - openpyxl's worksheet kinds share no type
    grid = Grid(sheet=sheet.title, only=only)
    for merged in sheet.merged_cells.ranges:
        grid.merged.append(MergedCells(str(merged.coord), range(merged.min_row - 1, merged.max_row)))
    if sheet.max_row > MAX_SHEET_ROWS and any(
        cell.value is not None for row in sheet.iter_rows(min_row=MAX_SHEET_ROWS) for cell in row
    ):
        raise RowError(grid.place(), reason("too_many_rows", limit=MAX_SHEET_ROWS))
    for row in sheet.iter_rows(max_row=min(sheet.max_row, MAX_SHEET_ROWS), max_col=MAX_COLUMNS):
        grid.rows.append([_cell(cell) for cell in row])
    return grid


def _cell(cell: Any) -> Cell:  # noqa: ANN401 - a cell or a merged cell
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        return Cell(str(value), error="formula")
    if cell.data_type == "e":
        return Cell(str(value), error="cell_error")
    return Cell(_text(value))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # A procedure code typed as a number has lost its last zeros: 1.01247 was 1.012470.
        return f"{value:.6f}" if 1 <= value < 10 and value == round(value, 6) else f"{value:g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
