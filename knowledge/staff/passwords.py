"""Passwords: hashed with argon2id (RFC 9106), long rather than complicated (NIST SP 800-63B, 5.1.1)."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

import yaml
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

MIN_CHARS = 12
MAX_CHARS = 128
WORDS = Path(__file__).with_name("weak_passwords.yml")
HASHER = PasswordHasher()


class WeakPasswordError(ValueError):
    """It is easily guessed: ``reason`` is ``short``, ``long``, ``name``, ``simple`` or ``common``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_password(password: str, account_name: str) -> None:
    """Refuse a password that is easily guessed.

    Raises:
        WeakPasswordError: it is.
    """
    plain = password.casefold()
    if len(password) < MIN_CHARS:
        raise WeakPasswordError("short")
    if len(password) > MAX_CHARS:
        raise WeakPasswordError("long")
    if account_name.casefold() in plain:
        raise WeakPasswordError("name")
    if len(set(plain)) < 6:
        raise WeakPasswordError("simple")
    if any(plain.startswith(word) for word in _common()):
        raise WeakPasswordError("common")


@cache
def _common() -> tuple[str, ...]:
    return tuple(str(word) for word in yaml.safe_load(WORDS.read_text(encoding="utf-8")))


def hash_password(password: str) -> str:
    """Return the hash to keep; takes about 50 ms and 64 MiB."""
    return HASHER.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Compare; without a hash (no such account) it takes as long and is False."""
    try:
        matches = HASHER.verify(password_hash or _nobody(), password[: MAX_CHARS + 1])
    except (Argon2Error, InvalidHashError):
        return False
    return matches and password_hash is not None


def first_password() -> str:
    """Make a password that is said once and changed at the first sign-in."""
    return secrets.token_urlsafe(12)


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe(16))
