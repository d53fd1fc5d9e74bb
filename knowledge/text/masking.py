"""Masking of personal data before a citizen's words are stored or logged.

Personal Data Protection Law 91/2025/QH15 art. 3 (minimisation): identity numbers, phone numbers, bank-like
numbers and e-mail addresses are never needed to answer a question. Dossier and procedure codes stay: they
are what the citizen asks about.
"""

from __future__ import annotations

import re

from knowledge.text.codes import find_case_codes, find_dossier_codes, find_procedure_codes
from knowledge.text.normalise import fold

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"(?<![\w.])(?:\+?84|0)(?:[ .-]?\d){8,10}(?![\d])")
_NUMBER = re.compile(r"(?<![\w./-])\d(?:[ .-]?\d){8,18}(?![\d])")
_TAIL = re.compile(
    r"(?<![\w./-])(?:20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"\s*[-\u2010-\u2015\u2212]\s*\d{3,7}(?!\d)"
)
"""The end of a dossier code: date and serial."""
_DIGITS = re.compile(r"(?<![\w./,-])\d{4,8}(?![\w/]|[.,-]\d)")
_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")
_CUE = re.compile(r"\b(?:cuoi|duoi|cccd|cmnd|can cuoc|sdt|dt|dien thoai|xac (?:minh|thuc)|ma ho so|so la)\b")
_FEWEST_WORDS_OF_A_SENTENCE = 4
PLACEHOLDER = re.compile(r"\[(?:email|mã hồ sơ|số|số điện thoại|số giấy tờ)\]")
"""What stands where something was masked; it says nothing about what the citizen wants."""
_LEGAL_OR_MONEY = re.compile(r"^\d{1,3}(?:\.\d{3}){2,4}$")


def mask_personal_data(text: str) -> str:
    """Return ``text`` with e-mails, phone numbers and identity-like numbers replaced by labels.

    Amounts of money written with dots (``1.200.000.000``), codes of dossiers, procedures and cases and the
    end of a dossier code stay.
    """
    codes = (*find_dossier_codes(text), *find_procedure_codes(text), *find_case_codes(text))
    keep = [(span.start, span.end) for span in codes]
    keep += [match.span() for match in _TAIL.finditer(text)]
    pieces: list[str] = []
    position = 0
    for start, end in sorted(keep):
        if start < position:
            continue
        pieces += [_mask_plain(text[position:start]), text[start:end]]
        position = end
    pieces.append(_mask_plain(text[position:]))
    return "".join(pieces)


def _mask_plain(text: str) -> str:
    text = _EMAIL.sub("[email]", text)
    text = _PHONE.sub("[số điện thoại]", text)
    return _NUMBER.sub(lambda match: match[0] if _LEGAL_OR_MONEY.match(match[0]) else "[số giấy tờ]", text)


def mask_for_keeping(text: str) -> str:
    """Return ``text`` as it may be kept: also without what identifies a dossier or proves whose it is.

    Dossier codes and their ends go, and so do groups of 4 to 8 digits, which may be a second factor. A year
    stays in a sentence that does not speak of such digits, and so do codes of cases, in their usual form.
    """
    for span in reversed(find_case_codes(text)):
        text = text[: span.start] + span.code + text[span.end :]
    masked = mask_personal_data(text)
    for span in reversed(find_dossier_codes(masked)):
        masked = masked[: span.start] + "[mã hồ sơ]" + masked[span.end :]
    masked = _TAIL.sub("[mã hồ sơ]", masked)
    folded = fold(masked)
    is_sentence = len(folded.split()) >= _FEWEST_WORDS_OF_A_SENTENCE and not _CUE.search(folded)

    def mask(match: re.Match[str]) -> str:
        return match[0] if is_sentence and _YEAR.fullmatch(match[0]) else "[số]"

    return _DIGITS.sub(mask, masked)
