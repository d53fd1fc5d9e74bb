"""How long it takes from nothing to an answer: environment, first start, later starts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.service import ROOT, Service, running

SETUP_FILE = ROOT / "var" / "benchmarks" / "setup.json"


@dataclass(frozen=True)
class SetUp:
    """What the environment of a clean clone cost: seconds, and megabytes on disk."""

    clone_seconds: float
    environment_seconds: float
    environment_megabytes: float
    commit: str


@dataclass(frozen=True)
class Starts:
    """Seconds from ``tthc serve`` to the first answered question."""

    without_model: float
    with_model: float


def measure_set_up() -> SetUp:
    """Clone the project as committed and make its environment, with nothing cached; remember the figures.

    Raises:
        subprocess.CalledProcessError: a step failed; its output was shown.
    """
    with tempfile.TemporaryDirectory(prefix="tthc-setup-") as folder:
        clone = Path(folder) / "clone"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        cloned = time.monotonic()
        environment = {**os.environ, "UV_CACHE_DIR": f"{folder}/uv", "PIP_NO_CACHE_DIR": "1"}
        subprocess.run(["scripts/bootstrap.sh", "runtime"], cwd=clone, env=environment, check=True)
        made = time.monotonic()
        commit = _git("rev-parse", "--short", "HEAD")
        figures = SetUp(cloned - began, made - cloned, _megabytes(clone / ".venv"), commit)
    SETUP_FILE.parent.mkdir(parents=True, exist_ok=True)
    SETUP_FILE.write_text(json.dumps(asdict(figures)), encoding="utf-8")
    return figures


def remembered_set_up() -> SetUp | None:
    """Return the figures of the last ``measure_set_up`` on this machine, None when there was none."""
    if not SETUP_FILE.exists():
        return None
    return SetUp(**json.loads(SETUP_FILE.read_text(encoding="utf-8")))


def measure_starts() -> Starts:
    """Start in an empty data folder, training included, and once more in the same."""
    with tempfile.TemporaryDirectory(prefix="tthc-start-") as folder:
        service = Service(Path(folder) / "data", shared=None)
        with running(service):
            without_model = service.seconds_to_first_answer
        with running(service):
            return Starts(without_model, service.seconds_to_first_answer)


def commit() -> str:
    """Name the commit measured, with ``+`` when the folder differs from it."""
    return _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain") else "")


def _git(*arguments: str) -> str:
    git = shutil.which("git") or "git"
    return subprocess.run(
        [git, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def _megabytes(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6
