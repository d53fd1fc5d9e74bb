"""The optional second factor: codes of an authenticator app that change every 30 s (TOTP, RFC 6238)."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A phone's clock may be off by this many steps."""


def new_secret() -> str:
    """Make a secret for one account."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, account_name: str, issuer: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account_name, issuer_name=issuer)


def used_step(secret: str, code: str, now: datetime, after_step: int) -> int | None:
    """Return the time step that ``code`` belongs to, or None: wrong, too old, or used before."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 6):
        return None
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        expected = totp.at(step * STEP_SECONDS)
        if step > after_step and hmac.compare_digest(expected, digits):
            return step
    return None
