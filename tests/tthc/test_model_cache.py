"""The model is trained when, and only when, something it is made of changed."""

import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from tthc.errors import ExpectedError
from tthc.serve import model
from tthc.serve.model import KEPT, PACKAGES, ModelCache, fingerprint

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    (root / "nlu_data").mkdir(parents=True)
    (root / "bot" / "nlu").mkdir(parents=True)
    (root / "knowledge" / "text" / "data").mkdir(parents=True)
    (root / "domain.yml").write_text("version: '3.1'")
    (root / "config.yml").write_text("recipe: default.v1")
    (root / "nlu_data" / "greet.yml").write_text("nlu: []")
    (root / "bot" / "nlu" / "tokenizer.py").write_text("x = 1")
    (root / "knowledge" / "text" / "data" / "facets.yml").write_text("fee: [phí]")
    return root


@pytest.fixture
def trainings(monkeypatch):
    """Replace the running of Rasa by writing a file; gives the working folders of the trainings."""
    folders = []

    def run(command, cwd, env, stdout, **_):
        work = Path(command[command.index("--out") + 1])
        folders.append(work)
        stdout.write(b"training\n")
        assert Path(env["RASA_CACHE_DIRECTORY"]).is_relative_to(work)
        (work / f"{command[command.index('--fixed-model-name') + 1]}.tar.gz").write_bytes(b"model")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(model.subprocess, "run", run)
    return folders


@pytest.mark.parametrize(
    "name",
    [
        "domain.yml",
        "config.yml",
        "nlu_data/greet.yml",
        "bot/nlu/tokenizer.py",
        "knowledge/text/data/facets.yml",
    ],
)
def test_a_change_of_any_source_is_a_change(project, name):
    before = fingerprint(project)
    assert fingerprint(project) == before
    (project / name).write_text("changed")
    assert fingerprint(project) != before


def test_a_new_a_renamed_and_a_removed_file_are_changes(project):
    seen = {fingerprint(project)}
    (project / "nlu_data" / "bye.yml").write_text("nlu: []")
    seen.add(fingerprint(project))
    (project / "nlu_data" / "bye.yml").rename(project / "nlu_data" / "goodbye.yml")
    seen.add(fingerprint(project))
    (project / "nlu_data" / "greet.yml").unlink()
    seen.add(fingerprint(project))
    assert len(seen) == 4


def test_what_python_and_editors_leave_behind_is_no_change(project):
    before = fingerprint(project)
    (project / "bot" / "nlu" / "__pycache__").mkdir()
    (project / "bot" / "nlu" / "__pycache__" / "tokenizer.cpython-310.pyc").write_bytes(b"x")
    (project / "nlu_data" / ".greet.yml.swp").write_text("x")
    (project / "README.md").write_text("x")
    assert fingerprint(project) == before


def test_another_version_of_rasa_is_a_change(project, monkeypatch):
    before = fingerprint(project)
    real = metadata.version
    monkeypatch.setattr(model.metadata, "version", lambda name: "9.9" if name == "rasa" else real(name))
    assert fingerprint(project) != before


def test_every_package_that_counts_is_locked():
    locked = (ROOT / "requirements.lock").read_text()
    for name in PACKAGES:
        assert f"\n{name}==" in locked


def test_a_missing_source_is_told(project):
    shutil.rmtree(project / "nlu_data")
    with pytest.raises(ExpectedError, match="nlu_data is missing, so no model can be trained"):
        fingerprint(project)


def test_trains_once_per_change(project, tmp_path, trainings):
    data = tmp_path / "var"
    path = ModelCache(project, data).ensure()
    assert path.read_bytes() == b"model"
    assert path.parent == data / "models"
    assert ModelCache(project, data).ensure() == path
    assert len(trainings) == 1
    (project / "config.yml").write_text("changed")
    assert ModelCache(project, data).ensure() != path
    assert len(trainings) == 2


def test_a_change_taken_back_needs_no_training(project, tmp_path, trainings):
    original = (project / "config.yml").read_text()
    for content in (original, "changed", original):
        (project / "config.yml").write_text(content)
        ModelCache(project, tmp_path).ensure()
    assert len(trainings) == 2


def test_forget_trains_again(project, tmp_path, trainings):
    cache = ModelCache(project, tmp_path)
    cache.ensure()
    cache.forget()
    assert not cache.is_current()
    cache.ensure()
    assert len(trainings) == 2


def test_old_models_and_leftovers_go(project, tmp_path, trainings):
    (tmp_path / "models" / ".training-killed").mkdir(parents=True)
    for number in range(KEPT + 2):
        (project / "config.yml").write_text(str(number))
        newest = ModelCache(project, tmp_path).ensure()
    kept = list((tmp_path / "models").glob("*.tar.gz"))
    assert len(kept) == KEPT
    assert newest in kept
    assert not list((tmp_path / "models").glob(".training-*"))


def test_a_failed_training_shows_its_last_lines_and_leaves_no_model(project, tmp_path, monkeypatch, capfd):
    def run(command, stdout, **_):
        stdout.write(
            "".join(f"line {number}\n" for number in range(100)).encode() + b"InvalidRule: two rules\n"
        )
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(model.subprocess, "run", run)
    cache = ModelCache(project, tmp_path)
    with pytest.raises(ExpectedError, match="the training failed"):
        cache.ensure()
    shown = capfd.readouterr().err.splitlines()
    assert shown[-1] == "InvalidRule: two rules"
    assert len(shown) == 30
    assert (tmp_path / "log" / "training.log").read_text().startswith("line 0\n")
    assert not cache.is_current()
    assert not list((tmp_path / "models").glob(".training-*"))


def test_a_training_without_a_model_is_told(project, tmp_path, monkeypatch):
    monkeypatch.setattr(model.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 0))
    with pytest.raises(ExpectedError, match="the training ended without a model"):
        ModelCache(project, tmp_path).ensure()


def test_rasa_itself_refuses_a_broken_configuration(project, tmp_path, capfd):
    with pytest.raises(ExpectedError, match="the training failed"):
        ModelCache(project, tmp_path).ensure()
    assert "mandatory parameters: 'language'" in capfd.readouterr().err
