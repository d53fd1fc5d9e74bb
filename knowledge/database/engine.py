"""Engine and sessions: SQLite by default, PostgreSQL by one URL."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

SessionFactory = sessionmaker[Session]
_as_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
"""JSON columns as UTF-8: with escapes Vietnamese text takes twice the space."""


def open_engine(url: str) -> Engine:
    """Open an engine for a SQLAlchemy URL; for SQLite, make the folder and set the pragmas.

    SQLite runs in WAL mode so that the gateway, the actions and the command line can share the
    file, with foreign keys on and a 10 s wait for locks; what is deleted is overwritten.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, json_serializer=_as_json)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, json_serializer=_as_json)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:  # noqa: ANN401
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 10000")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    return engine


def session_factory(engine: Engine) -> SessionFactory:
    """Return the factory of sessions that all rooms use; objects stay readable after commit."""
    return sessionmaker(engine, expire_on_commit=False)
