"""Table of the periodic jobs: who runs each, and how its last run went."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

NAME_CHARS = 64
ERROR_CHARS = 500


class JobRun(Base):
    """One row a job, made at its first run."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(NAME_CHARS), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is due; while it runs, when the lease of the gateway that runs it ends."""
    runner: Mapped[str | None] = mapped_column(String(32))
    """The gateway that runs it now."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(ERROR_CHARS))
    """Type of the error that ended the last run, with its place; empty when it went well."""
    failures: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    """Failed runs in a row."""
