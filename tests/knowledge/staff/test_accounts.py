"""Accounts and passwords: what is refused, and that somebody can always administer."""

import pytest

from knowledge.staff.accounts import AccountError, change_account, change_password, create_account
from knowledge.staff.passwords import WeakPasswordError, check_password, hash_password, password_matches
from knowledge.staff.roles import load_roles
from tests.knowledge.staff.conftest import BY, PASSWORD


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ngan-qua", "short"),
        ("x" * 129, "long"),
        ("hoang-hoa-2026", "name"),
        ("aaaabbbbcccc", "simple"),
        ("MatKhau@123456", "common"),
        ("congthuong2026!", "common"),
    ],
)
def test_passwords_easily_guessed_are_refused(password, reason):
    with pytest.raises(WeakPasswordError) as caught:
        check_password(password, "hoang")
    assert caught.value.reason == reason


def test_a_long_sentence_is_a_good_password():
    check_password("bác ba đi chợ từ năm giờ sáng", "hoang")


def test_hashes_are_argon2id_and_salted():
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert password_matches(first, PASSWORD)
    assert not password_matches(first, PASSWORD + " ")
    assert not password_matches(None, PASSWORD)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": "x"}, "bad_name"),
        ({"name": "bà ba"}, "bad_name"),
        ({"name": "<script>"}, "bad_name"),
        ({"name": "LAN"}, "name_taken"),
        ({"full_name": "  "}, "bad_full_name"),
        ({"role": "root"}, "bad_role"),
    ],
)
def test_accounts_that_are_not_made(sqlite_sessions, account, changed, reason):
    fields = {"name": "hoa", "full_name": "Trần Thị Hoa", "role": "officer", **changed}
    with sqlite_sessions.begin() as session, pytest.raises(AccountError) as caught:
        create_account(session, BY, **fields)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("role", "is_active"), [("viewer", True), ("administrator", False)])
def test_the_last_administrator_stays(sqlite_sessions, account, role, is_active):
    with sqlite_sessions.begin() as session, pytest.raises(AccountError) as caught:
        change_account(session, BY, account.id, full_name="Lan", role=role, is_active=is_active)
    assert caught.value.reason == "last_administrator"


@pytest.mark.parametrize(
    ("present", "wanted", "reason"),
    [("wrong", "mot-mat-khau-moi-99", "wrong_password"), (PASSWORD, PASSWORD, "same_password")],
)
def test_own_password_changes_that_are_refused(sqlite_sessions, account, present, wanted, reason):
    with sqlite_sessions.begin() as session, pytest.raises(AccountError) as caught:
        change_password(session, BY, account.id, present=present, wanted=wanted)
    assert caught.value.reason == reason


def test_every_permission_has_an_administrator_and_unknown_roles_have_none():
    roles = load_roles()
    assert all(roles.allows("administrator", name) for name in roles.permissions)
    assert not any(roles.allows("nobody", name) for name in roles.permissions)
