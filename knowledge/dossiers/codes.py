"""Dossier codes as citizens give them: read tolerantly, and what is wrong with one said exactly.

``<agency>-<day>-<serial>``: agency identifiers are of QĐ 20/2020/QĐ-TTg (``H27.12``; ministries ``G…``) or of
the older QCVN 102:2016 (``000.00.12.H27``); the day is yymmdd, in some ministries yyyymmdd; the serial
has four digits, six or seven at ministries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from urllib.parse import unquote

from knowledge.text.codes import find_dossier_codes, find_dossier_tails, find_procedure_codes, unify_dashes
from knowledge.text.normalise import fold

SERIAL_SHOWN = 4
MOST_CHARS = 500
"""More is not read: no slip or QR code holds as much."""
_CLOCKS_DIFFER = timedelta(days=1)


class Fault(str, Enum):
    """What is wrong with something that was meant as a dossier code."""

    NO_SUCH_DAY = "no_such_day"
    FUTURE_DAY = "future_day"
    DAY_LENGTH = "day_length"
    AGENCY = "agency"
    SERIAL_MISSING = "serial_missing"
    SERIAL_LENGTH = "serial_length"
    ONLY_DIGITS = "only_digits"
    PROCEDURE_CODE = "procedure_code"
    PERSONAL_NUMBER = "personal_number"


@dataclass(frozen=True)
class CodeFault:
    """A faulty code: the reason, and the part of it that is wrong (never a number of a person)."""

    reason: Fault
    part: str = ""


@dataclass(frozen=True)
class DossierCode:
    """A well-formed code; without ``agency`` only its end was given."""

    agency: str
    day: str
    serial: str

    @property
    def text(self) -> str:
        """The code as systems write it."""
        return f"{self.agency}-{self.day}-{self.serial}" if self.agency else self.tail

    @property
    def tail(self) -> str:
        """Day and serial in one form, with a year of two digits."""
        return f"{self.day[-6:]}-{self.serial}"

    @property
    def is_whole(self) -> bool:
        """Whether the agency was given too."""
        return bool(self.agency)

    @property
    def shown(self) -> str:
        """What may be repeated to the citizen and stored with a reply."""
        return f"…-{self.serial[-SERIAL_SHOWN:]}"


_PARTS = re.compile(r"(?:(.*)-)?(\d{6}|\d{8})-(\d{4,7})")
_NEAR = re.compile(
    r"(?<![0-9A-Z.-])(?P<agency>[A-Z]{0,2}\d{2,3}(?:\.[0-9A-Z]{2,3}){0,4})\s*-\s*(?P<day>\d{3,10})"
    r"(?:\s*-\s*(?P<serial>\d{0,12}))?(?![0-9A-Z])"
)
_AGENCY = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|[GH]\d{2}(?:\.[0-9A-Z]{2,3}){0,4}")
_TAIL_OF_NO_DAY = re.compile(r"(?<![\w./-])(\d{6}|\d{8})\s*-\s*(\d{4,7})(?![\w-])")
_DIGITS = re.compile(r"\W*(?:(?:ma|so)\s+(?:ho so|hs|bien nhan)?\W*)?\d{1,8}\W*")
_MASKED = re.compile(r"\[số (?:điện thoại|giấy tờ)\]")


def read_code(text: str, today: date) -> DossierCode | CodeFault | None:
    """Read the dossier code in what a citizen typed or a QR code held.

    Returns None when nothing in it was meant as a code. ``today`` is the day in Vietnam.
    """
    given = unquote(text[:MOST_CHARS])
    spans = find_dossier_codes(given) or find_dossier_tails(given)
    if spans:
        return _checked(spans[0].code, today)
    return _fault(unify_dashes(given).upper(), today)


def parse_code(code: str) -> DossierCode:
    """Split a code that systems wrote (register, remote systems).

    Raises:
        ValueError: it has not the form of a dossier code.
    """
    found = find_dossier_codes(code)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(code)):
        raise ValueError("not a dossier code")
    return _split(found[0].code)


def day_of(code: DossierCode) -> date | None:
    """Return the day of reception that the code names, None when there is no such day."""
    written = code.day if len(code.day) == 8 else f"20{code.day}"
    try:
        return datetime.strptime(written, "%Y%m%d").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return None


def _split(code: str) -> DossierCode:
    match = _PARTS.fullmatch(code)
    if match is None:
        raise ValueError("not a dossier code")
    return DossierCode(match[1] or "", match[2], match[3])


def _checked(code: str, today: date) -> DossierCode | CodeFault:
    parts = _split(code)
    day = day_of(parts)
    if day is None:
        return CodeFault(Fault.NO_SUCH_DAY, parts.day)
    if day > today + _CLOCKS_DIFFER:
        return CodeFault(Fault.FUTURE_DAY, parts.day)
    return parts


def _fault(given: str, today: date) -> CodeFault | None:
    near = _NEAR.search(given)
    if near is not None:
        return _fault_of_parts(near["agency"], near["day"], near["serial"], today)
    tail = _TAIL_OF_NO_DAY.search(given)
    if tail is not None:
        return CodeFault(Fault.NO_SUCH_DAY, tail[1])
    if _MASKED.search(given.lower()):
        return CodeFault(Fault.PERSONAL_NUMBER)
    procedures = find_procedure_codes(given)
    if procedures:
        return CodeFault(Fault.PROCEDURE_CODE, procedures[0].code)
    if _DIGITS.fullmatch(fold(given)):
        return CodeFault(Fault.ONLY_DIGITS)
    return None


def _fault_of_parts(agency: str, day: str, serial: str | None, today: date) -> CodeFault | None:
    if not _AGENCY.fullmatch(agency):
        return CodeFault(Fault.AGENCY, agency) if serial else None
    if len(day) not in {6, 8}:
        return CodeFault(Fault.DAY_LENGTH, day)
    checked = _checked(f"{agency}-{day}-0000", today)
    if isinstance(checked, CodeFault):
        return checked
    return CodeFault(Fault.SERIAL_LENGTH, serial) if serial else CodeFault(Fault.SERIAL_MISSING)
