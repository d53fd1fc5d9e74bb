"""An administrator, rules and a sealer for tests of the staff room."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from knowledge.database.engine import SessionFactory
from knowledge.privacy.sealing import Sealer
from knowledge.staff.accounts import change_password, create_account
from knowledge.staff.audit import Actor
from knowledge.staff.models import Account
from knowledge.staff.sessions import Lifetime
from knowledge.staff.sign_in import LockOut, SignInRules

PASSWORD = "mua-thu-ha-noi-2026"
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=timezone.utc)
RULES = SignInRules(
    LockOut(failures=3, pause=timedelta(minutes=15)),
    Lifetime(idle=timedelta(minutes=30), whole=timedelta(hours=10)),
)
BY = Actor(None, "test")


@pytest.fixture
def sealer() -> Sealer:
    return Sealer("a secret of more than thirty-two characters")


@pytest.fixture(autouse=True)
def _quick(quick_hashing: None) -> None:
    """No test here is about the cost of hashing."""


@pytest.fixture
def account(sqlite_sessions: SessionFactory) -> Account:
    """An administrator who has chosen a password."""
    with sqlite_sessions.begin() as session:
        made, first = create_account(
            session, BY, name="Lan", full_name="Nguyễn Thị Lan", role="administrator"
        )
        change_password(session, BY, made.id, present=first, wanted=PASSWORD)
        return made
