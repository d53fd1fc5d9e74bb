"""The database: there, ours, and of this version."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import make_url

from tthc.doctor.context import MISSING, OUTDATED, Context
from tthc.doctor.findings import Finding, good, must_fix


def check(context: Context) -> Iterator[Finding]:
    """Open it and compare its schema with what this version needs; nothing is changed."""
    shown = make_url(context.settings.database_url).render_as_string(hide_password=True)
    problem = context.database_problem
    if not problem:
        yield good("database.usable", url=shown)
    elif problem in {MISSING, OUTDATED}:
        yield must_fix(f"database.{problem}", url=shown)
    else:
        yield must_fix("database.broken", url=shown, reason=problem)
