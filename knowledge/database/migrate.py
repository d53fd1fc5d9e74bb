"""Bring a database to the schema this version needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from knowledge.database.engine import open_engine

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_KEY = 7_440_243
"""Key of PostgreSQL's advisory lock that lets one process at a time migrate."""


class MigrationError(RuntimeError):
    """The database cannot be opened or migrated; the message is one clear sentence."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Configure Alembic for our migrations, on ``connection`` when given."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def is_current(connection: Connection) -> bool:
    """Tell whether the database has exactly the schema this version needs; changes nothing."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def upgrade(url: str, revision: str = "head") -> None:
    """Create or upgrade the schema of the database at ``url``; several processes may try at once.

    All steps run in one transaction: a failure leaves the database as it was.

    Raises:
        MigrationError: the database cannot be opened, is not ours, or is of a newer version.
    """
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        engine = open_engine(url)
    except (OSError, SQLAlchemyError) as error:
        raise MigrationError(f"cannot open the database {shown}: {error}") from error
    try:
        with engine.begin() as connection:
            _lock(connection)
            command.upgrade(alembic_config(connection), revision)
    except CommandError as error:
        raise MigrationError(
            f"the database {shown} was made by another version of this program: {error}"
        ) from error
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise MigrationError(f"cannot prepare the database {shown}: {str(cause).strip()}") from error
    finally:
        engine.dispose()


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
