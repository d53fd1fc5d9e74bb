"""Signatures of Zalo's webhooks and of our calls.

A webhook carries ``X-ZEvent-Signature: mac=<hex>`` with the plain SHA-256 (no HMAC) of application id, raw
body, the body's timestamp and a secret, one after the other (Zalo's Java SDK, ``MacUtils.buildMac``).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

HEADER = "X-ZEvent-Signature"


def event_mac(sender_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Return the signature of a webhook as 64 hex digits."""
    return hashlib.sha256(sender_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def is_signed(given: str, body: bytes, timestamp: str, ids: Iterable[str], secrets: Iterable[str]) -> bool:
    """Tell whether ``given`` (with or without ``mac=``) signs the body with one of the ids and secrets.

    Every combination is compared in constant time, whether or not an earlier one fitted.
    """
    mac = given.strip().lower().removeprefix("mac=").encode("utf-8", "replace")
    fits = False
    for secret in secrets:
        for one in ids:
            expected = event_mac(one, body, timestamp, secret).encode()
            fits = hmac.compare_digest(mac, expected) or fits
    return fits


def appsecret_proof(access_token: str, app_secret: str) -> str:
    """Return the header that proves that a call comes from the app itself (HMAC-SHA256)."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
