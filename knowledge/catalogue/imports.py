"""From an import report to a release, and what the release changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy.orm import Session

from knowledge.catalogue.diff import CatalogueDiff, compare
from knowledge.catalogue.importers.report import ImportReport
from knowledge.catalogue.importers.values import VIETNAM
from knowledge.catalogue.merge import replaced, updated
from knowledge.catalogue.records import Catalogue, Procedure
from knowledge.catalogue.releases import (
    CreatedRelease,
    create_release,
    published_release_id,
    read_release,
)


class ImportMode(str, Enum):
    """What the imported list is: changes to the catalogue, or the whole of it."""

    UPDATE = "update"
    REPLACE = "replace"


class IncompleteImportError(ValueError):
    """Something was rejected and the caller did not ask for the good part alone."""


@dataclass(frozen=True)
class ImportOutcome:
    """The release an import made, and its differences from the published one."""

    release: CreatedRelease
    diff: CatalogueDiff


def create_imported_release(
    session: Session,
    report: ImportReport,
    *,
    mode: ImportMode,
    source: str,
    as_of: date | None = None,
    note: str = "",
    imported_by: str | None = None,
    partial: bool = False,
) -> ImportOutcome:
    """Write the release that ``report`` leads to; nothing is published.

    ``as_of`` is the date the facts hold for. Left out, an update keeps the date of the published
    release, because the procedures it leaves alone were not checked since; a replacement gets today.

    Raises:
        IncompleteImportError: rows were rejected and ``partial`` is not set, or none were accepted.
        ReleaseError: the list cannot be a release.
    """
    if not report.accepted or (report.rejected and not partial):
        raise IncompleteImportError(f"{len(report.rejected)} rejected, {len(report.accepted)} accepted")
    published_id = published_release_id(session)
    published = read_release(session, published_id) if published_id is not None else None
    release = create_release(
        session,
        _merged(mode, published, report.accepted),
        source=source,
        as_of=as_of or _date_of(mode, published),
        note=note,
        imported_by=imported_by,
    )
    return ImportOutcome(release, compare(published, read_release(session, release.id)))


def _merged(
    mode: ImportMode, published: Catalogue | None, procedures: Iterable[Procedure]
) -> list[Procedure]:
    return (updated if mode is ImportMode.UPDATE else replaced)(published, procedures)


def _date_of(mode: ImportMode, published: Catalogue | None) -> date:
    if mode is ImportMode.UPDATE and published is not None:
        return published.release.as_of
    return datetime.now(VIETNAM).date()
