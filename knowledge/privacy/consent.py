"""What citizens were told and agreed to, by version of the wording; in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.privacy.models import Consent
from knowledge.yaml_fields import read_mapping

DATA = Path(__file__).parent / "data" / "consent.yml"
NOTICE, CONTACT = "notice", "contact"
"""Purposes: the notice of first contact; that officers see the talk and answer in it."""
_COLUMNS = Consent.__table__.c
_TOLD = sa.select(_COLUMNS.origin).where(
    _COLUMNS.conversation_id == sa.bindparam("conversation_id"),
    _COLUMNS.purpose == NOTICE,
    _COLUMNS.version == sa.bindparam("version"),
)
_TELL = sa.insert(Consent)
"""Statements of every first answer, built once."""


@lru_cache(maxsize=1)
def notice_version() -> str:
    """Return the version of the notice and the purposes."""
    return _read()[0]


@lru_cache(maxsize=1)
def purposes() -> dict[str, str]:
    """Return what can be agreed to, in the words citizens read."""
    return _read()[1]


def note_notice(session: Session, conversation_id: int, origin: str, now: datetime) -> bool:
    """Tell whether the answer to message ``origin`` carries the notice: the first one does, also again."""
    told = {"conversation_id": conversation_id, "version": notice_version()}
    first: str | None = session.scalar(_TOLD, told)
    if first is not None:
        return first == origin
    row = {**told, "purpose": NOTICE, "given": None, "origin": origin, "created_at": now}
    session.connection().execute(_TELL, row)
    return True


def record_consent(session: Session, conversation_id: int, purpose: str, origin: str, now: datetime) -> None:
    """Write that the citizen agreed to a purpose by a tap of their own.

    Raises:
        KeyError: there is no such purpose.
    """
    if purpose not in purposes():
        raise KeyError(purpose)
    found = _find(session, conversation_id, purpose)
    if found is None:
        _agree(session, conversation_id, purpose, origin, now)
    elif found.withdrawn_at is not None:
        found.given, found.withdrawn_at, found.origin, found.created_at = True, None, origin, now


def withdraw_consent(session: Session, conversation_id: int, now: datetime) -> int:
    """Take back what a citizen agreed to; return how many purposes."""
    own = sa.update(Consent).where(
        Consent.conversation_id == conversation_id, Consent.given.is_(True), Consent.withdrawn_at.is_(None)
    )
    return int(session.execute(own.values(withdrawn_at=now)).rowcount)  # type: ignore[attr-defined]


def consents_of(session: Session, conversation_id: int) -> list[Consent]:
    """Return what a conversation was told and agreed to."""
    query = sa.select(Consent).where(Consent.conversation_id == conversation_id).order_by(Consent.id)
    return list(session.scalars(query))


def _find(session: Session, conversation_id: int, purpose: str) -> Consent | None:
    return session.scalar(
        sa.select(Consent).where(
            Consent.conversation_id == conversation_id,
            Consent.purpose == purpose,
            Consent.version == notice_version(),
        )
    )


def _agree(session: Session, conversation_id: int, purpose: str, origin: str, now: datetime) -> None:
    session.add(
        Consent(
            conversation_id=conversation_id,
            purpose=purpose,
            version=notice_version(),
            given=True,
            origin=origin,
            created_at=now,
        )
    )
    session.flush()


def _read() -> tuple[str, dict[str, str]]:
    content = read_mapping(DATA)
    version = content.text("version")
    known = {fields.text("id"): fields.text("name") for fields in content.entries("purposes")}
    content.refuse_unknown()
    return version, known
