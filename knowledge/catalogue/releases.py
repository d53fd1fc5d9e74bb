"""Releases of the catalogue: write one, publish it, go back to the one before.

Functions work in the caller's transaction (``with sessions.begin() as session``), so that an import
and its publication succeed or fail together. Writers take the state row first and so come one after
the other; readers see the old release until the commit and the new one after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from knowledge.catalogue.mapping import read_procedures, release_info, write_procedures
from knowledge.catalogue.models import (
    STATE_ID,
    Action,
    CatalogueState,
    Publication,
    Release,
    now,
)
from knowledge.catalogue.plain import checksum
from knowledge.catalogue.records import Catalogue, Procedure, ReleaseInfo, Status


class ReleaseError(ValueError):
    """A release cannot be written, found, published or rolled back; the message (Vietnamese) says why."""


@dataclass(frozen=True)
class CreatedRelease(ReleaseInfo):
    """What ``create_release`` made; ``already_known`` when the same facts were imported before."""

    already_known: bool = False


@dataclass(frozen=True)
class ListedRelease:
    """A release with what an administrator wants to see of it in a list."""

    info: ReleaseInfo
    created_at: datetime
    imported_by: str | None
    is_published: bool


@dataclass(frozen=True)
class PublicationEntry:
    """One entry of the publication history."""

    release_id: int
    action: Action
    at: datetime
    by: str | None


def create_release(
    session: Session,
    procedures: Iterable[Procedure],
    *,
    source: str,
    as_of: date,
    note: str = "",
    imported_by: str | None = None,
) -> CreatedRelease:
    """Write a release of ``procedures``; the same facts at the same date give the existing release.

    Raises:
        ReleaseError: there is no procedure, or a code occurs twice.
    """
    records = sorted(procedures, key=lambda item: item.code)
    _check_codes(records)
    digest = checksum(records, as_of)
    _lock(session)
    known = session.scalar(select(Release).where(Release.checksum == digest))
    if known is not None:
        return CreatedRelease(**asdict(release_info(known)), already_known=True)
    gone = sum(1 for item in records if item.status is Status.NO_LONGER_LISTED)
    release = Release(
        source=source,
        as_of=as_of,
        checksum=digest,
        listed_count=len(records) - gone,
        no_longer_listed_count=gone,
        note=note,
        imported_by=imported_by,
    )
    session.add(release)
    session.flush()
    write_procedures(session, release.id, records)
    return CreatedRelease(**asdict(release_info(release)))


def _check_codes(records: Sequence[Procedure]) -> None:
    if not records:
        raise ReleaseError("Danh mục không có thủ tục nào nên không tạo bản phát hành.")
    twice = [code for code, times in Counter(item.code for item in records).items() if times > 1]
    if twice:
        raise ReleaseError(f"Mã thủ tục bị trùng trong danh mục: {', '.join(sorted(twice)[:10])}.")


def publish(session: Session, release_id: int, *, by: str | None = None) -> ReleaseInfo:
    """Make a release the published one. Publishing the published release changes nothing.

    Raises:
        ReleaseError: there is no such release.
    """
    release = _release(session, release_id)
    state = _lock(session)
    if state.published_release_id != release_id:
        _switch(session, state, release_id, Action.PUBLISH, by)
    return release_info(release)


def rollback(session: Session, *, by: str | None = None) -> ReleaseInfo:
    """Publish again what was published before the present release.

    Raises:
        ReleaseError: nothing was published before.
    """
    state = _lock(session)
    if state.previous_release_id is None:
        raise ReleaseError("Không có bản phát hành nào trước đó để quay lại.")
    release = _release(session, state.previous_release_id)
    _switch(session, state, release.id, Action.ROLLBACK, by)
    return release_info(release)


def _switch(session: Session, state: CatalogueState, release_id: int, action: Action, by: str | None) -> None:
    moment = now()
    session.add(Publication(release_id=release_id, action=action, at=moment, by=by))
    session.flush()
    chain = _published_chain(session)
    state.published_release_id = release_id
    state.previous_release_id = chain[-2] if len(chain) > 1 else None
    state.published_at = moment
    session.flush()


def _published_chain(session: Session) -> list[int]:
    """Releases that a chain of rollbacks goes back through, the published one last."""
    chain: list[int] = []
    for entry in session.scalars(select(Publication).order_by(Publication.id)):
        if entry.action is Action.PUBLISH:
            chain.append(entry.release_id)
        else:
            chain.pop()
    return chain


def list_releases(session: Session) -> list[ListedRelease]:
    """All releases, the newest first."""
    published = published_release_id(session)
    rows = session.scalars(select(Release).order_by(Release.id.desc()))
    return [
        ListedRelease(release_info(row), row.created_at, row.imported_by, row.id == published) for row in rows
    ]


def publication_history(session: Session) -> list[PublicationEntry]:
    """Everything that was ever published or rolled back to, the newest first."""
    rows = session.scalars(select(Publication).order_by(Publication.id.desc()))
    return [PublicationEntry(row.release_id, row.action, row.at, row.by) for row in rows]


def published_release_id(session: Session) -> int | None:
    """Id of the published release, or None before the first publication."""
    return session.scalar(select(CatalogueState.published_release_id).where(CatalogueState.id == STATE_ID))


def read_release(session: Session, release_id: int) -> Catalogue:
    """Read a whole release.

    Raises:
        ReleaseError: there is no such release, or rows of it are missing.
    """
    release = release_info(_release(session, release_id))
    procedures = read_procedures(session, release_id)
    if len(procedures) != release.listed_count + release.no_longer_listed_count:
        raise ReleaseError(
            f"Bản phát hành {release_id} bị thiếu dữ liệu: có {len(procedures)} thủ tục trong cơ sở dữ liệu. "
            "Hãy nhập lại danh mục."
        )
    return Catalogue(release, procedures)


def published_release(session: Session) -> ReleaseInfo | None:
    """Describe the published release, or None before the first publication."""
    release_id = published_release_id(session)
    return release_info(_release(session, release_id)) if release_id is not None else None


def _release(session: Session, release_id: int) -> Release:
    release = session.get(Release, release_id)
    if release is None:
        raise ReleaseError(
            f"Không có bản phát hành số {release_id}. Xem danh sách bằng lệnh: tthc catalogue list"
        )
    return release


def _lock(session: Session) -> CatalogueState:
    """Take the state row for writing (and make it, the first time); others wait until the commit.

    Both statements write before anything is read, so that on SQLite the transaction starts as a
    writer and never has to turn from a reader into one, which would fail under concurrency.
    """
    insert = text("INSERT INTO catalogue_state (id, revision) VALUES (:id, 0) ON CONFLICT DO NOTHING")
    session.execute(insert, {"id": STATE_ID})
    session.execute(
        update(CatalogueState)
        .where(CatalogueState.id == STATE_ID)
        .values(revision=CatalogueState.revision + 1)
        .execution_options(synchronize_session=False)
    )
    return session.get_one(CatalogueState, STATE_ID, populate_existing=True)
