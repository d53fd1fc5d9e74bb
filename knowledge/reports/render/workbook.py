"""A report as a workbook: a sheet for each table, with formulas that compute the shares and checks anew."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.styleable import StyleableObject
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.reports.content import Cell, Column, ColumnKind, Formula, Report, Table

FONT = "Times New Roman"
SHEET_CHARS = 31
FIRST_ROW = 4
"""Row of the heads: above are caption, period and an empty row."""
LINE_POINTS = 15
LETTER = 1.05
"""Width of a bold letter in units of a column's width, with what is lost where words are broken."""
_PLACE = re.compile(r"\{(\d+)\}")
_LINE = Side(style="thin")
_FORMATS = {ColumnKind.WHOLE: "#,##0", ColumnKind.DECIMAL: "0.00", ColumnKind.TEXT: "General"}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def write_xlsx(report: Report) -> bytes:
    """Return the report's tables as an XLSX."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for section in report.sections:
        for table in section.tables:
            _sheet(book.create_sheet(_name(table.name, book.sheetnames)), table, report)
    if not book.sheetnames:
        book.create_sheet("Báo cáo")["A1"] = "Kỳ này không có bảng số liệu."
    with io.BytesIO() as out:
        book.save(out)
        return out.getvalue()


def _name(name: str, taken: list[str]) -> str:
    clean = _FORBIDDEN.sub(" ", name)[:SHEET_CHARS]
    return clean if clean not in taken else f"{clean[: SHEET_CHARS - 3]} {len(taken)}"


def _sheet(sheet: Worksheet, table: Table, report: Report) -> None:
    sheet["A1"], sheet["A1"].font = table.caption, Font(FONT, 13, bold=True)
    sheet["A2"] = (
        f"{report.period.name[:1].upper()}{report.period.name[1:]} ({report.period.span}); {report.place}"
    )
    sheet["A2"].font = Font(FONT, 12, italic=True)
    heads = [[column.title for column in table.columns]] + ([list(table.numbers)] if table.numbers else [])
    for offset, titles in enumerate(heads):
        for place, title in enumerate(titles, 1):
            head = sheet.cell(FIRST_ROW + offset, place, title)
            head.font = Font(FONT, 11, bold=offset == 0, italic=offset == 1)
            head.alignment = Alignment("center", "center", wrap_text=True)
            head.border = Border(_LINE, _LINE, _LINE, _LINE)
    first = FIRST_ROW + len(heads)
    for offset, row in enumerate(table.rows):
        for place, (given, column) in enumerate(zip(row, table.columns, strict=True), 1):
            drawn = sheet.cell(first + offset, place, _written(given, first + offset))
            if isinstance(given, str):
                drawn.data_type = "s"  # a text that starts with "=" is no formula
            _style(drawn, column, bold=table.total and offset == 0)
    for place, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column)
    for offset, texts in enumerate([*heads, *table.rows]):
        sheet.row_dimensions[FIRST_ROW + offset].height = _height(texts, table.columns)
    sheet.freeze_panes = f"C{first}"
    sheet.print_title_rows = f"{FIRST_ROW}:{first - 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _width(column: Column) -> float:
    return max(9, column.width * 1.3)


def _height(cells: Sequence[Cell], columns: Sequence[Column]) -> float:
    """Room for the longest text of a row: not every program makes it when it opens the file."""
    lines = [
        ceil(len(cell) * LETTER / _width(column))
        for cell, column in zip(cells, columns, strict=True)
        if isinstance(cell, str)
    ]
    return LINE_POINTS * max(1, *lines, 1)


def _written(cell: Cell, row: int) -> str | int | Decimal | None:
    if isinstance(cell, Formula):
        return _PLACE.sub(lambda found: f"{get_column_letter(int(found[1]))}{row}", cell.text)
    return cell


def _style(cell: StyleableObject, column: Column, *, bold: bool) -> None:
    cell.font = Font(FONT, 11, bold=bold)
    cell.number_format = _FORMATS[column.kind]
    cell.border = Border(_LINE, _LINE, _LINE, _LINE)
    cell.alignment = Alignment(
        None if column.kind is ColumnKind.TEXT else "right",
        "center",
        wrap_text=column.kind is ColumnKind.TEXT,
    )
