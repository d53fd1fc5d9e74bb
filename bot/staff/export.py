"""Any filtered list as CSV or XLSX; what a spreadsheet would take for a formula is made plain text."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from aiohttp import web
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy.orm import Session

from bot.staff.keys import DESK
from bot.staff.rendering import TIME_ZONE
from knowledge.database.engine import SessionFactory
from knowledge.database.paging import Page

Row = TypeVar("Row")
Cell = str | int | float | datetime | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
MOST_XLSX_ROWS = 1_000_000
"""A sheet has 1,048,576 rows; what comes beyond is only in the CSV file."""
CHUNK = 256 * 1024
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# XML has no control characters but these; a spreadsheet with others does not open.
_CONTROL = {code: None for code in range(32) if code not in {9, 10, 13}}


def plain(value: Cell) -> Cell:
    """Return a value that no spreadsheet runs: an apostrophe stands before what looks like a formula."""
    if isinstance(value, datetime):
        return value.astimezone(TIME_ZONE).strftime("%d/%m/%Y %H:%M")
    if not isinstance(value, str):
        return value
    text = value.translate(_CONTROL)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV file that Excel opens with Vietnamese letters."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows([plain(value) for value in row] for row in rows)


def write_xlsx(path: Path, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a workbook of one sheet; every text is a text, never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("DanhSach")
    sheet.append(list(head))
    for number, row in enumerate(rows):
        if number == MOST_XLSX_ROWS:
            break
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=plain(value))
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def table(
    sessions: SessionFactory, columns: Iterable[str], read: Callable[[Session], Iterable[object]]
) -> Iterator[list[Cell]]:
    """The attributes ``columns`` of what ``read`` gives, within one session."""
    with sessions() as session:
        for row in read(session):
            yield [getattr(row, name) for name in columns]


def all_pages(session: Session, ask: Callable[[str | None], Page[Row]]) -> Iterator[Row]:
    """All rows of a paged list; ``ask`` gives the page after a place."""
    place: str | None = None
    while True:
        page = ask(place)
        yield from page.rows
        session.expunge_all()
        if page.next is None:
            return
        place = page.next


async def send_export(
    request: web.Request, name: str, head: Sequence[str], rows: Iterator[Sequence[Cell]]
) -> web.StreamResponse:
    """Write the file beside the event loop and send it; ``rows`` reads the database and is read there."""
    kind = request.match_info["kind"]
    write = write_xlsx if kind == "xlsx" else write_csv
    desk = request.config_dict[DESK]
    with tempfile.TemporaryDirectory(prefix="tthc-export-") as folder:
        path = Path(folder) / f"{name}.{kind}"
        await desk.run_plain(lambda: write(path, head, rows))
        response = web.StreamResponse(
            headers={
                "Content-Type": TYPES[kind],
                "Content-Disposition": f'attachment; filename="{name}.{kind}"',
                "Content-Length": str(path.stat().st_size),
            }
        )
        await response.prepare(request)
        with path.open("rb") as stream:
            while chunk := await desk.run_plain(lambda: stream.read(CHUNK)):
                await response.write(chunk)
        await response.write_eof()
    return response
