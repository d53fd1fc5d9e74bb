"""The log of look-ups, which also counts failures: who guesses is stopped, whoever he says he is.

Failures are counted by keyed hashes of the person and of the dossier. A look-up is noted as a failure before
the systems are asked, so that many at once count too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.dossiers.asking import Checked, Outcome
from knowledge.dossiers.models import DossierLookup
from knowledge.dossiers.policy import Policy

PENDING = "pending"
_FAILURES = (PENDING, Outcome.NOT_CONFIRMED.value)
_NOT_COUNTED = (Outcome.LOCKED.value, Outcome.LIMITED.value)


@dataclass(frozen=True)
class Attempt:
    """Who asks for what, by which message; hashes only."""

    origin: str
    channel: str
    person: str
    code: str


class LookupLog:
    """Look-ups in the database; blocking."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        self._engine = engine
        self._policy = policy
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        # A message that is handed over again is counted already.
        self._insert = insert(DossierLookup).on_conflict_do_nothing(index_elements=["origin"])

    def begin(self, attempt: Attempt) -> Outcome | None:
        """Note that a look-up begins; return `Outcome.LOCKED` or `LIMITED` when it may not."""
        moment = datetime.now(timezone.utc)
        values = {
            "origin": attempt.origin,
            "at": moment,
            "channel": attempt.channel,
            "result": PENDING,
            "person_hash": attempt.person,
            "code_hash": attempt.code,
            "updated_at": moment,
        }
        with self._engine.begin() as connection:
            connection.execute(self._insert.values(values))
            refused = self._refused(connection, attempt, moment)
            if refused is not None:
                self._set(connection, attempt.origin, {"result": refused.value})
        return refused

    def _refused(self, connection: Connection, attempt: Attempt, moment: datetime) -> Outcome | None:
        policy = self._policy
        since = moment - timedelta(minutes=policy.person_window_minutes)
        of_person = (DossierLookup.person_hash == attempt.person, DossierLookup.at >= since)
        day = moment - timedelta(hours=policy.code_window_hours)
        of_code = (DossierLookup.code_hash == attempt.code, DossierLookup.at >= day)
        failed = DossierLookup.result.in_(_FAILURES)

        def count(*conditions: sa.ColumnElement[bool]) -> int:
            others = DossierLookup.origin != attempt.origin
            query = sa.select(sa.func.count()).select_from(DossierLookup).where(others, *conditions)
            return int(connection.execute(query).scalar_one())

        if count(*of_person, failed) >= policy.failures_per_person:
            return Outcome.LOCKED
        if count(*of_code, failed) >= policy.failures_per_code:
            return Outcome.LOCKED
        if count(*of_person, DossierLookup.result.not_in(_NOT_COUNTED)) >= policy.lookups_per_person:
            return Outcome.LIMITED
        return None

    def finish(self, connection: Connection, origin: str, checked: Checked) -> None:
        """Note how the look-up ended, in the caller's transaction."""
        view = checked.view
        overdue = view is not None and view.is_overdue(datetime.now(timezone.utc))
        values: dict[str, object] = {
            "result": checked.outcome.value,
            "unit": view.unit or None if view else None,
            "overdue": overdue,
        }
        self._set(connection, origin, values)

    def _set(self, connection: Connection, origin: str, values: dict[str, object]) -> None:
        values = {**values, "updated_at": datetime.now(timezone.utc)}
        connection.execute(sa.update(DossierLookup).where(DossierLookup.origin == origin).values(values))

    def forget_hashes(self) -> int:
        """Take the hashes away that no longer count; the rows stay for the statistics."""
        hours = max(self._policy.code_window_hours, self._policy.person_window_minutes / 60)
        old = DossierLookup.at < datetime.now(timezone.utc) - timedelta(hours=hours)
        with_hash = sa.or_(DossierLookup.person_hash.is_not(None), DossierLookup.code_hash.is_not(None))
        with self._engine.begin() as connection:
            done = connection.execute(
                sa.update(DossierLookup).where(old, with_hash).values(person_hash=None, code_hash=None)
            )
        return int(done.rowcount)
