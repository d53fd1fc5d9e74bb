"""`tthc deadline` at the command line."""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.catalogue.records import Channel, Deadline, TimeUnit
from knowledge.catalogue.releases import create_release, publish
from knowledge.catalogue.shipped import load_shipped
from knowledge.database.engine import open_engine, session_factory
from knowledge.database.migrate import upgrade
from knowledge.settings import ROOT
from tthc.commands import deadline
from tthc.errors import ExpectedError


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    deadline.register(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["deadline", *words])
    return int(arguments.handler(arguments))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set up a department and the place of a database that is not there yet."""
    shutil.copy(ROOT / "department.yml", tmp_path / "department.yml")
    monkeypatch.setenv("TTHC_DEPARTMENT_FILE", str(tmp_path / "department.yml"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/tthc.db")
    return tmp_path


def test_petrol_shop_from_the_shipped_catalogue(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("2.000648", "--from", "2026-11-23") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2.000648 Cấp Giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu")
    assert lines[1:3] == ["* 15 ngày làm việc", "  Thứ Ba, 15/12/2026"]
    assert len([line for line in lines if line.startswith("*")]) == 1
    assert not (folder / "tthc.db").exists()


def test_committed_time_is_printed_beside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "department.yml"
    entry = 'committed_deadlines: {"2.000648": {value: 10, unit: WORKING_DAY}}'
    text = path.read_text(encoding="utf-8").replace("committed_deadlines: {}", entry)
    path.write_text(text, encoding="utf-8")
    run("2.000648", "--from", "2026-11-23")
    text = capsys.readouterr().out
    assert "* Sở cam kết 10 ngày làm việc, rút ngắn 33% so với quy định.\n  Thứ Ba, 08/12/2026" in text


def test_a_weekend_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("2.000648", "--from", "2026-11-21")
    assert "được tính là nhận ngày 23/11/2026" in capsys.readouterr().out


def test_a_limit_in_words_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("2.000470", "--from", "2026-11-23")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("* Trước ngày 31 tháng 12 hàng năm")
    assert len(lines) == 2


def test_the_published_catalogue_comes_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{folder}/tthc.db"
    upgrade(url)
    engine = open_engine(url)
    changed = Deadline(Channel.ONLINE, 3, TimeUnit.WORKING_DAY, "3 ngày làm việc", case="Trường hợp thử")
    procedure = next(item for item in load_shipped() if item.code == "2.000648")
    with session_factory(engine).begin() as session:
        release = create_release(
            session, [replace(procedure, deadlines=(changed,))], source="test", as_of=date(2026, 11, 1)
        )
        publish(session, release.id)
    engine.dispose()
    run("2.000648", "--from", "2026-12-01")
    assert "* 3 ngày làm việc (Trường hợp thử)\n  Thứ Sáu, 04/12/2026" in capsys.readouterr().out


def test_a_database_without_our_tables_is_passed_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "tthc.db").touch()
    assert run("2.000648", "--from", "2026-11-23") == 0
    assert "15 ngày làm việc" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_an_unknown_code_is_one_sentence() -> None:
    with pytest.raises(ExpectedError, match=r"no procedure 9\.999999"):
        run("9.999999")


@pytest.mark.usefixtures("folder")
def test_a_year_outside_the_calendar_is_one_sentence() -> None:
    with pytest.raises(ExpectedError, match="2020 to 2099"):
        run("2.000648", "--from", "1990-01-01")


def test_a_missing_profile_is_one_sentence(folder: Path) -> None:
    (folder / "department.yml").unlink()
    with pytest.raises(ExpectedError, match="does not exist"):
        run("2.000648")
