"""The template that departments fill in, empty or with procedures in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from knowledge.catalogue.importers.table_cells import write_row
from knowledge.catalogue.importers.table_columns import load_columns, load_table_wording
from knowledge.catalogue.records import Level, OnlineLevel, Procedure

HEADER_FILL = PatternFill("solid", fgColor="DDEBF7")
REQUIRED_FILL = PatternFill("solid", fgColor="FCE4D6")
WRAP = Alignment(wrap_text=True, vertical="top")
TEXT_FORMAT = "@"
PREPARED_ROWS = 1_000
GUIDE_WIDTHS = (26, 10, 80, 60)


def xlsx_template(procedures: Iterable[Procedure] = ()) -> bytes:
    """An XLSX file with the table, ``procedures`` in it, and the guide on a second sheet."""
    workbook = Workbook()
    wording = load_table_wording()
    sheet: Any = workbook.active
    sheet.title = wording.sheet
    columns = load_columns()
    for position, column in enumerate(columns, 1):
        cell = sheet.cell(1, position, f"{column.header} *" if column.required else column.header)
        cell.font = Font(bold=True)
        cell.fill = REQUIRED_FILL if column.required else HEADER_FILL
        cell.alignment = WRAP
        sheet.column_dimensions[get_column_letter(position)].width = column.width
    for number, procedure in enumerate(procedures, 2):
        cells = write_row(procedure)
        for position, column in enumerate(columns, 1):
            cell = sheet.cell(number, position)
            cell.value = cells[column.key] or None
            cell.data_type = "s" if cells[column.key] else "n"  # a text that starts with "=" is no formula
    for row in sheet.iter_rows(min_row=2, max_row=max(sheet.max_row, PREPARED_ROWS), max_col=len(columns)):
        for cell in row:
            cell.number_format = TEXT_FORMAT
            cell.alignment = WRAP
    sheet.freeze_panes = "C2"
    _offer(sheet, "levels", [level.value for level in Level])
    _offer(sheet, "online_level", [level.value for level in OnlineLevel])
    _write_guide(workbook.create_sheet(wording.guide_sheet))
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _offer(sheet: Any, key: str, values: list[str]) -> None:  # noqa: ANN401 - openpyxl's worksheet
    """Offer values in a list; others stay possible, because a cell may hold several lines."""
    position = next(n for n, column in enumerate(load_columns(), 1) if column.key == key)
    letter = get_column_letter(position)
    validation = DataValidation(type="list", formula1=f'"{",".join(values)}"', allow_blank=True)
    validation.showErrorMessage = False
    validation.add(f"{letter}2:{letter}{PREPARED_ROWS}")
    sheet.add_data_validation(validation)


def _write_guide(sheet: Any) -> None:  # noqa: ANN401 - openpyxl's worksheet
    wording = load_table_wording()
    sheet.append(list(wording.guide_headers))
    for column in load_columns():
        required = wording.required if column.required else wording.optional
        sheet.append([column.header, required, column.help, column.example])
    for letter, width in zip("ABCD", GUIDE_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = WRAP
            cell.font = Font(bold=cell.row == 1)
            cell.data_type = "s"


def csv_template(procedures: Iterable[Procedure] = ()) -> bytes:
    """A CSV file in UTF-8 with the mark by which Excel knows the encoding."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    columns = load_columns()
    writer.writerow([column.header for column in columns])
    for procedure in procedures:
        cells = write_row(procedure)
        writer.writerow([cells[column.key] for column in columns])
    return buffer.getvalue().encode("utf-8-sig")
