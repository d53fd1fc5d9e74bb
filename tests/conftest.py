"""Databases for tests: SQLite files and a throw-away PostgreSQL cluster of Debian's binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from knowledge.database.engine import SessionFactory, open_engine, session_factory
from knowledge.database.migrate import upgrade
from tests.fixtures.packages import provide

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.gateway",
    "tests.fixtures.push",
    "tests.fixtures.service",
    "tests.fixtures.staff",
]

DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
SERVER_USER = "postgres"


def _binaries() -> Path | None:
    versions = sorted(DEBIAN_POSTGRES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


@dataclass(frozen=True)
class PostgresServer:
    """A running server that listens on a socket in its own folder only."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql+psycopg2://{SERVER_USER}@/{database}?host={self.folder}"

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """Make an empty database, give its URL, and drop it."""
        name = f"test_{uuid.uuid4().hex}"
        admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            yield self.url(name)
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        finally:
            admin.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start a cluster as a user other than root, which the server demands."""
    binaries = provide("postgresql", _binaries)
    folder = Path(tempfile.mkdtemp(prefix="tthc-pg-"))
    user = None
    if os.geteuid() == 0:
        user = SERVER_USER
        account = pwd.getpwnam(SERVER_USER)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(
            [str(binaries / command[0]), *command[1:]],
            check=True,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "-D", str(data), "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield PostgresServer(folder)
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/tthc.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.new_database() as url:
        yield url


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """URL of a database with our tables, on SQLite and on PostgreSQL."""
    upgrade(empty_database_url)
    return empty_database_url


@pytest.fixture
def sessions(database_url: str) -> Iterator[SessionFactory]:
    """Sessions on a database with our tables, on SQLite and on PostgreSQL."""
    engine = open_engine(database_url)
    yield session_factory(engine)
    engine.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an SQLite database with our tables, for tests that do not depend on the database."""
    url = f"sqlite:///{tmp_path}/tthc.db"
    upgrade(url)
    return url


@pytest.fixture
def sqlite_sessions(sqlite_url: str) -> Iterator[SessionFactory]:
    """Sessions on an SQLite database with our tables."""
    engine = open_engine(sqlite_url)
    yield session_factory(engine)
    engine.dispose()
