"""`tthc ask`: answers, conversation, explanation, exit codes; with lexicons only, which needs no model."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from knowledge.catalogue.shipped import ensure_shipped
from knowledge.settings import ROOT, read_settings
from tthc import cli
from tthc.assistant import opening
from tthc.serve.model import ModelCache


@pytest.fixture(scope="module")
def services():
    return opening.open_services(replace(read_settings({}), data_dir=ROOT / "var"))


@pytest.fixture(autouse=True)
def _shipped_catalogue(monkeypatch, tmp_path, services):
    """No database: the shipped catalogue answers, opened once for all tests."""
    opened = []
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    monkeypatch.setattr(opening, "open_services", lambda *given: opened.append(given[1]) or services)
    yield
    assert set(opened) <= {None}
    assert not (tmp_path / "none.db").exists()


def ask(capsys, *arguments):
    code = cli.main(["ask", "--fast", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_question_is_answered_with_buttons(capsys):
    code, out, _ = ask(capsys, "mở cây xăng cần giấy tờ gì")
    assert code == 0
    assert "2.000648" in out
    assert "[#1] " in out


def test_the_question_needs_no_quotes(capsys):
    assert (
        ask(capsys, "mở", "cây", "xăng", "cần", "giấy", "tờ", "gì")[1:]
        == ask(capsys, "mở cây xăng cần giấy tờ gì")[1:]
    )


def test_what_is_not_ours_is_exit_code_3(capsys):
    assert ask(capsys, "đăng ký kết hôn ở đâu")[0] == 3


def test_an_empty_question_is_wrong_usage(capsys):
    code, out, err = ask(capsys, " ")
    assert (code, out) == (2, "")
    assert "empty" in err


def test_json_is_what_the_gateway_gets(capsys):
    value = json.loads(ask(capsys, "--json", "mở cây xăng cần giấy tờ gì")[1])
    assert value["answer"]["procedure"] == "2.000648"
    assert value["answer"]["facets"] == ["documents"]
    assert value["buttons"][0]["payload"].startswith("/")
    assert "explanation" not in value


def test_the_explanation_shows_how_it_came_about(capsys):
    _, out, _ = ask(capsys, "--explain", "xin gcn mở cây xăng bị mất, hoso cần gì, thoiwf hạn 2.000647x")
    lines = out.splitlines()
    assert lines[0].startswith("normalised   xin gcn mở cây xăng")
    assert "[gcn → giấy chứng nhận: abbreviation]" in lines[1]
    assert "[hoso → ho so: split]" in lines[1]
    assert "[thoiwf → thời: keyboard]" in lines[1]
    assert any(line.startswith("case meant   reissue (from words)") for line in lines)
    assert any(line.startswith("names found  cây xăng") or "cây xăng" in line for line in lines)
    assert any(line.startswith("search       ") for line in lines)
    assert sum(line[:3] in {"1. ", "2. ", "3. ", "4. ", "5. "} for line in lines[:40]) >= 5
    assert any("coverage" in line and "→ +" in line for line in lines)


def test_the_contributions_of_the_signals_add_up_to_the_score(capsys):
    value = json.loads(ask(capsys, "--json", "--explain", "cấp lại giấy phép bán rượu bị rách")[1])
    explanation = value["explanation"]
    assert explanation["case"] == "reissue"
    assert {found["value"] for found in explanation["found"] if found["entity"] == "case"} == {"reissue"}
    contenders = explanation["contenders"]
    assert len(contenders) == 5
    for contender in contenders:
        total = sum(signal["contribution"] for signal in contender["signals"])
        assert total == pytest.approx(contender["score"])
    assert [c["score"] for c in contenders] == sorted((c["score"] for c in contenders), reverse=True)
    assert contenders[0]["code"] == value["answer"]["candidates"][0]


@pytest.mark.parametrize("text", ["?", "chào", "😀", "2.000648", "/ask_procedure", "x" * 3000])
def test_everything_can_be_explained(capsys, text):
    assert ask(capsys, "--explain", text)[0] in {0, 3}
    assert ask(capsys, "--explain", "--json", text)[0] in {0, 3}


def test_a_conversation_keeps_what_is_in_talk_and_taps_buttons(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("mở cây xăng\n#1\nthế cấp lại?\n#99\n"))
    code, out, _ = ask(capsys, "--json", "--explain")
    first, tapped, other_case, unknown = map(json.loads, out.splitlines())
    assert first["answer"]["procedure"] == tapped["answer"]["procedure"] == "2.000648"
    assert "explanation" not in tapped
    assert (
        first["buttons"][0]["payload"] == '/ask_procedure{"facet":"documents"}' or tapped["answer"]["facets"]
    )
    assert other_case["answer"]["procedure"] == "2.000647"
    assert unknown["answer"]["outcome"]
    assert code in {0, 3}


def test_no_message_is_no_error(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert ask(capsys) == (0, "", "")


def test_without_a_model_the_lexicons_answer_and_say_so(capsys, monkeypatch):
    monkeypatch.setattr(ModelCache, "is_current", lambda _: False)
    monkeypatch.setattr(ModelCache, "_train", lambda _: pytest.fail("asking must not train"))
    assert cli.main(["ask", "mở cây xăng cần giấy tờ gì"]) == 0
    captured = capsys.readouterr()
    assert "2.000648" in captured.out
    assert "tthc train" in captured.err


def test_what_is_published_answers(capsys, monkeypatch, sqlite_url, sqlite_sessions):
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    settings = read_settings()
    assert opening.published_catalogue(settings) is None
    published = ensure_shipped(sqlite_sessions)
    assert opening.published_catalogue(settings).release == published


def test_an_unreadable_database_counts_as_nothing_published(monkeypatch, tmp_path):
    (tmp_path / "none.txt").write_text("no database", encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.txt")
    assert opening.published_catalogue(read_settings()) is None


def test_a_broken_model_is_one_sentence(tmp_path):
    """In a process of its own, as is all that loads Rasa's TensorFlow."""
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no model")
    code = (
        "import sys; from pathlib import Path; from tthc.assistant.understanding import RasaUnderstanding\n"
        f"RasaUnderstanding(Path({str(broken)!r}), Path({str(tmp_path)!r}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "tthc.errors.ExpectedError: the model" in answer.stderr
    assert "tthc train --force" in answer.stderr


@pytest.mark.e2e
def test_the_trained_model_knows_more_than_questions_and_keeps_messages_out_of_the_log(tmp_path):
    """Rasa would log every message it parses; nothing but the answer may be printed."""
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/none.db"}
    model = ModelCache(ROOT, read_settings().data_dir).ensure()
    answer = subprocess.run(
        [sys.executable, "-m", "tthc", "ask", "--json", "--explain", "cho tôi gặp người thật"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **settings},
    )  # fmt: skip
    assert model.is_file()
    assert (answer.returncode, answer.stderr) == (0, "")
    [line] = answer.stdout.splitlines()
    assert json.loads(line)["answer"]["outcome"] == "handoff"
    assert json.loads(line)["explanation"]["intents"][0][0] == "ask_human"
