"""Sessions of signed-in officers: opened with a new token, ended after rest, after a day or by hand."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.staff.models import Account, StaffSession

TOUCH = timedelta(seconds=60)
"""How exactly it is known when a session was last used: reading a page seldom writes."""


@dataclass(frozen=True)
class Lifetime:
    """How long a session lives: unused, and at most."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True)
class SignedIn:
    """Who works in a session."""

    id: int
    name: str
    full_name: str
    role: str
    must_change_password: bool
    has_second_factor: bool


def token_hash(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_token() -> str:
    """Make an unguessable token (256 bits)."""
    return secrets.token_urlsafe(32)


def open_session(session: Session, account_id: int, now: datetime, lifetime: Lifetime) -> str:
    """Open a session and return its token; sessions that have ended are cleared away."""
    session.execute(
        sa.delete(StaffSession).where(
            sa.or_(StaffSession.created_at < now - lifetime.whole, StaffSession.seen_at < now - lifetime.idle)
        )
    )
    token = new_token()
    session.add(
        StaffSession(token_hash=token_hash(token), account_id=account_id, created_at=now, seen_at=now)
    )
    return token


def find_session(
    session: Session, token: str, now: datetime, lifetime: Lifetime, *, is_use: bool = True
) -> SignedIn | None:
    """Return who is signed in with ``token``, or None when nobody is any more.

    A page that asks by itself is no use (``is_use``): it keeps nobody signed in.
    """
    row = session.execute(
        sa.select(StaffSession, Account).join(Account).where(StaffSession.token_hash == token_hash(token))
    ).one_or_none()
    if row is None:
        return None
    found, account = row
    has_ended = found.created_at + lifetime.whole <= now or found.seen_at + lifetime.idle <= now
    if has_ended or not account.is_active:
        return None
    if is_use and now - found.seen_at >= TOUCH:
        found.seen_at = now
    return SignedIn(
        account.id,
        account.name,
        account.full_name,
        account.role,
        account.must_change_password,
        account.totp_sealed is not None,
    )


def end_session(session: Session, token: str) -> None:
    """End the session of ``token``."""
    session.execute(sa.delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))


def end_all(session: Session, account_id: int) -> None:
    """End every session of an account."""
    session.execute(sa.delete(StaffSession).where(StaffSession.account_id == account_id))
