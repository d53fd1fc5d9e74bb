"""What Rasa remembers of a conversation under way: a row of its own, to be erased with the rest."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError

from knowledge.settings import Settings

TRACKER_FILE = "rasa-tracker.db"
"""In the data folder, unless the database is PostgreSQL (``bot.dialogue.store``)."""
TABLE = "conversation_memory"
"""As `bot.dialogue.store` calls it, which this room may not import; a test keeps the two equal."""
_STATES = sa.table(TABLE, sa.column("sender"))


class DialogueMemory:
    """Rasa's table of conversations, at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)

    def forget(self, sender: str) -> int:
        """Delete the row of a conversation; return how many there were (0 when Rasa made no table yet)."""
        file = self._url.database if self._url.get_backend_name() == "sqlite" else None
        if file is not None and not Path(file).is_file():
            return 0
        engine = sa.create_engine(self._url, poolclass=sa.NullPool)
        try:
            with engine.begin() as connection:
                if file is not None:
                    connection.exec_driver_sql("PRAGMA busy_timeout = 10000")
                    connection.exec_driver_sql("PRAGMA secure_delete = ON")
                deleted = connection.execute(sa.delete(_STATES).where(_STATES.c.sender == sender)).rowcount
            if file is not None:
                with engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except (OperationalError, ProgrammingError) as error:
            if TABLE in str(error.orig):
                return 0
            raise
        finally:
            engine.dispose()
        return int(deleted)


def dialogue_memory(settings: Settings) -> DialogueMemory:
    """Return where Rasa remembers conversations in this installation."""
    if settings.database_url.startswith("postgresql"):
        return DialogueMemory(settings.database_url)
    return DialogueMemory(f"sqlite:///{settings.data_dir / TRACKER_FILE}")
