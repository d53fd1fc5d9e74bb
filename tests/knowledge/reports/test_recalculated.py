"""LibreOffice computes every formula of the workbook anew and comes to the values the report states."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from knowledge.department.profile import Profile
from knowledge.department.reporting import Reporting
from knowledge.reports.content import Formula, Report, Table
from knowledge.reports.making import make_report
from knowledge.reports.measures import Scope
from knowledge.reports.periods import parse_period
from knowledge.reports.render.forms import write_form
from knowledge.reports.render.workbook import FIRST_ROW
from tests.fixtures.packages import provide
from tests.knowledge.reports.conftest import NOW, Fill, case, dossier, rating, request

SECONDS = 180


@pytest.fixture(scope="module")
def soffice() -> str:
    """LibreOffice Calc's program; installs Debian's package when there is none."""
    return provide("libreoffice-calc", lambda: shutil.which("soffice"))


@pytest.fixture
def report(engine: Engine, fill: Fill) -> Report:
    fill(
        dossiers=[
            dossier("2026-06-20", "2026-07-05", "2026-07-01"),
            dossier("2026-07-01", "2026-07-08", "2026-07-09", field="Hóa chất"),
            *(dossier("2026-07-02", "2026-07-08", "2026-07-08", submitted_via="direct") for _ in range(5)),
            dossier("2026-09-20", "2026-10-20", field="Điện lực"),
        ],
        ratings=[rating("2026-07-01", score) for score in (1, 2, 3)] + [rating("2026-05-01", 3)],
        requests=[request("2026-07-01", "answered"), request("2026-07-01", "refused")],
        cases=[case("2026-07-01", "2026-07-03"), case("2026-07-01")],
    )
    with engine.connect() as connection:
        return make_report(connection, "all", parse_period("2026-Q3"), NOW, Reporting(), Scope())


def recalculated(path: Path, soffice: str) -> Path:
    """Let LibreOffice open the workbook and save it with the values it computed."""
    out = path.parent / "recalculated"
    profile = (path.parent / "profile").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=SECONDS
    )
    return out / path.name


def stated(table: Table) -> dict[tuple[int, int], object]:
    """Values of the formulas by row and column of the sheet."""
    first = FIRST_ROW + (2 if table.numbers else 1)
    return {
        (first + row, column): cell.value
        for row, cells in enumerate(table.rows)
        for column, cell in enumerate(cells, 1)
        if isinstance(cell, Formula)
    }


@pytest.mark.timeout(900)  # a machine without LibreOffice fetches it first
def test_formulas_computed_by_libreoffice_are_the_values(
    report: Report, profile: Profile, soffice: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(write_form("xlsx", report, profile))
    book = load_workbook(recalculated(path, soffice), data_only=True)
    tables = [table for section in report.sections for table in section.tables]
    compared = 0
    for table, sheet in zip(tables, book.worksheets, strict=True):
        for (row, column), value in stated(table).items():
            found = sheet.cell(row, column).value
            if isinstance(value, str) or value is None:
                assert found == (value or "–"), (table.name, row, column)
            else:
                assert Decimal(str(found)).quantize(Decimal("0.01")) == value, (table.name, row, column)
            compared += 1
    assert compared > 80
