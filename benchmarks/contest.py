"""This project's pipeline against Rasa's default one: the same bot twice, asked in turns in the same run."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.coverage import UNLIMITED
from benchmarks.load import Measured, combine, drive, read_conversations
from benchmarks.processes import ProcessMemory, memory
from benchmarks.service import ROOT, Service, running

DEFAULT_PIPELINE = ROOT / "benchmarks" / "default_pipeline.yml"
DEFAULT_SHARED = ROOT / "var" / "benchmarks"
EPOCHS = 3
"""How long its neural networks are trained here. The 100 epochs of the file take an hour on two cores and
make its answers better, not slower or faster: docs/nlu.md has the quality of the default pipeline."""

TRAINING_SECONDS = 1800.0

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "var", "models", "tests", "benchmarks", "__pycache__", ".env", ".*_cache", ".hypothesis"
)
USERS = (1, 16)
QUIET = {**UNLIMITED, "TTHC_LOG_LEVEL": "WARNING"}


@dataclass(frozen=True)
class Contender:
    """What was measured of one pipeline. ``load`` is by number of users."""

    load: Mapping[int, Measured]
    processes: tuple[ProcessMemory, ...]
    seconds_to_first_answer: float

    @property
    def megabytes(self) -> float:
        """Memory of the whole service under load (PSS)."""
        return sum(process.megabytes for process in self.processes)


@contextmanager
def default_project() -> Iterator[Path]:
    """Give a copy of the project in which only ``config.yml`` differs: it is Rasa's default pipeline."""
    with tempfile.TemporaryDirectory(prefix="tthc-default-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        pipeline = DEFAULT_PIPELINE.read_text(encoding="utf-8")
        shortened = re.sub(r"\bepochs: \d+", f"epochs: {EPOCHS}", pipeline)
        (copy / "config.yml").write_text(shortened, encoding="utf-8")
        yield copy


def compare(rounds: int, seconds: float) -> tuple[Contender, Contender]:
    """Measure ours and the default pipeline in turns: ``rounds`` of ``seconds`` for each number of users."""
    with default_project() as project, tempfile.TemporaryDirectory(prefix="tthc-bench-") as folder:
        ours = Service(Path(folder) / "ours", settings=QUIET)
        default = Service(
            Path(folder) / "default",
            root=project,
            shared=DEFAULT_SHARED,
            settings=QUIET,
            ready_seconds=TRAINING_SECONDS,
        )
        for service in (ours, default):  # with its model trained, so that the next start does not train
            with running(service):
                pass
        with running(ours), running(default):
            return _in_turns(ours, default, rounds, seconds)


def _in_turns(ours: Service, default: Service, rounds: int, seconds: float) -> tuple[Contender, Contender]:
    conversations = read_conversations()
    parts: dict[tuple[int, Service], list[Measured]] = {}
    for service in (ours, default):
        asyncio.run(drive(service.url, max(USERS), seconds, conversations))  # warm-up, not counted
    for number in range(rounds):
        for users in USERS:
            for service in (ours, default):
                measured = asyncio.run(drive(service.url, users, seconds, conversations))
                parts.setdefault((users, service), []).append(measured)
                name = "ours" if service is ours else "default"
                print(
                    f"round {number + 1}, {users:2d} users, {name:7s}: {measured.throughput:6.1f} answers/s",
                    flush=True,
                )
    first, second = (
        Contender(
            {users: combine(parts[users, service]) for users in USERS},
            tuple(memory(service.pids)),
            service.seconds_to_first_answer,
        )
        for service in (ours, default)
    )
    return first, second
