"""This project's pipeline against Rasa's default one: the same bot thrice, asked in turns in the same run.

The third time it is the default pipeline again, with Rasa's own parts where we replace some for speed.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from benchmarks.coverage import UNLIMITED
from benchmarks.load import Measured, combine, drive, read_conversations
from benchmarks.processes import ProcessMemory, memory
from benchmarks.service import ROOT, Service, running

DEFAULT_PIPELINE = ROOT / "benchmarks" / "default_pipeline.yml"
DEFAULT_SHARED = ROOT / "var" / "benchmarks"
REPLACEMENTS = Path("bot/dialogue/replacements.py")
NO_REPLACEMENTS = (
    '"""Left out."""\n\n\ndef replace_parts_of_rasa() -> None:\n    """Leave Rasa as it is."""\n'
)
OURS, DEFAULT, AS_IT_COMES = "ours", "default", "as it comes"
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
def default_project(*, replaces_parts: bool) -> Iterator[Path]:
    """Give a copy of the project with Rasa's default pipeline in ``config.yml``.

    Without ``replaces_parts`` Rasa's own parts do their work in it (``bot/dialogue/replacements.py``).
    """
    with tempfile.TemporaryDirectory(prefix="tthc-default-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        pipeline = DEFAULT_PIPELINE.read_text(encoding="utf-8")
        shortened = re.sub(r"\bepochs: \d+", f"epochs: {EPOCHS}", pipeline)
        (copy / "config.yml").write_text(shortened, encoding="utf-8")
        if not replaces_parts:
            (copy / REPLACEMENTS).write_text(NO_REPLACEMENTS, encoding="utf-8")
        yield copy


def compare(rounds: int, seconds: float) -> dict[str, Contender]:
    """Measure the contenders in turns, ``rounds`` of ``seconds`` for each number of users; by name."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="tthc-bench-")))
        services = {OURS: Service(folder / OURS, settings=QUIET)}
        for name in (DEFAULT, AS_IT_COMES):
            project = opened.enter_context(default_project(replaces_parts=name == DEFAULT))
            services[name] = Service(
                folder / name,
                root=project,
                shared=DEFAULT_SHARED,
                settings=QUIET,
                ready_seconds=TRAINING_SECONDS,
            )
        for service in services.values():  # with its model trained, so that the next start does not train
            with running(service):
                pass
        for service in services.values():
            opened.enter_context(running(service))
        return _in_turns(services, rounds, seconds)


def _in_turns(services: Mapping[str, Service], rounds: int, seconds: float) -> dict[str, Contender]:
    conversations = read_conversations()
    parts: dict[tuple[int, str], list[Measured]] = {}
    for service in services.values():
        uvloop.run(drive(service.url, max(USERS), seconds, conversations))  # warm-up, not counted
    for number in range(rounds):
        for users in USERS:
            for name, service in services.items():
                measured = uvloop.run(drive(service.url, users, seconds, conversations))
                parts.setdefault((users, name), []).append(measured)
                said = (
                    f"round {number + 1}, {users:2d} users, {name:11s}: {measured.throughput:6.1f} answers/s"
                )
                print(said, flush=True)
    return {
        name: Contender(
            {users: combine(parts[users, name]) for users in USERS},
            tuple(memory(service.pids)),
            service.seconds_to_first_answer,
        )
        for name, service in services.items()
    }
