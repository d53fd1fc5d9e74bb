"""`tthc dossiers`, as a department's staff and the administrator use it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from knowledge.dossiers.register import Register
from tthc.commands import dossiers
from tthc.errors import ExitCode, ExpectedError, UsageError

EXPORT = (
    "Mã hồ sơ;Trạng thái;SĐT\nH27.12-251102-0001;Đang xử lý;0912345678\nH27.12-251103-0002;lạ;0912345678\n"
)


def tthc(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    dossiers.register(parser.add_subparsers(required=True))
    parsed = parser.parse_args(["dossiers", *arguments])
    return int(parsed.handler(parsed))


@pytest.fixture
def export(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TTHC_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "so.csv"
    path.write_text(EXPORT, encoding="utf-8")
    return path


def test_an_import_says_what_was_taken_and_what_was_refused(export, sqlite_sessions, capsys):
    assert tthc("import", str(export)) == ExitCode.OK
    told = capsys.readouterr().out
    assert "so.csv: đọc 2 dòng hồ sơ" in told
    assert "Đã ghi 1 hồ sơ: 1 mới, 0 thay đổi, 0 như cũ; từ chối 1 dòng." in told
    assert "dòng 3: trạng thái “lạ” chưa có trong bảng đối chiếu" in told
    assert "0912345678" not in told
    assert Register(sqlite_sessions.kw["bind"]).count() == 1


def test_a_check_writes_nothing(export, sqlite_sessions, capsys):
    assert tthc("import", str(export), "--check") == ExitCode.OK
    assert "chưa ghi gì vào sổ" in capsys.readouterr().out
    assert Register(sqlite_sessions.kw["bind"]).count() == 0


def test_long_reports_are_cut_and_say_how_to_see_the_rest(export, capsys):
    bad = "".join(f"H27.12-251103-{number:04d};lạ;0912345678\n" for number in range(5))
    export.write_text(EXPORT + bad, encoding="utf-8")
    tthc("import", str(export), "--lines", "2")
    assert "… và 4 dòng nữa (--lines 6 để xem hết)" in capsys.readouterr().out


def test_a_file_that_is_no_export_is_one_sentence(export):
    export.write_text("tên;tuổi\n", encoding="utf-8")
    with pytest.raises(ExpectedError, match=r"so\.csv: không thấy dòng tiêu đề"):
        tthc("import", str(export))


def test_asking_tells_how_each_system_answered_and_nothing_of_the_dossier(export, capsys):
    tthc("import", str(export))
    assert tthc("ask", "H27.12-251102-0001") == ExitCode.OK
    assert "register: found, status 4 Đang xử lý, can be verified" in capsys.readouterr().out
    assert tthc("ask", "h27.12-251102-0009") == ExitCode.OK
    assert "register: not found" in capsys.readouterr().out


def test_asking_a_system_that_is_down_fails(export, capsys, monkeypatch):
    monkeypatch.setenv("TTHC_DOSSIER_SOURCES", "register,simple")
    monkeypatch.setenv("TTHC_DOSSIER_SIMPLE_URL", "http://127.0.0.1:1/?ma={code}")
    assert tthc("ask", "H27.12-251102-0001") == ExitCode.FAILED
    assert "simple: unavailable: no connection" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["2.000648", "251102-0001", "H27.12-251132-0001"])
def test_only_a_whole_code_can_be_asked_for(export, code):
    with pytest.raises(UsageError, match="not a whole dossier code"):
        tthc("ask", code)


def test_samples_are_listed_with_their_digits(capsys):
    assert tthc("samples") == ExitCode.OK
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 30
    assert lines[0].startswith("H00.12-261124-0001  4 số cuối: 2468")


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ("igate", "TTHC_DOSSIER_IGATE_URL is empty, but TTHC_DOSSIER_SOURCES names igate"),
        ("register,national", "TTHC_DOSSIER_NATIONAL_URL is empty"),
        ("register,register", "expected different names"),
        ("post", "expected different names out of register, igate, national, simple"),
    ],
)
def test_a_source_without_its_settings_stops_with_the_variables_name(export, monkeypatch, sources, words):
    from knowledge.settings import SettingsError

    monkeypatch.setenv("TTHC_DOSSIER_SOURCES", sources)
    with pytest.raises(SettingsError, match=words):
        tthc("ask", "H27.12-251102-0001")
