"""`tthc evaluate`: tables, JSON, results file, and the held-out set that is never shown."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from benchmarks.evaluation import questions, running
from knowledge.settings import ROOT, read_settings
from tthc import cli
from tthc.assistant import opening
from tthc.assistant.understanding import LexiconUnderstanding
from tthc.commands.evaluate import NOISES

ASKED = [
    {"id": "q1", "text": "mở cây xăng cần giấy tờ gì", "codes": ["2.000648"], "facets": ["documents"],
     "outcome": "answered"},
    {"id": "q2", "text": "đăng ký kết hôn ở đâu", "codes": [], "facets": [], "outcome": "out_of_scope"},
    {
        "id": "q3",
        "text": "mở cây xăng mất bao lâu",
        "codes": ["1.000000"],
        "facets": ["fee"],
        "outcome": "answered",
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def services():
    return opening.open_services(replace(read_settings({}), data_dir=ROOT / "var"))


@pytest.fixture(autouse=True)
def _opened_once(monkeypatch, services):
    monkeypatch.setattr(opening, "open_services", lambda _: services)


@pytest.fixture
def asked(tmp_path):
    path = tmp_path / "asked.jsonl"
    path.write_text("\n".join(json.dumps(value) for value in ASKED), encoding="utf-8")
    return path


def evaluate(capsys, *arguments):
    code = cli.main(["evaluate", "--fast", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_every_noise_is_a_choice():
    assert tuple(noise.value for noise in running.Noise) == NOISES


def test_tables_for_people(capsys, asked):
    code, out, err = evaluate(capsys, "--questions", asked, "--noise", "clean", "--noise", "mixed")
    assert code == 0
    assert "asked: procedures, % of 2 answerable questions" in out
    assert "BM25 top-1" in out
    assert not any(question["text"] in out + err for question in ASKED)


def test_figures_for_machines(capsys, asked, tmp_path):
    others = tmp_path / "others.jsonl"
    others.write_text(json.dumps({"question": "đổi hộ chiếu ở đâu"}), encoding="utf-8")
    arguments = ("--questions", asked, "--others", others, "--noise", "clean", "--json")
    value = json.loads(evaluate(capsys, *arguments)[1])
    [row] = value["rows"]
    assert (row["questions"], row["answerable"], row["top1"], row["wrong"]) == (3, 2, 0.5, 0.5)
    assert row["each_facet"]["documents"]["recall"] == 1
    assert value["others"] == [{"noise": "clean", "questions": 1, "answered": 0, "answered_or_offered": 0}]


def test_a_limit_is_told(capsys, asked):
    _, out, _ = evaluate(capsys, "--questions", asked, "--noise", "clean", "--limit", 1)
    assert "asked (first 1): procedures, % of 1 answerable" in out


def test_misses_of_a_set_to_develop_with_are_listed(capsys, asked):
    _, out, _ = evaluate(capsys, "--questions", asked, "--noise", "clean", "--misses")
    assert "q3: mở cây xăng mất bao lâu" in out
    assert "q1:" not in out


def test_misses_of_the_held_out_set_are_refused(capsys, tmp_path):
    renamed = tmp_path / "mine.jsonl"
    shutil.copy(questions.HELD_OUT, renamed)
    for arguments in (["--misses"], ["--misses", "--questions", renamed, "--limit", 1]):
        code, out, err = evaluate(capsys, *arguments)
        assert (code, out) == (2, "")
        assert "held-out" in err


def test_the_results_say_how_they_were_made(capsys, asked, tmp_path, monkeypatch):
    results = tmp_path / "RESULTS.md"
    results.write_text("# Measured\n", encoding="utf-8")
    monkeypatch.setattr(running.write_results, "__defaults__", (results,))
    evaluate(capsys, "--questions", asked, "--noise", "clean", "--write")
    evaluate(capsys, "--questions", asked, "--noise", "clean", "--write")
    text = results.read_text(encoding="utf-8")
    assert text.startswith("# Measured\n")
    assert text.count("<!-- begin understanding -->") == 1
    assert '`tthc evaluate --questions asked.jsonl --noise "clean" --fast` on 20' in text
    assert str(tmp_path) not in text
    assert "| clean | 50.0 |" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--questions", "/none.jsonl"], "/none.jsonl: No such file"),
        (["--limit", "0"], ""),
        (["--noise", "loud"], ""),
    ],
)
def test_wrong_arguments_are_exit_code_2(capsys, arguments, said):
    try:
        code, out, err = evaluate(capsys, *arguments)
    except SystemExit as ended:
        code, out, err = ended.code, "", said
    assert (code, out) == (2, "")
    assert said in err


def test_an_empty_set_is_said(capsys, tmp_path):
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n", encoding="utf-8")
    code, _, err = evaluate(capsys, "--questions", empty)
    assert code == 2
    assert "holds no question" in err


def test_another_model_is_asked_beside(capsys, asked, monkeypatch):
    monkeypatch.setattr(
        "tthc.assistant.understanding.RasaUnderstanding", lambda _model, _caches: LexiconUnderstanding()
    )
    code, out, _ = evaluate(capsys, "--questions", asked, "--noise", "clean", "--beside", "other.tar.gz")
    assert code == 0
    assert "beside: top-1" in out
