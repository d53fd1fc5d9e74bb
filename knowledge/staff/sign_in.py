"""Signing in: password, then the second factor if the account has one; too many mistakes lock the account.

Every failure gives the same answer, whether the name, the password, a lock or a switched-off account is the
reason, so that nobody learns which accounts exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.privacy.sealing import Sealer
from knowledge.staff.accounts import account_name, find_account, get_account
from knowledge.staff.audit import Actor, record
from knowledge.staff.models import Account
from knowledge.staff.passwords import password_matches
from knowledge.staff.second_factor import used_step
from knowledge.staff.sessions import Lifetime, open_session


@dataclass(frozen=True)
class LockOut:
    """After how many mistakes in a row an account is locked, and for how long."""

    failures: int
    pause: timedelta


class Step(str, Enum):
    """How an attempt ended."""

    REFUSED = "refused"
    NEEDS_CODE = "needs_code"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True)
class Attempt:
    """The outcome of an attempt: ``token`` of the new session once signed in."""

    step: Step
    account_id: int | None = None
    token: str | None = None


REFUSED = Attempt(Step.REFUSED)


@dataclass(frozen=True)
class SignInRules:
    """What the settings say of signing in."""

    lock_out: LockOut
    lifetime: Lifetime


def try_password(
    session: Session, rules: SignInRules, *, name: str, password: str, address: str, now: datetime
) -> Attempt:
    """Check a name and password."""
    account = find_account(session, name)
    actor = Actor(account.id if account else None, account_name(name), address)
    matches = password_matches(account.password_hash if account else None, password)
    if account is None:
        record(session, actor, "sign_in.refused", reason="unknown")
        return REFUSED
    if _is_barred(account, now):
        record(session, actor, "sign_in.refused", reason="locked" if account.is_active else "inactive")
        return REFUSED
    if not matches:
        return _fail(session, account, actor, rules.lock_out, now, "password")
    if account.totp_sealed is not None:
        return Attempt(Step.NEEDS_CODE, account.id)
    return _succeed(session, account, actor, rules.lifetime, now)


def try_code(
    session: Session,
    rules: SignInRules,
    sealer: Sealer,
    *,
    account_id: int,
    code: str,
    address: str,
    now: datetime,
) -> Attempt:
    """Check the code of the second factor of an account whose password was right."""
    account = get_account(session, account_id)
    actor = Actor(account.id, account.name, address)
    if _is_barred(account, now):
        record(session, actor, "sign_in.refused", reason="locked" if account.is_active else "inactive")
        return REFUSED
    secret = sealer.open(account.totp_sealed) if account.totp_sealed else None
    step = used_step(secret, code, now, account.totp_step) if secret else None
    if step is None:
        return _fail(session, account, actor, rules.lock_out, now, "code")
    taken = session.execute(
        sa.update(Account).where(Account.id == account.id, Account.totp_step < step).values(totp_step=step)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]  # another request used the code meanwhile
        return REFUSED
    return _succeed(session, account, actor, rules.lifetime, now)


def _is_barred(account: Account, now: datetime) -> bool:
    return not account.is_active or (account.locked_until is not None and account.locked_until > now)


def _fail(
    session: Session, account: Account, actor: Actor, lock_out: LockOut, now: datetime, reason: str
) -> Attempt:
    failures = session.scalar(
        sa.update(Account)
        .where(Account.id == account.id)
        .values(failures=Account.failures + 1)
        .returning(Account.failures)
    )
    record(session, actor, "sign_in.refused", f"account {account.id}", reason=reason)
    if failures is not None and failures >= lock_out.failures:
        session.execute(
            sa.update(Account)
            .where(Account.id == account.id)
            .values(failures=0, locked_until=now + lock_out.pause)
        )
        record(session, actor, "sign_in.locked", f"account {account.id}")
    return REFUSED


def _succeed(session: Session, account: Account, actor: Actor, lifetime: Lifetime, now: datetime) -> Attempt:
    account.failures, account.locked_until, account.signed_in_at = 0, None, now
    token = open_session(session, account.id, now, lifetime)
    record(session, actor, "sign_in.done", f"account {account.id}")
    return Attempt(Step.SIGNED_IN, account.id, token)
