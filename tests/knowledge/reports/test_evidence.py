"""A pack proves itself: every figure follows from its rows; a changed row, file or figure is found."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine

from knowledge.department.profile import Profile
from knowledge.reports.evidence import FIGURES, make_pack
from knowledge.reports.measures import Scope
from knowledge.reports.periods import parse_period
from knowledge.reports.verifying import PackError, verify_pack
from tests.knowledge.reports.conftest import NOW, Fill, case, dossier, rating, request
from tests.knowledge.reports.test_reports import list_procedures


@pytest.fixture
def pack(engine: Engine, fill: Fill, profile: Profile, tmp_path: Path) -> Path:
    fill(
        dossiers=[
            dossier("2022-01-01", "2022-01-10", "2022-01-05", procedure_code="1.000002"),
            dossier("2025-01-01", "2025-01-10", "2025-01-20", procedure_code="1.000001"),
            dossier("2026-06-01", "2026-06-10", "2026-06-09", returned_at=None),
            dossier("2026-06-20", "2026-07-10", "2026-07-20"),
            dossier("2026-07-01", "2026-07-10", "2026-07-09", procedure_code="1.000000"),
            dossier("2026-09-01", "2026-09-05"),
        ],
        ratings=[rating("2026-07-01", 3), rating("2026-07-01", 1, "access"), rating("2026-01-01", 1)],
        requests=[request("2026-07-01", "answered"), request("2026-07-02", "refused")],
        cases=[case("2026-06-01", "2026-07-02", "2026-06-22"), case("2026-07-01")],
    )
    list_procedures(engine, 1, "2022-01-01", "full", "partial", "full", "none")
    with engine.connect() as connection:
        made = make_pack(connection, parse_period("2026-Q3"), NOW, profile, Scope())
    path = tmp_path / made.name
    path.write_bytes(made.content)
    return path


def test_every_figure_follows_from_the_rows(pack: Path) -> None:
    found = verify_pack(pack)
    assert found.changed_files == ()
    assert [figure for figure in found.figures if not figure.equal] == []
    assert found.good
    stated = {figure.name: figure.stated for figure in found.figures}
    assert stated["settled_on_time"] == "1/2 = 50.00"
    assert stated["procedures_unused_36_months"] == "2 = 2"  # 1.000002 four years ago, 1.000003 never
    assert stated["open_overdue_share"] == "1/1 = 100.00"


def test_rows_lead_back_to_nobody(pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        header, *rows = archive.read("du-lieu/ho-so.csv").decode().splitlines()
        assert "code" not in header.split(",")
        assert "H27.12" not in archive.read("du-lieu/ho-so.csv").decode()
        assert len(rows) == 5  # four of the period, witnesses, the oldest
        assert {"phieu-hoi.yml", "phuong-phap.md"} <= set(archive.namelist())


def _rewritten(pack: Path, name: str, change: bytes | None) -> Path:
    changed = pack.with_name("changed.zip")
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info.filename))
            elif change is not None:
                new.writestr(name, change)
    return changed


def test_a_changed_row_is_found(pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        rows = archive.read("du-lieu/ho-so.csv").decode().splitlines()
    found = verify_pack(_rewritten(pack, "du-lieu/ho-so.csv", "\n".join(rows[:-1]).encode()))
    assert found.changed_files == ("du-lieu/ho-so.csv",)
    assert not found.good
    assert any(not figure.equal for figure in found.figures)


def test_a_changed_figure_is_found(pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        content = json.loads(archive.read(FIGURES))
    content["figures"][0]["numerator"] += 1
    found = verify_pack(_rewritten(pack, FIGURES, json.dumps(content).encode()))
    assert [figure.name for figure in found.figures if not figure.equal] == [
        content["figures"][0]["indicator"]
    ]


def test_what_is_no_pack_is_told(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(b"no zip")
    for path in (other, tmp_path / "missing.zip", _rewritten(pack, "manifest.json", None)):
        with pytest.raises(PackError):
            verify_pack(path)
