"""`tthc catalogue`, as a department's staff use it."""

from __future__ import annotations

import argparse
import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from knowledge.catalogue.records import Level, Procedure
from knowledge.catalogue.releases import create_release, list_releases, publish, published_release_id
from knowledge.database.engine import SessionFactory
from knowledge.settings import ROOT
from tthc.commands import catalogue
from tthc.errors import ExitCode, ExpectedError, UsageError

OWN = Procedure("1.000001", "Cấp Giấy phép", "Hóa chất", (Level.PROVINCE,))


def tthc(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    catalogue.register(parser.add_subparsers(required=True))
    parsed = parser.parse_args(["catalogue", *arguments])
    return int(parsed.handler(parsed))


@pytest.fixture
def database(
    sqlite_url: str, sqlite_sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> SessionFactory:
    """The database of the settings, with a small published release."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    with sqlite_sessions.begin() as session:
        release = create_release(session, [OWN], source="gốc", as_of=date(2026, 7, 18))
        publish(session, release.id)
    return sqlite_sessions


def table(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["Mã thủ tục,Tên thủ tục,Lĩnh vực,Cấp thực hiện", *rows]), encoding="utf-8")
    return path


def test_import_then_publish_then_roll_back(
    database: SessionFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "so.csv", "1.000001,Cấp Giấy phép mới,Hóa chất,Tỉnh")
    assert tthc("import", str(path), "--by", "Lan", "--as-of", "31/10/2026", "--note", "lần 1") == ExitCode.OK
    said = capsys.readouterr().out
    assert "Đã tạo bản phát hành số 2: 1 thủ tục trong danh mục" in said
    assert "1.000001 – Cấp Giấy phép mới: đổi tên từ “Cấp Giấy phép”" in said
    assert "tthc catalogue publish 2" in said
    with database() as session:
        assert published_release_id(session) == 1

    assert tthc("publish", "2", "--by", "Lan") == ExitCode.OK
    assert "Đang công bố bản phát hành số 2 (dữ liệu ngày 31/10/2026)." in capsys.readouterr().out

    assert tthc("list") == ExitCode.OK
    newest, oldest = capsys.readouterr().out.splitlines()
    assert newest.startswith("*    2  dữ liệu 31/10/2026")
    assert newest.endswith("bởi Lan  so.csv – lần 1")
    assert oldest.startswith("     1")

    assert tthc("rollback") == ExitCode.OK
    assert "Đã quay lại bản phát hành số 1" in capsys.readouterr().out
    with pytest.raises(ExpectedError, match="trước đó"):
        tthc("rollback")


def test_a_rejected_row_stops_the_import_and_is_told(
    database: SessionFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "so.csv", "1.000002,Cấp Giấy phép,Hóa chất,Tỉnh", "1.000003,Tên,Hóa chất,Huyện")
    assert tthc("import", str(path)) == ExitCode.FAILED
    said = capsys.readouterr().out
    assert "so.csv: dòng 3, cột 'Cấp thực hiện': Giá trị “Huyện” không nằm trong danh sách" in said
    assert "Chưa nhập gì" in said
    with database() as session:
        assert len(list_releases(session)) == 1

    assert tthc("import", str(path), "--partial", "--publish", "--mode", "replace") == ExitCode.OK
    said = capsys.readouterr().out
    assert "1.000001 – Cấp Giấy phép: không còn trong danh mục (thấy lần cuối ngày 18/07/2026)" in said
    with database() as session:
        assert published_release_id(session) == 2


def test_nothing_good_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tthc("import", str(tmp_path / "no.json"), "--partial") == ExitCode.FAILED
    assert "Không có thủ tục nào hợp lệ" in capsys.readouterr().out


def test_what_cleaning_changed_can_be_seen(
    database: SessionFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "so.csv", "1.000001,Thủ tục cấp Giấy phép,Hóa chất,Tỉnh")
    tthc("import", str(path), "--show-cleaned")
    said = capsys.readouterr().out
    assert "1.000001, tên thủ tục: “Thủ tục cấp Giấy phép” → “cấp Giấy phép”" in said
    assert "nội dung này đã có trong bản phát hành số 1" in said.lower()


def test_a_malformed_date_is_a_wrong_argument(tmp_path: Path) -> None:
    path = table(tmp_path / "so.csv", "1.000001,Tên,Hóa chất,Tỉnh")
    with pytest.raises(UsageError, match="31/02/2026"):
        tthc("import", str(path), "--as-of", "31/02/2026")


def test_the_portals_json_is_imported(
    database: SessionFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = {
        "code": "1.009999",
        "name": "Cấp Giấy phép",
        "isProvince": True,
        "categoriesDetails": [{"name": "Hóa chất"}],
        "somethingNew": 1,
    }
    folder = tmp_path / "portal"
    folder.mkdir()
    (folder / "1.009999.json").write_text(json.dumps(answer), encoding="utf-8")
    assert tthc("import", str(folder), "--source", "Cổng DVC") == ExitCode.OK
    assert "1.009999 – Cấp Giấy phép: thủ tục mới" in capsys.readouterr().out
    with database() as session:
        assert list_releases(session)[0].info.source == "Cổng DVC"


def test_diff_of_given_and_of_default_releases(
    database: SessionFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ExpectedError, match="hai bản"):
        tthc("diff")
    tthc("import", str(table(tmp_path / "so.csv", "1.000001,Tên mới,Hóa chất,Tỉnh")))
    capsys.readouterr()
    assert tthc("diff") == tthc("diff", "1", "2") == ExitCode.OK
    once, twice = capsys.readouterr().out.split("So sánh")[1:]
    assert once.strip() == twice.strip()
    assert "đổi tên từ “Cấp Giấy phép”" in once
    with pytest.raises(ExpectedError, match="số 9"):
        tthc("diff", "1", "9")


def test_show(database: SessionFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert tthc("show", "1.000001") == ExitCode.OK
    assert "name: Cấp Giấy phép" in capsys.readouterr().out
    with pytest.raises(ExpectedError, match=r"9\.000001"):
        tthc("show", "9.000001")


def test_publishing_what_is_not_there(database: SessionFactory) -> None:
    with pytest.raises(ExpectedError, match="tthc catalogue list"):
        tthc("publish", "9")


def test_templates(database: SessionFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tthc("template", str(tmp_path / "mau.xlsx")) == ExitCode.OK
    assert load_workbook(tmp_path / "mau.xlsx").sheetnames == ["Thủ tục", "Hướng dẫn"]
    assert tthc("template", str(tmp_path / "so.csv"), "--format", "csv", "--filled") == ExitCode.OK
    assert "Đã ghi 1 thủ tục" in capsys.readouterr().out
    rows = list(csv.reader(io.StringIO((tmp_path / "so.csv").read_text(encoding="utf-8-sig"))))
    assert rows[1][:2] == ["1.000001", "Cấp Giấy phép"]
    assert tthc("import", str(tmp_path / "so.csv")) == ExitCode.OK
    with pytest.raises(ExpectedError, match="Không ghi được"):
        tthc("template", str(tmp_path / "no" / "mau.xlsx"))


def test_cleaning_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tthc("cleaning-report") == ExitCode.OK
    printed = capsys.readouterr().out
    assert "| `applicants-exclusion` | 249 | 249 |" in printed
    copy = tmp_path / "catalogue.md"
    copy.write_text((ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8"), encoding="utf-8")
    assert tthc("cleaning-report", "--update", str(copy)) == ExitCode.OK
    assert printed.strip() in copy.read_text(encoding="utf-8")
    copy.write_text("# Khác", encoding="utf-8")
    with pytest.raises(ExpectedError, match="cleaning-report"):
        tthc("cleaning-report", "--update", str(copy))


def test_a_fresh_database_is_made_and_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new/tthc.db")
    assert tthc("list") == ExitCode.OK
    assert "409 thủ tục (+172 không còn)" in capsys.readouterr().out


def test_a_broken_database_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tthc.db").write_bytes(b"no database" * 100)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/tthc.db")
    with pytest.raises(ExpectedError, match="cannot prepare the database"):
        tthc("list")
