"""The catalogue that ships with the product: facts of the field of industry and trade.

The files under ``data/facts`` keep the source's raw values; cleaning happens here, at import, so
that what was changed and why stays visible (``tthc catalogue cleaning-report``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from knowledge.catalogue.cleaning import CleaningChange, clean
from knowledge.catalogue.plain import from_plain
from knowledge.catalogue.records import Catalogue, Procedure, ReleaseInfo
from knowledge.catalogue.releases import create_release, publish, published_release
from knowledge.database.engine import SessionFactory

FACTS = Path(__file__).parent / "data" / "facts"


@dataclass(frozen=True)
class Manifest:
    """Where the shipped facts come from and the date they hold for."""

    source: str
    as_of: date
    compiled_on: date
    previous_list_on: date
    note: str
    files: tuple[str, ...]
    listed_count: int
    no_longer_listed_count: int


@dataclass(frozen=True)
class ShippedFacts:
    """The cleaned records, and what cleaning changed in which of them."""

    manifest: Manifest
    procedures: tuple[Procedure, ...]
    changes: tuple[CleaningChange, ...]


def load_manifest(folder: Path = FACTS) -> Manifest:
    """Read the manifest of the shipped facts."""
    values = yaml.safe_load((folder / "manifest.yml").read_text(encoding="utf-8"))
    return Manifest(**{**values, "files": tuple(values["files"])})


def load_raw(folder: Path = FACTS) -> list[Procedure]:
    """Read the shipped facts as the source states them.

    Raises:
        PlainFormError: a line is not a procedure.
        ValueError: the number of records differs from the manifest.
    """
    manifest = load_manifest(folder)
    lines = [
        line
        for name in manifest.files
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    expected = manifest.listed_count + manifest.no_longer_listed_count
    if len(lines) != expected:
        raise ValueError(f"shipped facts hold {len(lines)} records, the manifest says {expected}")
    return [from_plain(json.loads(line)) for line in lines]


def load_shipped_facts(folder: Path = FACTS) -> ShippedFacts:
    """Read and clean the shipped facts, with the record of what cleaning changed."""
    cleaned = [clean(procedure) for procedure in load_raw(folder)]
    return ShippedFacts(
        manifest=load_manifest(folder),
        procedures=tuple(item.procedure for item in cleaned),
        changes=tuple(change for item in cleaned for change in item.changes),
    )


def load_shipped(folder: Path = FACTS) -> list[Procedure]:
    """Read the shipped facts, cleaned."""
    return list(load_shipped_facts(folder).procedures)


def shipped_catalogue() -> Catalogue:
    """Return the shipped facts as a catalogue of its own (release 0), without a database."""
    facts = load_shipped_facts()
    manifest = facts.manifest
    release = ReleaseInfo(
        0,
        manifest.source,
        manifest.as_of,
        "",
        manifest.listed_count,
        manifest.no_longer_listed_count,
        manifest.note,
    )
    return Catalogue(release, {procedure.code: procedure for procedure in facts.procedures})


def ensure_shipped(sessions: SessionFactory) -> ReleaseInfo:
    """Publish the shipped catalogue unless some release is published already.

    Safe to call from several processes at once: whoever comes second finds the work done.
    """
    with sessions() as session:
        published = published_release(session)
        if published is not None:
            return published
    facts = load_shipped_facts()
    with sessions.begin() as session:
        release = create_release(
            session,
            facts.procedures,
            source=facts.manifest.source,
            as_of=facts.manifest.as_of,
            note=facts.manifest.note,
        )
        return published_release(session) or publish(session, release.id)
