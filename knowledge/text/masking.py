"""Masking of personal data before a citizen's words are stored or logged.

Personal Data Protection Law 91/2025/QH15 art. 3 (minimisation): identity numbers, phone numbers, bank-like
numbers and e-mail addresses are never needed to answer a question. Dossier and procedure codes stay: they
are what the citizen asks about.
"""

from __future__ import annotations

import re

from knowledge.text.codes import find_dossier_codes, find_procedure_codes

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"(?<![\w.])(?:\+?84|0)(?:[ .-]?\d){8,10}(?![\d])")
_NUMBER = re.compile(r"(?<![\w./-])\d(?:[ .-]?\d){8,18}(?![\d])")
_LEGAL_OR_MONEY = re.compile(r"^\d{1,3}(?:\.\d{3}){2,4}$")


def mask_personal_data(text: str) -> str:
    """Return ``text`` with e-mails, phone numbers and identity-like numbers replaced by labels.

    Amounts of money written with dots (``1.200.000.000``) and codes of dossiers and procedures stay.
    """
    keep = [(span.start, span.end) for span in (*find_dossier_codes(text), *find_procedure_codes(text))]
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
