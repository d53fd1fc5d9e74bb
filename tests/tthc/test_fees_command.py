"""`tthc fees` at the command line."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pytest

from knowledge.fees.records import Applicant, Area, Case
from knowledge.settings import ROOT
from tthc.commands import fees
from tthc.errors import ExpectedError


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    fees.register(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["fees", *words])
    return int(arguments.handler(arguments))


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "department.yml"
    shutil.copy(ROOT / "department.yml", path)
    monkeypatch.setenv("TTHC_DEPARTMENT_FILE", str(path))
    return path


def test_words_of_the_command_line_are_values_of_the_records() -> None:
    assert set(fees.APPLICANTS.values()) == {item.value for item in Applicant}
    assert set(fees.AREAS.values()) == {item.value for item in Area}
    assert set(fees.CASES.values()) == {item.value for item in Case}


@pytest.mark.usefixtures("profile")
def test_three_points_of_an_enterprise(capsys: pytest.CaptureFixture[str]) -> None:
    words = (
        "2.000648 --applicant doanh_nghiep --area khu_vuc_khac --points 3 --date 2026-11-23 --case cap_moi"
    )
    assert run(*words.split()) == 0
    text = capsys.readouterr().out
    assert "3 điểm kinh doanh: 900.000 đồng" in text
    assert "Thông tư 168/2016/TT-BTC" in text


@pytest.mark.usefixtures("profile")
def test_both_areas_without_area(capsys: pytest.CaptureFixture[str]) -> None:
    run("2.000648", "--date", "2026-11-23")
    text = capsys.readouterr().out
    assert "600.000 đồng/điểm" in text
    assert "300.000 đồng/điểm" in text


def test_a_centrally_run_city_needs_no_area(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("default: both", "default: thanh_pho_thi_xa"), encoding="utf-8")
    run("2.000648", "--date", "2027-01-01")
    text = capsys.readouterr().out
    assert "1.200.000 đồng/điểm" in text
    assert "600.000" not in text


def test_a_missing_profile_is_one_sentence(profile: Path) -> None:
    profile.unlink()
    with pytest.raises(ExpectedError, match="does not exist"):
        run("2.000648")


@pytest.mark.usefixtures("profile")
def test_absurd_points_are_one_sentence() -> None:
    with pytest.raises(ExpectedError, match="points must be from 1 to 1000"):
        run("2.000648", "--points", "0")


@pytest.mark.parametrize("words", [["2.000648", "--date", "23/11/2026"], ["2.000648", "--area", "hanoi"], []])
def test_wrong_arguments_are_usage_errors(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*words)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err
