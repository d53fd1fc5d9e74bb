"""The preparing process: what it reports, and how it fails."""

import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.catalogue.search import build_index
from tthc.errors import ExitCode
from tthc.serve import prepare
from tthc.serve.steps import Event, Kind, Step

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings of their own for the preparation, in the environment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(3)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        ports = [str(one.getsockname()[1]) for one in sockets]
    values = {
        **dict(zip(("PORT", "TTHC_RASA_PORT", "TTHC_ACTIONS_PORT"), ports, strict=True)),
        "HOST": "127.0.0.1",
        "TTHC_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/tthc.db",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


def run(monkeypatch, *, may_go_on=True):
    """Prepare with the learning left out; return the exit code and the events."""
    monkeypatch.setattr(prepare.ModelCache, "ensure", lambda _: Path("model.tar.gz"))
    learned = ROOT / "var" / "search"
    monkeypatch.setattr(
        prepare,
        "build_index",
        lambda published, language, cache: build_index(published, language, cache=learned),
    )
    events = []
    return prepare.prepare(events.append, lambda: may_go_on), events


def test_reports_every_step_in_order(settings, monkeypatch, tmp_path):
    code, events = run(monkeypatch)
    assert code == ExitCode.OK
    finished = [event.step for event in events if event.kind in (Kind.SETTINGS, Kind.FINISHED)]
    assert finished == [
        Step.SETTINGS, Step.PORTS, Step.DEPARTMENT, Step.DATABASE, Step.MODEL, Step.CATALOGUE,
        Step.SEARCH, Step.DOSSIERS,
    ]  # fmt: skip
    assert events[0].settings["TTHC_DATA_DIR"] == str(tmp_path)
    assert [event.detail for event in events if event.step is Step.MODEL][-1] == "model.tar.gz"
    details = [event.detail for event in events if event.kind is Kind.FINISHED]
    assert "procedures as of" in details[-3]
    assert "581 procedures can be found" in details[-2]
    assert details[-1] == "asks register; 30 in the register, samples included"


def test_a_second_preparation_finds_all_done(settings, monkeypatch):
    assert run(monkeypatch)[1][-1] == run(monkeypatch)[1][-1]


def test_does_nothing_before_it_may(settings, monkeypatch, tmp_path):
    code, events = run(monkeypatch, may_go_on=False)
    assert code == ExitCode.FAILED
    assert [event.kind for event in events] == [Kind.SETTINGS]
    assert list(tmp_path.iterdir()) == []


def test_rasas_database_is_in_wal_mode(settings, monkeypatch, tmp_path):
    run(monkeypatch)
    with contextlib.closing(sqlite3.connect(tmp_path / "rasa-tracker.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def failure(monkeypatch):
    code, events = run(monkeypatch)
    assert events[-1].kind is Kind.FAILED
    assert events[-1].exit_code == code
    return code, events[-1].step, events[-1].detail


def test_a_malformed_setting(settings, monkeypatch):
    monkeypatch.setenv("TTHC_LOG_LEVEL", "loud")
    code, step, detail = failure(monkeypatch)
    assert (code, step) == (ExitCode.USAGE, Step.SETTINGS)
    assert detail == "TTHC_LOG_LEVEL='loud' is not usable: expected DEBUG, INFO, WARNING or ERROR"


def test_a_port_in_use(settings, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(settings["PORT"])))
        other.listen()
        code, step, detail = failure(monkeypatch)
    assert (code, step) == (ExitCode.FAILED, Step.PORTS)
    assert f"port {settings['PORT']} is in use" in detail


@pytest.mark.parametrize("content", ["name: [", "name: 5\n", "- a list\n", None])
def test_a_malformed_department(settings, monkeypatch, tmp_path, content, capfd):
    path = tmp_path / "department.yml"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("TTHC_DEPARTMENT_FILE", str(path))
    code, step, detail = failure(monkeypatch)
    assert (code, step) == (ExitCode.FAILED, Step.DEPARTMENT)
    assert "department.yml" in detail
    assert "Traceback" not in capfd.readouterr().err


def test_a_broken_database(settings, monkeypatch, tmp_path, capfd):
    (tmp_path / "tthc.db").write_bytes(b"this is no database " * 100)
    code, step, detail = failure(monkeypatch)
    assert (code, step) == (ExitCode.FAILED, Step.DATABASE)
    assert f"{tmp_path}/tthc.db" in detail
    assert "file is not a database" in detail
    assert "Traceback" not in capfd.readouterr().err


def test_a_database_that_cannot_be_made(settings, monkeypatch, tmp_path, capfd):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/file/tthc.db")
    code, step, detail = failure(monkeypatch)
    assert (code, step) == (ExitCode.FAILED, Step.DATABASE)
    assert f"{tmp_path}/file" in detail
    assert "Traceback" not in capfd.readouterr().err


def test_a_database_server_that_is_down_does_not_show_its_password(settings, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://tthc:geheim@127.0.0.1:{settings['PORT']}/tthc")
    code, step, detail = failure(monkeypatch)
    assert (code, step) == (ExitCode.FAILED, Step.DATABASE)
    assert "refused" in detail
    assert "geheim" not in detail


def test_a_fault_of_ours_keeps_its_traceback(settings, monkeypatch, capfd):
    def broken(_url):
        raise ZeroDivisionError("1/0")

    monkeypatch.setattr(prepare, "upgrade", broken)
    code, step, detail = failure(monkeypatch)
    assert (code, step) == (ExitCode.FAILED, Step.DATABASE)
    assert detail == "database failed by a fault of the program (see above): 1/0"
    assert "Traceback" in capfd.readouterr().err


def test_standard_output_carries_events_only(settings):
    noisy = "prepare.read_settings = lambda: print('noise') or 1/0"
    code = f"import sys; from tthc.serve import prepare; {noisy}; sys.exit(prepare.main())"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    [line] = answer.stdout.splitlines()
    assert Event.from_line(line).kind is Kind.FAILED
    assert "noise" in answer.stderr


def test_an_event_survives_the_way():
    event = Event(Kind.FAILED, Step.DEPARTMENT, "thiếu trường 'name'\nở dòng 2", {"A": "ấ"}, 2)
    assert "\n" not in event.to_line()[:-1]
    assert Event.from_line(event.to_line()) == event
