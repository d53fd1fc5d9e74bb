"""Computes every figure of an evidence pack again, from the rows inside and nothing else."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from knowledge.database.base import Base
from knowledge.reports.definitions import load_definitions
from knowledge.reports.evidence import FIGURES, MANIFEST, ROWS, VERSION
from knowledge.reports.measures import Counter, Scope, Window
from knowledge.reports.models import RollupDossier, RollupTalk, RollupTurn
from knowledge.reports.periods import Kind, Period
from knowledge.reports.results import Figure, figure
from knowledge.reports.rollups import rebuild_rollups

MOST_BYTES = 2_000_000_000
"""Of a file inside when unpacked: a pack of a department's year is far smaller."""
NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)
ROWS_AT_ONCE = 2000


class PackError(ValueError):
    """The file is no evidence pack; the message says why."""


@dataclass(frozen=True)
class Compared:
    """A figure of the pack beside the one computed from its rows."""

    name: str
    stated: str
    computed: str

    @property
    def equal(self) -> bool:
        """Whether they are the same."""
        return self.stated == self.computed


@dataclass(frozen=True)
class Verification:
    """What was found out about a pack."""

    changed_files: tuple[str, ...]
    """Files whose hash is not the manifest's, that are missing, or that it does not name."""
    figures: tuple[Compared, ...]

    @property
    def good(self) -> bool:
        """Nothing was changed and every figure follows from the rows."""
        return not self.changed_files and bool(self.figures) and all(found.equal for found in self.figures)


def verify_pack(path: Path) -> Verification:
    """Check the hashes and compute every figure again.

    Raises:
        PackError: the file is no pack, or one of another version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if any(info.file_size > MOST_BYTES for info in archive.infolist()):
                raise PackError("a file inside is too large for an evidence pack")
            return _verify(archive)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, csv.Error) as error:
        if isinstance(error, PackError):
            raise
        raise PackError(f"{path.name} is no evidence pack: {error}") from error


def _verify(archive: zipfile.ZipFile) -> Verification:
    manifest = json.loads(archive.read(MANIFEST))
    if manifest.get("version") != VERSION:
        raise PackError(f"the pack has version {manifest.get('version')}, this program knows {VERSION}")
    stated = dict(manifest["files"])
    inside = {name for name in archive.namelist() if name != MANIFEST}
    changed = sorted(inside ^ set(stated))
    for name in sorted(inside & set(stated)):
        if hashlib.sha256(archive.read(name)).hexdigest() != stated[name]:
            changed.append(name)
    figures = json.loads(archive.read(FIGURES))
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            _load(connection, archive)
            rebuild_rollups(connection)
            return Verification(tuple(changed), tuple(_compare(connection, figures)))
    finally:
        engine.dispose()


def _load(connection: Connection, archive: zipfile.ZipFile) -> None:
    rollups: list[type[Base]] = [RollupDossier, RollupTurn, RollupTalk]
    for model in [*ROWS.values(), *rollups]:
        Base.metadata.tables[model.__tablename__].create(connection)
    for name, model in ROWS.items():
        table = Base.metadata.tables[model.__tablename__]
        rows = _read(archive.read(name).decode(), table)
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            connection.execute(sa.insert(table), batch)


def _read(text: str, table: sa.Table) -> Iterator[dict[str, Any]]:
    extra = {"source_at": NEVER} if "source_at" in table.c else {}
    kinds = {column.name: (column.type, bool(column.nullable)) for column in table.columns}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {**extra, **{name: _value(value, *kinds[name]) for name, value in row.items()}}


def _value(text: str, kind: sa.types.TypeEngine[Any], nullable: bool) -> object:
    if not text and nullable:
        return None
    if isinstance(kind, sa.Date):
        return date.fromisoformat(text)
    return int(text) if isinstance(kind, sa.Integer) else text


def _compare(connection: Connection, content: dict[str, Any]) -> Iterator[Compared]:
    definitions = load_definitions()
    counter = Counter(connection, definitions, _window(connection, content), _scope(content))
    for stated in content["figures"]:
        indicator = definitions.indicators.get(stated["indicator"])
        name = f"{stated['indicator']} {stated['part']}".strip()
        said = _written(stated["numerator"], stated["denominator"], stated["value"])
        if indicator is None:
            yield Compared(name, said, "there is no such indicator in this version")
            continue
        if stated["part"]:
            parts = counter.by((indicator.by,), indicator.measures)
            values = parts.get((stated["part"],), dict.fromkeys(indicator.measures, 0))
        else:
            values = counter.values(indicator.measures)
        yield Compared(name, said, _figure(figure(indicator, values)))


def _window(connection: Connection, content: dict[str, Any]) -> Window:
    given = content["period"]
    period = Period(
        given["code"],
        Kind(given["kind"]),
        date.fromisoformat(given["start"]),
        date.fromisoformat(given["end"]),
    )
    release = connection.execute(sa.text("SELECT MAX(release_id) FROM dim_release")).scalar()
    since = connection.execute(sa.text("SELECT MIN(received_day) FROM fact_dossier")).scalar()
    first = date.fromisoformat(since) if since else None
    return Window(period, date.fromisoformat(content["as_of"]), release, 0, first)


def _scope(content: dict[str, Any]) -> Scope:
    chosen = {name: tuple(values) for name, values in content["scope"].items()}
    return Scope(chosen.get("unit", ()), chosen.get("field", ()), chosen.get("procedure_code", ()))


def _figure(found: Figure) -> str:
    value = None if found.value is None else str(found.value)
    return _written(found.numerator, found.denominator, value)


def _written(numerator: int | None, denominator: int | None, value: str | None) -> str:
    if numerator is None:
        return "–"
    whole = "" if denominator is None else f"/{denominator}"
    return f"{numerator}{whole} = {'–' if value is None else Decimal(value)}"
