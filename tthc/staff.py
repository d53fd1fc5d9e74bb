"""What `tthc staff` does."""

from __future__ import annotations

from knowledge.database.engine import SessionFactory, open_engine, session_factory
from knowledge.database.migrate import upgrade
from knowledge.settings import read_settings
from knowledge.staff.accounts import (
    ADMINISTRATOR,
    AccountError,
    create_account,
    find_account,
    list_accounts,
    reset_password,
)
from knowledge.staff.audit import COMMAND_LINE, Actor
from knowledge.staff.roles import load_roles
from tthc.errors import ExpectedError

PROBLEMS = {
    "bad_name": "the name has to be 2 to 40 lower-case letters without marks, digits, dots, dashes",
    "name_taken": "the name is taken: tthc staff reset-password gives its account a new password",
    "bad_full_name": "the full name is missing or too long",
    "unknown": "there is no account of this name: tthc staff list shows all",
}
BY = Actor(None, COMMAND_LINE)


def _sessions() -> SessionFactory:
    url = read_settings().database_url
    upgrade(url)
    return session_factory(open_engine(url))


def run_create_administrator(name: str, full_name: str) -> int:
    """Make an administrator and print the first password."""
    with _sessions().begin() as session:
        try:
            account, password = create_account(
                session, BY, name=name, full_name=full_name, role=ADMINISTRATOR
            )
        except AccountError as error:
            raise ExpectedError(PROBLEMS[error.reason]) from error
    _tell(account.name, password)
    return 0


def run_reset_password(name: str, *, keep_second_factor: bool) -> int:
    """Print a new first password of an account."""
    with _sessions().begin() as session:
        account = find_account(session, name)
        if account is None:
            raise ExpectedError(PROBLEMS["unknown"])
        password = reset_password(session, BY, account.id, keep_second_factor=keep_second_factor)
    _tell(account.name, password)
    return 0


def run_list() -> int:
    """Print the accounts."""
    titles = load_roles().titles
    with _sessions()() as session:
        for account in list_accounts(session):
            state = "" if account.is_active else " (off)"
            print(f"{account.name}\t{titles.get(account.role, account.role)}\t{account.full_name}{state}")
    return 0


def _tell(name: str, password: str) -> None:
    print(f"Account: {name}")
    print(f"First password (shown only now, to be changed at the first sign-in): {password}")
