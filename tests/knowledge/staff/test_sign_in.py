"""Signing in: lock-out, second factor, sessions that end; the audit log tells of each."""

from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from knowledge.database.paging import read_cursor
from knowledge.staff.accounts import change_account, reset_password
from knowledge.staff.audit import AuditFilter, entries, record
from knowledge.staff.models import Account, AuditEntry, StaffSession
from knowledge.staff.second_factor import new_secret, used_step
from knowledge.staff.sessions import end_session, find_session
from knowledge.staff.sign_in import Step, try_code, try_password
from tests.knowledge.staff.conftest import BY, NOW, PASSWORD, RULES


def attempt(sessions, password=PASSWORD, name="lan", now=NOW):
    with sessions.begin() as session:
        return try_password(session, RULES, name=name, password=password, address="192.0.2.7", now=now)


def who(sessions, token, now):
    with sessions.begin() as session:
        return find_session(session, token, now, RULES.lifetime)


def test_the_right_password_opens_a_session_of_its_own_each_time(sqlite_sessions, account):
    first, second = attempt(sqlite_sessions, name=" LAN "), attempt(sqlite_sessions)
    assert first.step is second.step is Step.SIGNED_IN
    assert first.token != second.token
    assert who(sqlite_sessions, first.token, NOW).full_name == "Nguyễn Thị Lan"


def test_the_database_does_not_hold_the_token(sqlite_sessions, account):
    token = attempt(sqlite_sessions).token
    with sqlite_sessions() as session:
        assert token not in session.scalars(sa.select(StaffSession.token_hash)).all()


def test_three_mistakes_lock_the_account_even_for_the_right_password(sqlite_sessions, account):
    for _ in range(RULES.lock_out.failures):
        assert attempt(sqlite_sessions, "wrong").step is Step.REFUSED
    assert attempt(sqlite_sessions).step is Step.REFUSED
    later = NOW + RULES.lock_out.pause + timedelta(seconds=1)
    assert attempt(sqlite_sessions, now=later).step is Step.SIGNED_IN


def test_a_success_forgets_the_mistakes_before_it(sqlite_sessions, account):
    for password in ("wrong", "wrong", PASSWORD, "wrong", "wrong"):
        attempt(sqlite_sessions, password)
    assert attempt(sqlite_sessions).step is Step.SIGNED_IN


def test_nobody_and_the_inactive_are_refused_alike(sqlite_sessions, account):
    with sqlite_sessions.begin() as session:
        session.execute(sa.update(Account).values(is_active=False))
    assert attempt(sqlite_sessions) == attempt(sqlite_sessions, name="nobody")


def test_a_session_ends_after_rest_and_after_a_day(sqlite_sessions, account):
    token = attempt(sqlite_sessions).token
    assert who(sqlite_sessions, token, NOW + timedelta(minutes=29))
    assert who(sqlite_sessions, token, NOW + timedelta(minutes=58)), "use prolongs it"
    assert who(sqlite_sessions, token, NOW + timedelta(minutes=89)) is None
    token = attempt(sqlite_sessions).token
    for minutes in range(0, 600, 20):
        assert who(sqlite_sessions, token, NOW + timedelta(minutes=minutes))
    assert who(sqlite_sessions, token, NOW + timedelta(hours=10)) is None


def test_signing_out_a_reset_and_another_role_end_sessions(sqlite_sessions, account):
    token = attempt(sqlite_sessions).token
    with sqlite_sessions.begin() as session:
        end_session(session, token)
    assert who(sqlite_sessions, token, NOW) is None
    token = attempt(sqlite_sessions).token
    with sqlite_sessions.begin() as session:
        session.add(
            Account(name="other", full_name="x", role="administrator", password_hash="", created_at=NOW)
        )
        session.flush()
        change_account(session, BY, account.id, full_name="Lan", role="viewer", is_active=True)
    assert who(sqlite_sessions, token, NOW) is None
    token = attempt(sqlite_sessions).token
    with sqlite_sessions.begin() as session:
        new = reset_password(session, BY, account.id)
    assert who(sqlite_sessions, token, NOW) is None
    assert attempt(sqlite_sessions).step is Step.REFUSED
    assert who(sqlite_sessions, attempt(sqlite_sessions, new).token, NOW).must_change_password


def test_the_second_factor_is_asked_for_and_a_code_is_good_once(sqlite_sessions, account, sealer):
    secret = new_secret()
    with sqlite_sessions.begin() as session:
        session.get_one(Account, account.id).totp_sealed = sealer.seal(secret)
    asked = attempt(sqlite_sessions)
    assert asked.step is Step.NEEDS_CODE
    assert asked.token is None
    code = pyotp.TOTP(secret).at(NOW)

    def give(code, now=NOW):
        with sqlite_sessions.begin() as session:
            return try_code(
                session, RULES, sealer, account_id=account.id, code=code, address="", now=now
            ).step

    assert give(code[:-1]) is Step.REFUSED
    assert give(code) is Step.SIGNED_IN
    assert give(code) is Step.REFUSED, "a code is used once"
    assert give(pyotp.TOTP(secret).at(NOW + timedelta(seconds=30))) is Step.SIGNED_IN


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code_is_none(code):
    assert used_step(new_secret(), code, NOW, 0) is None


def test_a_code_of_long_ago_is_refused():
    secret = new_secret()
    assert used_step(secret, pyotp.TOTP(secret).at(NOW - timedelta(minutes=2)), NOW, 0) is None


def test_refusals_are_in_the_log_without_the_password(sqlite_sessions, account):
    attempt(sqlite_sessions, "not-the-password")
    with sqlite_sessions() as session:
        page = entries(session, AuditFilter(action="sign_in.refused"))
        assert [entry.detail for entry in page.rows] == [{"reason": "password"}]
        every = "".join(str(entry.detail) for entry in session.scalars(sa.select(AuditEntry)))
    assert "not-the-password" not in every


@pytest.mark.parametrize("change", [sa.delete(AuditEntry), sa.update(AuditEntry).values(actor="nobody")])
def test_the_log_is_never_changed(sessions, change):
    with sessions.begin() as session:
        record(session, BY, "users.create", "account 1")
    with pytest.raises(DBAPIError, match="never changed"), sessions.begin() as session:
        session.execute(change)


def test_pages_of_the_log_hold_every_entry_once(sqlite_sessions):
    with sqlite_sessions.begin() as session:
        for number in range(7):
            record(session, BY, "notices.add", f"notice {number}")
    seen, cursor = [], None
    with sqlite_sessions() as session:
        while True:
            page = entries(session, AuditFilter(), cursor, rows=3)
            seen += [entry.subject for entry in page.rows]
            if page.next is None:
                break
            cursor = read_cursor(page.next)
    assert seen == [f"notice {number}" for number in reversed(range(7))]
