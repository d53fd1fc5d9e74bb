"""The second factor: last four digits of the registered phone or identity number, as keyed hashes only.

Personal Data Protection Law 91/2025/QH15 art. 15.2: another person's data only with consent, so a code that
is printed on a slip is no proof.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable

from knowledge.dossiers.codes import DossierCode
from knowledge.privacy.sealing import Sealer

DIGITS = 4
_DIGIT = re.compile(r"\d", re.ASCII)


def last_digits(number: object) -> str | None:
    """Return the last four digits of a phone or identity number, None when it has fewer than eight.

    Numbers of tax payers end in ``-001`` for branches: those three are left out.
    """
    text = re.sub(r"-\d{3}$", "", str(number or "").strip())
    digits = "".join(_DIGIT.findall(text))
    return digits[-DIGITS:] if len(digits) >= 8 else None


def factor_hash(sealer: Sealer, code: DossierCode, digits: str) -> str:
    """Return the keyed hash of the digits; it differs from dossier to dossier."""
    return sealer.hash("dossier-factor", f"{code.tail}\0{digits}")


def code_hash(sealer: Sealer, code: DossierCode) -> str:
    """Return the keyed hash by which failures and subscriptions know a dossier.

    It is the end's, so that the whole code and its end alone count together.
    """
    return sealer.hash("dossier", code.tail)


def matches(given: str, known: Iterable[str]) -> bool:
    """Tell whether the hash given is one of those known, in a time that does not tell which."""
    found = False
    for one in known:
        found |= hmac.compare_digest(given, one)
    return found
