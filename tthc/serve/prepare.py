"""Everything that must be there before the service starts, done in a process of its own.

``python -m tthc.serve.prepare`` writes events (``tthc.serve.steps``) to its standard output. After
the settings it waits for a line on standard input: by then the supervisor has made sure that no
other service works on the same data.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from knowledge.catalogue.search import SEARCH_FOLDER, build_index
from knowledge.catalogue.shipped import ensure_shipped
from knowledge.catalogue.store import CatalogueStore
from knowledge.catalogue.topics import load_everyday_language
from knowledge.database.engine import open_engine, session_factory
from knowledge.database.migrate import upgrade
from knowledge.department.profile import load_profile
from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.opening import check_settings
from knowledge.dossiers.register import Register
from knowledge.dossiers.samples import settle_samples
from knowledge.learning.learned import extend
from knowledge.learning.store import LearnedStore
from knowledge.privacy.sealing import open_sealer
from knowledge.settings import Settings, read_settings
from tthc.errors import ExitCode, ExpectedError, exit_code_of, one_sentence
from tthc.serve.environment import ROOT, tracker_database
from tthc.serve.model import ModelCache
from tthc.serve.ports import check_ports
from tthc.serve.settings_texts import settings_as_texts
from tthc.serve.steps import Event, Kind, Step

OF_THE_MACHINE = (OSError, SQLAlchemyError)
"""Errors of disk and database: the administrator can do something about them, the program cannot."""

Emit = Callable[[Event], None]


def department(settings: Settings) -> str:
    """Read and check the department's profile."""
    return load_profile(settings.department_file).name


def database(settings: Settings) -> str:
    """Bring the database to this version's schema, and Rasa's own into WAL mode."""
    upgrade(settings.database_url)
    use_wal(tracker_database(settings.data_dir))
    return make_url(settings.database_url).render_as_string(hide_password=True)


def use_wal(path: Path) -> None:
    """Put an SQLite database into WAL mode, which it remembers: Rasa cannot be told to.

    Without it every turn of every conversation waits for the disk and for the other turns.
    """
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def model(settings: Settings) -> str:
    """Return the path of the trained model, trained first if its sources changed."""
    return str(ModelCache(ROOT, settings.data_dir).ensure())


def catalogue(settings: Settings) -> str:
    """Publish the catalogue that ships unless a release is published."""
    engine = open_engine(settings.database_url)
    try:
        release = ensure_shipped(session_factory(engine))
    finally:
        engine.dispose()
    return f"{release.listed_count} procedures as of {release.as_of.isoformat()}"


def search(settings: Settings) -> str:
    """Learn the wordings of the published catalogue, so that the actions find them learned."""
    engine = open_engine(settings.database_url)
    try:
        sessions = session_factory(engine)
        published = CatalogueStore(sessions).current()
        language = extend(load_everyday_language(), LearnedStore(sessions).current())
    finally:
        engine.dispose()
    if published is None:
        raise ExpectedError("no release of the catalogue is published: tthc catalogue publish")
    index = build_index(published, language, cache=settings.data_dir / SEARCH_FOLDER)
    return f"{len(index.entries)} procedures can be found"


def dossiers(settings: Settings) -> str:
    """Check the systems that know dossiers; a trial copy gets the sample dossiers, any other loses them."""
    check_settings(settings.dossiers)
    profile = load_profile(settings.department_file)
    today = datetime.now(LOCAL).date()
    engine = open_engine(settings.database_url)
    try:
        settle_samples(engine, open_sealer(settings), wanted=profile.sample, today=today)
        count = Register(engine).count()
    finally:
        engine.dispose()
    samples = ", samples included" if profile.sample else ""
    return f"asks {', '.join(settings.dossiers.sources)}; {count} in the register{samples}"


STEPS: tuple[tuple[Step, Callable[[Settings], str]], ...] = (
    (Step.DEPARTMENT, department),
    (Step.DATABASE, database),
    (Step.MODEL, model),
    (Step.CATALOGUE, catalogue),
    (Step.SEARCH, search),
    (Step.DOSSIERS, dossiers),
)


def prepare(emit: Emit, may_go_on: Callable[[], bool]) -> ExitCode:
    """Do every step and report each; stop at the first that fails."""
    step = Step.SETTINGS
    try:
        settings = read_settings()
        texts = settings_as_texts(settings)
        emit(Event(Kind.SETTINGS, step, settings=texts))
        if not may_go_on():
            return ExitCode.FAILED
        step = Step.PORTS
        emit(Event(Kind.STARTED, step))
        check_ports(texts)
        emit(Event(Kind.FINISHED, step, f"{settings.port}, {settings.rasa_port}, {settings.actions_port}"))
        for step, work in STEPS:
            emit(Event(Kind.STARTED, step))
            emit(Event(Kind.FINISHED, step, work(settings)))
    except Exception as error:
        return _report(error, step, emit)
    return ExitCode.OK


def _report(error: Exception, step: Step, emit: Emit) -> ExitCode:
    code = exit_code_of(error) or ExitCode.FAILED
    expected = isinstance(error, OF_THE_MACHINE) or exit_code_of(error) is not None
    if not expected or os.environ.get("TTHC_LOG_LEVEL", "").upper() == "DEBUG":
        traceback.print_exception(error)
    message = one_sentence(error)
    if not expected:
        message = f"{step.value} failed by a fault of the program (see above): {message}"
    emit(Event(Kind.FAILED, step, message, exit_code=code))
    return code


def take_over_stdout() -> TextIO:
    """Keep the standard output for events: whatever libraries print goes to standard error."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return events


def main() -> int:
    """Prepare, reporting to the supervisor."""
    events = take_over_stdout()

    def emit(event: Event) -> None:
        events.write(event.to_line())
        events.flush()

    return prepare(emit, may_go_on=lambda: bool(sys.stdin.readline()))


if __name__ == "__main__":
    sys.exit(main())
