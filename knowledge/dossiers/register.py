"""The dossier register of the department: filled by imports, asked like any other system."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from knowledge.database.types import UtcDateTime
from knowledge.dossiers.codes import DossierCode, parse_code
from knowledge.dossiers.models import Dossier, DossierImport
from knowledge.dossiers.records import Ambiguous, Answer, DossierView, Found, NotFound, RegisterRow
from knowledge.dossiers.statuses import Status, words_of
from knowledge.dossiers.verification import factor_hash
from knowledge.privacy.sealing import Sealer

ROWS_A_STATEMENT = 500
MOST_CANDIDATES = 20
_SHOWN = (
    Dossier.code,
    Dossier.status,
    Dossier.procedure_code,
    Dossier.procedure_name,
    Dossier.received_at,
    Dossier.due_at,
    Dossier.finished_at,
    Dossier.returned_at,
    Dossier.unit,
    Dossier.returned_via,
    Dossier.supplement_note,
    Dossier.phone_hash,
    Dossier.identity_hash,
)
_BY_CODE = sa.select(*_SHOWN).where(Dossier.code == sa.bindparam("code"))
_BY_TAIL = sa.select(*_SHOWN).where(Dossier.tail == sa.bindparam("tail")).limit(MOST_CANDIDATES)
_LAST_IMPORT = sa.select(sa.func.max(DossierImport.at, type_=UtcDateTime))
_NOT_COMPARED = {"code", "phone", "identity"}


@dataclass(frozen=True)
class Stored:
    """How many rows of a batch were new, changed or known already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Stored) -> Stored:
        return Stored(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


class Register:
    """The register's table, for looking up; blocking."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lookup(self, code: DossierCode) -> Answer:
        """Find a dossier by its code, or by the end of it."""
        with self._engine.connect() as connection:
            if code.is_whole:
                rows = connection.execute(_BY_CODE, {"code": code.text}).all()
            else:
                rows = connection.execute(_BY_TAIL, {"tail": code.tail}).all()
            as_of = connection.execute(_LAST_IMPORT).scalar_one() if rows else None
        found = tuple(_found(row, as_of) for row in rows)
        if not found:
            return NotFound()
        return found[0] if len(found) == 1 else Ambiguous(found)

    def count(self) -> int:
        """Return how many dossiers it has."""
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(Dossier)).scalar_one())


def _found(row: sa.Row[Any], as_of: datetime | None) -> Found:
    status = Status(row.status)
    view = DossierView(
        code=parse_code(row.code),
        status=status,
        status_text=words_of(status).name,
        procedure_code=row.procedure_code,
        procedure_name=row.procedure_name,
        received_at=row.received_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        returned_at=row.returned_at,
        unit=row.unit or "",
        returned_via=row.returned_via,
        supplement_note=row.supplement_note or "",
        as_of=as_of,
    )
    return Found(view, frozenset(one for one in (row.phone_hash, row.identity_hash) if one))


def store_rows(connection: Connection, rows: Sequence[RegisterRow], source: str, sealer: Sealer) -> Stored:
    """Write rows in the caller's transaction; those that did not change keep their ``updated_at``.

    No code may occur twice in ``rows``.
    """
    total = Stored()
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        total += _store(connection, rows[start : start + ROWS_A_STATEMENT], source, sealer)
    return total


def _store(connection: Connection, rows: Sequence[RegisterRow], source: str, sealer: Sealer) -> Stored:
    codes = [row.code.text for row in rows]
    query = sa.select(Dossier.code, Dossier.id, Dossier.fingerprint).where(Dossier.code.in_(codes))
    known = {code: (row, fingerprint) for code, row, fingerprint in connection.execute(query)}
    moment = datetime.now(timezone.utc)
    new, changed = [], []
    for row in rows:
        values = {**_values(row, source, sealer), "updated_at": moment}
        id_and_fingerprint = known.get(row.code.text)
        if id_and_fingerprint is None:
            new.append(values)
        elif id_and_fingerprint[1] != values["fingerprint"]:
            changed.append({**values, "row": id_and_fingerprint[0]})
    if new:
        connection.execute(sa.insert(Dossier), new)
    if changed:
        connection.execute(_update(changed[0]), changed)
    return Stored(len(new), len(changed), len(rows) - len(new) - len(changed))


def _update(values: dict[str, Any]) -> sa.Update:
    columns: dict[str, Any] = {name: sa.bindparam(name) for name in values if name != "row"}
    return sa.update(Dossier).where(Dossier.id == sa.bindparam("row")).values(columns)


_KEPT = tuple(field.name for field in fields(RegisterRow) if field.name not in _NOT_COMPARED)


def _values(row: RegisterRow, source: str, sealer: Sealer) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in _KEPT}
    values["status"] = int(row.status)
    values["source"] = source
    for name in ("phone", "identity"):
        digits = getattr(row, name)
        values[f"{name}_hash"] = factor_hash(sealer, row.code, digits) if digits else None
    text = json.dumps(values, default=str, sort_keys=True, ensure_ascii=False)
    values["fingerprint"] = hashlib.sha256(text.encode()).hexdigest()
    values["code"], values["tail"] = row.code.text, row.code.tail
    return values


def remove_samples(connection: Connection) -> int:
    """Take the sample dossiers out of the register; return how many there were."""
    return int(connection.execute(sa.delete(Dossier).where(Dossier.is_sample)).rowcount)
