"""Writes the measurements down as Markdown."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contest import DEFAULT, EPOCHS, OURS, USERS, Contender
from benchmarks.start import SetUp, Starts

MEMINFO = Path("/proc/meminfo")
CPUINFO = Path("/proc/cpuinfo")

THROUGHPUT_RATIO, P95_MS, MEMORY_MB = 3.0, 300.0, 1200.0
"""The bars: throughput against the default pipeline, p95 with 16 users, memory of the whole service."""

HEAD = """\
# Measured

Written by `make bench` (`python -m benchmarks`) on {day}, commit {commit}, on {machine}.
All figures are of the whole running service (gateway, Rasa, actions, SQLite), asked through its public chat
API; the measuring client runs on the same cores. A `+` after the commit: there were changes on top of it.
"""

LOAD = """\
## Answers under load

Users in a closed loop (each sends its next message when the last was answered) go through the
{conversations} conversations of `benchmarks/questions/load.yml`: questions on many procedures and facets,
follow-ups, choices, lists, refusals, small talk, with and without marks. "Default" is the same bot (actions,
gateway, tracker store, training data) with Rasa's default pipeline (`benchmarks/default_pipeline.yml`),
trained for {epochs} epochs only, which leaves the speed of an answer as it is. "As it comes" is that again
with Rasa's own graph runner, checks and connections, which we replace (`bot/dialogue/replacements.py`);
channel, tracker store and actions are ours there too. The services run side by side and are asked in turns,
{rounds} times {seconds:.0f} s a row, after a warm-up. The ratio is that of our answers a second to theirs.
"""


@dataclass(frozen=True)
class Figures:
    """Everything measured in one run; contenders by the names of ``benchmarks.contest``."""

    starts: Starts
    set_up: SetUp | None
    contenders: Mapping[str, Contender]
    rounds: int
    seconds: float
    conversations: int
    commit: str


@dataclass(frozen=True)
class Bar:
    """A bar, what was measured, and whether it is met."""

    what: str
    wanted: str
    measured: str
    met: bool


def render(figures: Figures) -> str:
    """Return the results as Markdown."""
    head = HEAD.format(day=time.strftime("%Y-%m-%d"), commit=figures.commit, machine=machine())
    load = LOAD.format(
        conversations=figures.conversations, rounds=figures.rounds, seconds=figures.seconds, epochs=EPOCHS
    )
    return "\n".join([head, _bars(figures), load, _load(figures), _memory(figures), _starts(figures)])


def bars(figures: Figures) -> list[Bar]:
    """Judge the bars."""
    ours, default = figures.contenders[OURS], figures.contenders[DEFAULT]
    ratio = ours.load[16].throughput / default.load[16].throughput
    p95 = ours.load[16].percentile(95)
    total = ours.megabytes
    against = "throughput with 16 users, against the default pipeline"
    return [
        Bar(against, f">= {THROUGHPUT_RATIO:g}x", f"{ratio:.1f}x", ratio >= THROUGHPUT_RATIO),
        Bar("p95 of an answer with 16 users", f"< {P95_MS:.0f} ms", f"{p95:.0f} ms", p95 < P95_MS),
        Bar("memory of the whole service", f"< {MEMORY_MB:.0f} MB", f"{total:.0f} MB", total < MEMORY_MB),
    ]


def machine() -> str:
    """Describe this machine."""
    told = [
        line.partition(":")[2].strip() for line in CPUINFO.read_text().splitlines() if "model name" in line
    ]
    processor = told[0] if told else platform.machine()
    kilobytes = int(MEMINFO.read_text().split("MemTotal:")[1].split()[0])
    software = f"{platform.system()}, Python {platform.python_version()}"
    return f"{len(os.sched_getaffinity(0))} cores ({processor}), {kilobytes / 1e6:.0f} GB, {software}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *body]) + "\n"


def _bars(figures: Figures) -> str:
    rows = [(bar.what, bar.wanted, bar.measured, "yes" if bar.met else "**no**") for bar in bars(figures)]
    return "## The bars\n\n" + _table([("bar", "wanted", "measured", "met"), *rows])


def _load(figures: Figures) -> str:
    rows: list[Sequence[str]] = [
        ("users", "pipeline", "answers/s", "p50 ms", "p95 ms", "p99 ms", "refused", "ratio")
    ]
    for users in USERS:
        ours = figures.contenders[OURS].load[users]
        for name, contender in figures.contenders.items():
            measured = contender.load[users]
            times = [f"{measured.percentile(share):.0f}" for share in (50, 95, 99)]
            ratio = "" if measured is ours else f"{ours.throughput / measured.throughput:.1f}x"
            rows.append(
                (str(users), name, f"{measured.throughput:.1f}", *times, str(measured.failures), ratio)
            )
    return _table(rows)


def _memory(figures: Figures) -> str:
    ours, default = (
        {process.name: process.megabytes for process in contender.processes}
        for contender in (figures.contenders[OURS], figures.contenders[DEFAULT])
    )
    rows: list[Sequence[str]] = [("process", "ours, MB", "default pipeline, MB")]
    by_size = sorted(ours, key=lambda name: -ours[name])
    rows += [(name, f"{ours[name]:.0f}", f"{default.get(name, 0):.0f}") for name in by_size]
    rows.append(("in all", f"{sum(ours.values()):.0f}", f"{sum(default.values()):.0f}"))
    text = "Proportional set size of every process after the load (sum over `/proc/*/smaps_rollup`).\n\n"
    return "## Memory\n\n" + text + _table(rows)


def _starts(figures: Figures) -> str:
    rows: list[Sequence[str]] = [("what", "seconds")]
    default = figures.contenders[DEFAULT]
    if (made := figures.set_up) is not None:
        what = f"environment of a clean clone, nothing cached ({made.environment_megabytes:.0f} MB)"
        how = f"`python -m benchmarks --setup`, commit {made.commit}"
        rows.append((f"{what}; {how}", f"{made.environment_seconds:.0f}"))
    serve = "`tthc serve` to the first answer"
    rows += [
        (f"{serve}, nothing there (trains the model)", f"{figures.starts.without_model:.0f}"),
        (f"{serve}, model there", f"{figures.starts.with_model:.0f}"),
        (f"{serve}, default pipeline, model there", f"{default.seconds_to_first_answer:.0f}"),
    ]
    return "## From nothing to an answer\n\n" + _table(rows)
