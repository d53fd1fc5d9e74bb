"""The trained model, cached under a name that says what it was trained from."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from tthc.errors import ExpectedError
from tthc.serve.environment import training_environment
from tthc.serve.launch import tied_command

SOURCES = ("nlu_data", "domain.yml", "config.yml", "bot/nlu", "knowledge/text")
"""What a model is made of: data, configuration, and the code of the components with what it reads."""

PACKAGES = ("rasa", "scikit-learn", "numpy", "scipy", "sklearn-crfsuite", "underthesea", "tensorflow")
"""Packages whose version matters to what a model file holds."""

KEPT = 3
"""Model files kept: the current one, and those a running service or a step back may still need."""

SHOWN_LINES = 30


def fingerprint(root: Path) -> str:
    """Name for the model that ``root`` would give: a hash of its sources and the packages.

    Raises:
        ExpectedError: a source is missing.
    """
    total = hashlib.sha256()
    for name in PACKAGES:
        total.update(f"{name}=={metadata.version(name)}\n".encode())
    for path in _source_files(root):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()[:16]


def _source_files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        source = root / name
        if not source.exists():
            raise ExpectedError(f"{source} is missing, so no model can be trained: restore it")
        found = [source] if source.is_file() else sorted(source.rglob("*"))
        for path in found:
            parts = path.relative_to(root).parts
            hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
            if path.is_file() and not hidden:
                yield path


class ModelCache:
    """Models in ``data_dir/models``; safe for several processes at once."""

    def __init__(self, root: Path, data_dir: Path) -> None:
        self._root = root
        self._data_dir = data_dir
        self._models = data_dir / "models"
        self.path = self._models / f"{fingerprint(root)}.tar.gz"
        """Where the model of the present sources is, or will be."""

    def is_current(self) -> bool:
        """Whether the model of the present sources is there."""
        return self.path.is_file()

    def forget(self) -> None:
        """Forget the model of the present sources, so that the next ``ensure`` trains."""
        self.path.unlink(missing_ok=True)

    def ensure(self) -> Path:
        """Return the model of the present sources, training it first if need be.

        Raises:
            ExpectedError: the training failed; the message ends with where its log is.
        """
        if self.is_current():
            self.path.touch()
            return self.path
        self._models.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if not self.is_current():
                self._train()
                self._prune()
        return self.path

    def _train(self) -> None:
        with tempfile.TemporaryDirectory(prefix=".training-", dir=self._models) as folder:
            work = Path(folder)
            log = self._run_rasa(work)
            made = work / "model.tar.gz"
            if not made.is_file():
                raise ExpectedError(f"the training ended without a model: see {log}")
            made.replace(self.path)

    def _run_rasa(self, work: Path) -> Path:
        """Run the training with its output in the log file, whose end is shown when it fails."""
        log = self._data_dir / "log" / "training.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        # Rasa's own cache does not see changes in the modules that components import, hence --force.
        arguments = ("--domain", "domain.yml", "--config", "config.yml", "--data", "nlu_data", "--force")
        output = ("--out", str(work), "--fixed-model-name", "model")
        command = tied_command("rasa", "train", *arguments, *output)
        environment = training_environment(self._data_dir, work / "cache")
        with log.open("wb") as stream:
            ended = subprocess.run(
                command, cwd=self._root, env=environment, stdin=subprocess.DEVNULL,
                stdout=stream, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        if ended.returncode != 0:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            print("\n".join(lines[-SHOWN_LINES:]), file=sys.stderr)
            raise ExpectedError(f"the training failed (its last lines are above, the whole in {log})")
        return log

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._models / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prune(self) -> None:
        """Remove what killed trainings left, and models but the newest."""
        for leftover in self._models.glob(".training-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        by_age = sorted(self._models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in by_age[KEPT:]:
            old.unlink(missing_ok=True)
