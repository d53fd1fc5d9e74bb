"""From a system's texts to the fields of a view: dates, factors, rows that stand twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.connectors.base import RemoteError
from knowledge.dossiers.importing.values import read_moment
from knowledge.dossiers.records import Ambiguous, Answer, Found, NotFound
from knowledge.dossiers.verification import factor_hash, last_digits
from knowledge.privacy.sealing import Sealer
from knowledge.text.codes import find_dossier_codes
from knowledge.text.masking import mask_personal_data
from knowledge.text.normalise import clean

LONGEST_TEXT = 1_000


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list that a system sent.

    Raises:
        RemoteError: it sent something else.
    """
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise RemoteError("expected a list of dossiers")
    return value


def part(item: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object within an object, empty when it is not there."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Return a short text; numbers of persons in it are masked."""
    return mask_personal_data(clean(str(value)))[:LONGEST_TEXT] if isinstance(value, str | int) else ""


def moment(value: object, *, ends_day: bool = False) -> datetime | None:
    """Return a moment, None when there is none or it cannot be read: better no date than a wrong one."""
    try:
        return read_moment(value, ends_day=ends_day)
    except (ValueError, OverflowError):
        return None


def is_code(value: object, code: DossierCode) -> bool:
    """Tell whether a system's text is this code and no longer one."""
    spans = find_dossier_codes(str(value or "").strip())
    return len(spans) == 1 and spans[0].code == code.text


def factors(sealer: Sealer, code: DossierCode, numbers: Iterable[object]) -> frozenset[str]:
    """Return the keyed hashes of the last digits of phones and identity numbers."""
    digits = (last_digits(number) for number in numbers)
    return frozenset(factor_hash(sealer, code, one) for one in digits if one)


def only_one(found: Sequence[Found]) -> Answer:
    """Return the one dossier meant: rows that stand twice are one, in doubt the first (newest) row.

    Rows of one code about different procedures are not one dossier.
    """
    if not found:
        return NotFound()
    procedures = {one.view.procedure_code or one.view.procedure_name for one in found}
    return found[0] if len(procedures) == 1 else Ambiguous(tuple(found))
