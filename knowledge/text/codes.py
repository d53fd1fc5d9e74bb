"""Codes in running text: of national procedures, of dossiers and of cases, never confused with each other.

Procedure codes: ``1.005129`` or with an agency suffix ``3.000181.000.00.00.H22``. Dossier codes: agency
identifier, date, serial (``H27.12-230412-0001``, older ``000.00.12.H27-230412-0001``; QĐ 20/2020/QĐ-TTg,
the older form QCVN 102:2016).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PROCEDURE = re.compile(
    r"(?<![\w.,])([1-9])[.,]\s?(\d{6})(?:[.](?:\d{3}\.\d{2}\.\d{2}\.[GHgh]\d{2}))?(?![\d]|[.,]\d)"
)
_DOSSIER = re.compile(
    r"(?<![0-9A-Za-z.])((?:\d{3}\.\d{2}\.\d{2}\.[GHgh]\d{2})|(?:[GHgh]\d{2}(?:\s?\.\s?[0-9A-Za-z]{2,3}){0,4}))"
    r"(?:\s*[-_]\s*|\s+)(\d{8}|\d{6})(?:\s*[-_]\s*|\s+)(\d{4,7})(?!\d)"
)
_TAIL = re.compile(
    r"(?<![\w./-])((?:20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))\s*[-_]\s*(\d{4,7})(?!\d)"
)


_CASE = re.compile(r"(?<![0-9A-Za-z])PA\s*[-_.]?\s*(\d{6})\s*[-_.]?\s*(\d{4,6})(?!\d)", re.IGNORECASE)
_SPACES = re.compile(r"\s")
_DASHES = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d"}


@dataclass(frozen=True)
class CodeSpan:
    """A code found in a text: its canonical form and its place (character offsets) in the text."""

    code: str
    start: int
    end: int


def find_procedure_codes(text: str) -> list[CodeSpan]:
    """Find procedure codes; ``2,000648`` and an agency suffix are accepted, the plain code returned."""
    taken = [(span.start, span.end) for span in find_dossier_codes(text)]
    return [
        CodeSpan(f"{match[1]}.{match[2]}", match.start(), match.end())
        for match in _PROCEDURE.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
    ]


def find_dossier_codes(text: str) -> list[CodeSpan]:
    """Find dossier codes; spaces (also instead of dashes), unicode dashes and lower case are accepted.

    Whether the date part is a real date is the dossier room's concern, not looked at here.
    """
    unified = text.translate(_DASHES)
    return [
        CodeSpan(
            "-".join((_SPACES.sub("", match[1]).upper(), match[2], match[3])), match.start(), match.end()
        )
        for match in _DOSSIER.finditer(unified)
    ]


def find_case_codes(text: str) -> list[CodeSpan]:
    """Find codes of complaints and petitions (``PA-261207-0001``), also with spaces and in lower case."""
    return [
        CodeSpan(f"PA-{match[1]}-{match[2]}", match.start(), match.end())
        for match in _CASE.finditer(text.translate(_DASHES))
    ]


def find_dossier_tails(text: str) -> list[CodeSpan]:
    """Find ends of dossier codes, date and serial (``230412-0001``), that stand without an agency."""
    taken = [(span.start, span.end) for span in (*find_dossier_codes(text), *find_case_codes(text))]
    return [
        CodeSpan(f"{match[1]}-{match[2]}", match.start(), match.end())
        for match in _TAIL.finditer(text.translate(_DASHES))
        if not any(start <= match.start() < end for start, end in taken)
    ]


def unify_dashes(text: str) -> str:
    """Return ``text`` with every kind of dash as ``-``; offsets stay."""
    return text.translate(_DASHES)
