"""How long the reports of a year take: a million dossiers, 300 000 scores.

``python -m benchmarks.synthetic_year`` fills a database with a made-up year, brings the reporting store up to
date, times every report in all its forms, the figures of the console and an evidence pack, and writes a
section of RESULTS.md. ``--url`` is an empty database (default: SQLite in a temporary folder), or with
``--filled`` one that an earlier run has filled. It refuses a database with dossiers of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks.made_up_year import YEAR, fill
from benchmarks.sections import RESULTS, put_section
from bot.staff.pages import indicators
from bot.staff.report_choice import Choice, read_choice
from knowledge.database.engine import open_engine
from knowledge.database.migrate import upgrade
from knowledge.department.profile import Profile, load_profile
from knowledge.privacy.sealing import Sealer
from knowledge.reports.evidence import make_pack
from knowledge.reports.making import KINDS, make_report
from knowledge.reports.measures import Scope
from knowledge.reports.periods import parse_period
from knowledge.reports.refresh import refresh
from knowledge.reports.render.forms import FORMS, write_form

NOW = datetime(YEAR + 1, 1, 1, tzinfo=timezone.utc)
REPORT_SECONDS, BOARD_SECONDS = 10.0, 1.0


@dataclass(frozen=True)
class Timed:
    """What was measured: seconds by the clock and of this process, and how many were allowed."""

    name: str
    seconds: float
    own: float
    allowed: float | None = None

    @property
    def met(self) -> bool:
        """Whether it was quick enough."""
        return self.allowed is None or self.seconds < self.allowed


def measure(engine: Engine, profile: Profile, *, filled: bool) -> Iterator[Timed]:
    """Time the store, every report with its files, the console's figures (best of three) and a pack."""
    sealer = Sealer("a secret of benchmarks, long enough")  # of made-up people only

    def timed(name: str, run: Callable[[], object], allowed: float | None = None) -> Timed:
        started, used = time.perf_counter(), time.process_time()
        run()
        return Timed(name, time.perf_counter() - started, time.process_time() - used, allowed)

    copying = partial(refresh, engine, profile, sealer, NOW)
    if not filled:
        yield timed("reporting store made from nothing", copying)
    yield timed("reporting store refreshed, nothing changed", copying)
    for kind in KINDS:
        making = partial(every_form, engine, kind, profile)
        yield timed(f"report `{kind}` of the year, {len(FORMS)} forms", making, REPORT_SECONDS)
    for name, part in (("year", ""), ("quarter", "Q3")):
        choice = read_choice({"year": str(YEAR), "part": part}, NOW.date())
        reading = partial(board, engine, profile, choice)
        title = f"console, figures of the {name}, best of three"
        yield min((timed(title, reading, BOARD_SECONDS) for _ in range(3)), key=lambda one: one.seconds)
    quarter = parse_period(f"{YEAR}-Q3")
    with engine.connect() as connection:
        yield timed(
            "evidence pack of a quarter", lambda: make_pack(connection, quarter, NOW, profile, Scope())
        )


def every_form(engine: Engine, kind: str, profile: Profile) -> None:
    """Make a report and write it in all forms."""
    with engine.connect() as connection:
        report = make_report(connection, kind, parse_period(str(YEAR)), NOW, profile.reporting, Scope())
    for form in FORMS:
        write_form(form, report, profile)


def board(engine: Engine, profile: Profile, choice: Choice) -> None:
    """Read what the console's page of figures shows."""
    with Session(engine) as session:
        indicators._board(session, choice, profile.reporting, NOW)  # noqa: SLF001


def render(backend: str, found: Sequence[Timed], dossiers: int, scores: int) -> str:
    """The section of RESULTS.md."""
    rows = "\n".join(
        f"| {one.name} | {one.seconds:.2f} | {one.own:.2f} | "
        + (f"< {one.allowed:g} s: {'met' if one.met else 'missed'} |" if one.allowed else "|")
        for one in found
    )
    return f"""## Reports of a year, {backend}

{dossiers:,} dossiers, {scores:,} scores and as many messages (`python -m benchmarks.synthetic_year`).
"Process" is the processor time of the measuring process: the rest is the database server, the disk and
whatever else ran on the machine.

| what | seconds | process | wanted |
|---|---:|---:|---|
{rows}"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, refresh, measure; the exit code is 1 when something is too slow."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthetic_year", description=__doc__)
    parser.add_argument(
        "--url", help="SQLAlchemy URL of an empty database (default: SQLite in a temporary folder)"
    )
    parser.add_argument("--filled", action="store_true", help="the database holds the year already")
    parser.add_argument("--dossiers", type=int, default=1_000_000)
    parser.add_argument("--scores", type=int, default=300_000)
    chosen = parser.parse_args(arguments)
    profile = load_profile(Path("department.yml"))
    with tempfile.TemporaryDirectory(prefix="tthc-year-") as folder:
        url = chosen.url or f"sqlite:///{folder}/year.db"
        upgrade(url)
        engine = open_engine(url)
        if not chosen.filled:
            fill(engine, profile, dossier_count=chosen.dossiers, score_count=chosen.scores)
        found = []
        for one in measure(engine, profile, filled=chosen.filled):
            print(f"{one.name:45} {one.seconds:8.2f} s {one.own:8.2f} s", flush=True)
            found.append(one)
        backend = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[engine.dialect.name]
        engine.dispose()
    put_section(RESULTS, f"year-{backend.lower()}", render(backend, found, chosen.dossiers, chosen.scores))
    return 0 if all(one.met for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
