"""Makes reports and packs from the database of the settings."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy import Connection, Engine

from knowledge.database.engine import open_engine
from knowledge.database.migrate import upgrade
from knowledge.department.profile import Profile, load_profile
from knowledge.privacy.sealing import open_sealer
from knowledge.reports.evidence import make_pack
from knowledge.reports.making import dashboard, make_report, scope_of
from knowledge.reports.measures import Scope
from knowledge.reports.numbers import vietnamese
from knowledge.reports.periods import Kind, Period, PeriodError, parse_period
from knowledge.reports.reform import proposals
from knowledge.reports.refresh import forget_copies, refresh
from knowledge.reports.render.forms import write_form
from knowledge.reports.tables import result_name
from knowledge.settings import Settings, read_settings
from knowledge.yaml_fields import DataError
from tthc.errors import ExitCode, ExpectedError, UsageError


@dataclass(frozen=True)
class _Desk:
    """What a command works with: a store that is up to date."""

    settings: Settings
    profile: Profile
    connection: Connection
    now: datetime


def run_report(arguments: argparse.Namespace) -> int:
    """Make a report in the forms asked for."""
    period = _period(arguments)
    started = time.monotonic()
    with _desk() as desk:
        scope = _scope(arguments, desk.profile)
        report = make_report(desk.connection, arguments.kind, period, desk.now, desk.profile.reporting, scope)
        folder = _folder(arguments.out, desk.settings)
        for form in arguments.format:
            _write(folder / f"{report.file_name}.{form}", write_form(form, report, desk.profile))
    print(f"{report.title} {period.name} ({period.span}): {time.monotonic() - started:.1f} giây.")
    return ExitCode.OK


def run_evidence(arguments: argparse.Namespace) -> int:
    """Make an evidence pack."""
    period = _period(arguments)
    with _desk() as desk:
        pack = make_pack(desk.connection, period, desk.now, desk.profile, _scope(arguments, desk.profile))
        _write(_folder(arguments.out, desk.settings) / pack.name, pack.content)
    print(f"Kiểm tra lại số liệu: tthc report verify {pack.name}")
    return ExitCode.OK


def run_targets(arguments: argparse.Namespace) -> int:
    """Print every indicator with a target, what is missing, and what got worse."""
    period = _period(arguments)
    with _desk() as desk:
        board = dashboard(
            desk.connection, period, desk.now, desk.profile.reporting, _scope(arguments, desk.profile)
        )
    for found in board.standings.values():
        now, target = found.result.now, found.result.target
        made_of = (
            "" if now.denominator is None else f" ({vietnamese(now.numerator)}/{vietnamese(now.denominator)})"
        )
        verdict = "đạt" if found.reached else "CHƯA ĐẠT"
        goal = vietnamese(target.value) if target else "–"
        print(f"{verdict:9} {result_name(found.result)}: {vietnamese(now.value)}{made_of}; mục tiêu {goal}")
    for title, lines in (
        ("Việc cần làm", proposals(list(board.standings.values()))),
        ("Cảnh báo", board.alerts),
    ):
        if lines:
            print(f"\n{title}:", *lines, sep="\n  ")
    return ExitCode.OK


def run_refresh(*, anew: bool) -> int:
    """Copy what changed; print how much."""
    with _engine() as (settings, engine):
        if anew:
            forget_copies(engine)
        profile = load_profile(settings.department_file)
        written = refresh(engine, profile, open_sealer(settings), datetime.now(timezone.utc))
    print("Đã cập nhật kho báo cáo:", ", ".join(f"{name} {count}" for name, count in written.items()))
    return ExitCode.OK


@contextmanager
def _engine() -> Iterator[tuple[Settings, Engine]]:
    settings = read_settings()
    upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        yield settings, engine
    except (DataError, PeriodError) as error:
        raise ExpectedError(str(error)) from error
    finally:
        engine.dispose()


@contextmanager
def _desk() -> Iterator[_Desk]:
    with _engine() as (settings, engine):
        profile, now = load_profile(settings.department_file), datetime.now(timezone.utc)
        refresh(engine, profile, open_sealer(settings), now)
        with engine.connect() as connection:
            yield _Desk(settings, profile, connection, now)


def _period(arguments: argparse.Namespace) -> Period:
    try:
        return parse_period(arguments.period, Kind(arguments.days))
    except PeriodError as error:
        raise UsageError(str(error)) from error


def _scope(arguments: argparse.Namespace, profile: Profile) -> Scope:
    units, fields, procedures = arguments.unit, arguments.field, arguments.procedure
    return scope_of(profile.reporting, tuple(units), tuple(fields), tuple(procedures))


def _folder(out: Path | None, settings: Settings) -> Path:
    folder = out or settings.data_dir / "reports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExpectedError(f"cannot make the folder {folder}: {error.strerror}") from error
    return folder


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ExpectedError(f"cannot write {path}: {error.strerror}") from error
    print(f"{path} ({len(content) / 1024:.0f} KB)")
