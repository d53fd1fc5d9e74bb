"""Accounts: made, changed, switched off, in the caller's transaction together with the audit log's entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.staff.audit import Actor, record
from knowledge.staff.models import FULL_NAME_CHARS, NAME_CHARS, Account
from knowledge.staff.passwords import check_password, first_password, hash_password, password_matches
from knowledge.staff.roles import load_roles
from knowledge.staff.sessions import end_all

ADMINISTRATOR = "administrator"
NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{1,{NAME_CHARS - 1}}}")


class AccountError(ValueError):
    """An account cannot be made or changed; ``reason`` names the sentence that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def account_name(text: str) -> str:
    """Return a name as it is kept: lower case, no spaces around."""
    return text.strip().lower()


def find_account(session: Session, name: str) -> Account | None:
    """Return the account of this name."""
    return session.scalar(sa.select(Account).where(Account.name == account_name(name)))


def get_account(session: Session, account_id: int) -> Account:
    """Return the account.

    Raises:
        AccountError: there is none.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise AccountError("unknown")
    return account


def list_accounts(session: Session) -> Sequence[Account]:
    """All accounts, active ones first."""
    return session.scalars(sa.select(Account).order_by(Account.is_active.desc(), Account.name)).all()


def has_accounts(session: Session) -> bool:
    """Tell whether anybody can sign in."""
    return session.scalar(sa.select(Account.id).limit(1)) is not None


def create_account(
    session: Session, actor: Actor, *, name: str, full_name: str, role: str
) -> tuple[Account, str]:
    """Make an account and return it with its first password, which is told once and kept nowhere.

    Raises:
        AccountError: the name is malformed or taken, the full name missing, the role unknown.
    """
    name, full_name = account_name(name), " ".join(full_name.split())
    if not NAME.fullmatch(name):
        raise AccountError("bad_name")
    _check(full_name, role)
    if find_account(session, name) is not None:
        raise AccountError("name_taken")
    password = first_password()
    account = Account(
        name=name,
        full_name=full_name,
        role=role,
        password_hash=hash_password(password),
        must_change_password=True,
        created_at=datetime.now(timezone.utc),
    )
    session.add(account)
    session.flush()
    record(session, actor, "users.create", f"account {account.id}", name=name, role=role)
    return account, password


def _check(full_name: str, role: str) -> None:
    if not full_name or len(full_name) > FULL_NAME_CHARS:
        raise AccountError("bad_full_name")
    if role not in load_roles().titles:
        raise AccountError("bad_role")


def change_account(
    session: Session, actor: Actor, account_id: int, *, full_name: str, role: str, is_active: bool
) -> Account:
    """Change who an account is and what it may do; its sessions end when it may do less or nothing.

    Raises:
        AccountError: unknown account or role, or no administrator would be left.
    """
    account = get_account(session, account_id)
    full_name = " ".join(full_name.split())
    _check(full_name, role)
    loses = account.role == ADMINISTRATOR and account.is_active and (role != ADMINISTRATOR or not is_active)
    if loses and not _other_administrator(session, account.id):
        raise AccountError("last_administrator")
    before = {"full_name": account.full_name, "role": account.role, "is_active": account.is_active}
    after = {"full_name": full_name, "role": role, "is_active": is_active}
    account.full_name, account.role, account.is_active = full_name, role, is_active
    if before["role"] != role or not is_active:
        end_all(session, account.id)
    changed = {name: f"{before[name]} → {value}" for name, value in after.items() if before[name] != value}
    record(session, actor, "users.change", f"account {account.id}", **changed)
    return account


def _other_administrator(session: Session, account_id: int) -> bool:
    query = sa.select(Account.id).where(
        Account.role == ADMINISTRATOR, Account.is_active.is_(True), Account.id != account_id
    )
    return session.scalar(query.limit(1)) is not None


def reset_password(
    session: Session, actor: Actor, account_id: int, *, keep_second_factor: bool = False
) -> str:
    """Give an account a new first password, unlock it and end its sessions; return the password.

    Raises:
        AccountError: there is no such account.
    """
    account = get_account(session, account_id)
    password = first_password()
    account.password_hash = hash_password(password)
    account.must_change_password = True
    account.failures, account.locked_until = 0, None
    if not keep_second_factor:
        account.totp_sealed, account.totp_step = None, 0
    end_all(session, account.id)
    record(
        session, actor, "users.reset_password", f"account {account.id}", second_factor_kept=keep_second_factor
    )
    return password


def change_password(session: Session, actor: Actor, account_id: int, *, present: str, wanted: str) -> None:
    """Change one's own password; every session ends, also the one it is changed in.

    Raises:
        AccountError: the present password is wrong, or the new one is the present one.
        WeakPasswordError: the new one is easily guessed.
    """
    account = get_account(session, account_id)
    if not password_matches(account.password_hash, present):
        raise AccountError("wrong_password")
    if present == wanted:
        raise AccountError("same_password")
    check_password(wanted, account.name)
    account.password_hash = hash_password(wanted)
    account.must_change_password = False
    end_all(session, account.id)
    record(session, actor, "own.change_password", f"account {account.id}")
