"""Reports asked for at the console: written down, made in a process of their own, kept to be downloaded."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.database.engine import open_engine
from knowledge.department.profile import load_profile
from knowledge.privacy.sealing import open_sealer
from knowledge.reports.evidence import make_pack
from knowledge.reports.making import KINDS, make_report, scope_of
from knowledge.reports.models import ReportRun
from knowledge.reports.periods import Kind, Period, parse_period
from knowledge.reports.refresh import refresh
from knowledge.reports.render.forms import FORMS, write_form
from knowledge.settings import Settings

logger = logging.getLogger(__name__)
EVIDENCE = "evidence"
UNFINISHED = ("waiting", "running")
MOST_UNFINISHED = 5
SILENT = timedelta(minutes=10)
"""A run that did not go on for so long was interrupted."""
KEPT = timedelta(days=365)
SHOWN = 30


class TooManyRunsError(Exception):
    """Enough reports are waiting already."""


@dataclass(frozen=True)
class Wish:
    """What is to be made. ``what`` is a kind of report or `EVIDENCE`, which has every form inside."""

    what: str
    period: Period
    unit: str = ""
    field: str = ""
    forms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises:
            ValueError: there is no such report or form.
        """
        known = self.what == EVIDENCE or (self.what in KINDS and self.forms)
        if not known or not set(self.forms) <= set(FORMS):
            raise ValueError(f"no report {self.what!r} as {', '.join(self.forms) or 'nothing'}")


def ask(session: Session, wish: Wish, account_id: int | None, now: datetime) -> int:
    """Write a wish down and return the number of its run.

    Raises:
        TooManyRunsError: `MOST_UNFINISHED` wait or run already.
    """
    end_interrupted(session, now)
    waiting = sa.select(sa.func.count()).select_from(ReportRun).where(ReportRun.state.in_(UNFINISHED))
    if (session.scalar(waiting) or 0) >= MOST_UNFINISHED:
        raise TooManyRunsError
    forms = () if wish.what == EVIDENCE else tuple(form for form in FORMS if form in wish.forms)
    run = ReportRun(
        what=wish.what,
        period=wish.period.code,
        days=wish.period.kind.value,
        unit=wish.unit,
        field=wish.field,
        forms=list(forms),
        asked_by=account_id,
        asked_at=now,
        state="waiting",
        step="",
        steps_done=0,
        steps=2 + max(1, len(forms)),
        progress_at=now,
        files=[],
    )
    session.add(run)
    session.flush()
    return run.id


def latest_runs(session: Session, now: datetime) -> list[ReportRun]:
    """Return the newest runs."""
    end_interrupted(session, now)
    return list(session.scalars(sa.select(ReportRun).order_by(ReportRun.id.desc()).limit(SHOWN)))


def end_interrupted(session: Session, now: datetime) -> None:
    """Call failed what no process works on any more."""
    silent = sa.update(ReportRun).where(ReportRun.state.in_(UNFINISHED), ReportRun.progress_at < now - SILENT)
    session.execute(silent.values(state="failed", finished_at=now))


def fail(session: Session, run_id: int, now: datetime) -> None:
    """Call a run failed that did not end by itself."""
    unfinished = sa.update(ReportRun).where(ReportRun.id == run_id, ReportRun.state.in_(UNFINISHED))
    session.execute(unfinished.values(state="failed", finished_at=now))


def folder_of(data_dir: Path, run_id: int) -> Path:
    """Return where the files of a run are."""
    return data_dir / "reports" / f"run-{run_id}"


def forget_runs(session: Session, data_dir: Path, now: datetime) -> int:
    """Delete runs older than a year with their files; return how many."""
    old = list(session.scalars(sa.select(ReportRun).where(ReportRun.asked_at < now - KEPT)))
    for run in old:
        shutil.rmtree(folder_of(data_dir, run.id), ignore_errors=True)
        session.delete(run)
    return len(old)


def make_run(settings: Settings, run_id: int) -> None:
    """Make what was asked for; called in a process of its own, so that nobody waits for it."""
    engine = open_engine(settings.database_url)
    try:
        _make(engine, settings, run_id)
    except Exception:
        logger.exception("report run %d failed", run_id)
        with Session(engine) as session, session.begin():
            fail(session, run_id, _now())
    finally:
        engine.dispose()


def _make(engine: Engine, settings: Settings, run_id: int) -> None:
    with Session(engine) as session:
        run = session.get_one(ReportRun, run_id)
    profile, now = load_profile(settings.department_file), _now()
    _go_on(engine, run_id, "refresh", 0)
    refresh(engine, profile, open_sealer(settings), now)
    _go_on(engine, run_id, "count", 1)
    folder = folder_of(settings.data_dir, run_id)
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for name, content in _files(engine, settings, run, now):
        (folder / name).write_bytes(content)
        names.append(name)
    _update(engine, run_id, state="done", steps_done=run.steps, finished_at=_now(), files=names)


def _files(engine: Engine, settings: Settings, run: ReportRun, now: datetime) -> Iterator[tuple[str, bytes]]:
    """Make the files one by one; what is being made is written down before."""
    profile = load_profile(settings.department_file)
    period = parse_period(run.period, Kind(run.days))
    scope = scope_of(profile.reporting, (run.unit,) if run.unit else (), (run.field,) if run.field else ())
    with engine.connect() as connection:
        if run.what == EVIDENCE:
            _go_on(engine, run.id, EVIDENCE, 2)
            pack = make_pack(connection, period, now, profile, scope)
            yield pack.name, pack.content
            return
        report = make_report(connection, run.what, period, now, profile.reporting, scope)
    for number, form in enumerate(run.forms):
        _go_on(engine, run.id, form, 2 + number)
        yield f"{report.file_name}.{form}", write_form(form, report, profile)


def _go_on(engine: Engine, run_id: int, step: str, done: int) -> None:
    _update(engine, run_id, state="running", step=step, steps_done=done)


def _update(engine: Engine, run_id: int, **values: object) -> None:
    with engine.begin() as connection:
        own = sa.update(ReportRun).where(ReportRun.id == run_id)
        connection.execute(own.values(progress_at=_now(), **values))


def _now() -> datetime:
    return datetime.now(timezone.utc)
