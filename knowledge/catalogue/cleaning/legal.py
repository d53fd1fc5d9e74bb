"""Rules for legal texts and the decision that published the procedure."""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.catalogue.cleaning.journal import Journal, load_tables
from knowledge.catalogue.cleaning.text import strip_end, tidy_line
from knowledge.catalogue.records import Decision, LegalText

_NUMBER = re.compile(r"\d+[A-Z]?(?:\.\d+)?/(?:\d{4}/)?[A-ZĐ][A-Za-zĐ0-9]*(?:-[A-ZĐ][A-Za-zĐ0-9]*)*")
_YEAR = re.compile(r"/((?:19|20)\d{2})/")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")


def clean_legal_texts(texts: tuple[LegalText, ...], journal: Journal) -> tuple[LegalText, ...]:
    """Clean the legal texts; of two with one number the one that says more is kept."""
    kept: dict[str, LegalText] = {}
    for position, text in enumerate(texts, 1):
        place = f"căn cứ pháp lý {position}"
        cleaned = _clean_text(text, place, journal)
        known = kept.get(cleaned.number)
        if known is not None:
            journal.note("legal-repeated", place, cleaned.number, "")
            cleaned = max(known, cleaned, key=_detail)
        kept[cleaned.number] = cleaned
    return tuple(kept.values())


def _detail(text: LegalText) -> int:
    return sum(1 for value in (text.title, text.issued, text.issuer) if value)


def _clean_text(text: LegalText, place: str, journal: Journal) -> LegalText:
    title = strip_end(tidy_line(text.title, place, journal), place, journal)
    text = replace(
        text,
        number=_clean_number(text.number, title, place, journal),
        title=title,
        issuer=tidy_line(text.issuer, place, journal) if text.issuer else None,
    )
    year = _YEAR.search(text.number)
    if text.issued and year and int(year[1]) != text.issued.year:
        journal.note("legal-date", place, f"{text.number}: {text.issued.isoformat()}", "")
        return replace(text, issued=None)
    return text


def _clean_number(number: str, title: str, place: str, journal: Journal) -> str:
    tidied = strip_end(tidy_line(number, place, journal), place, journal)
    known = load_tables()["legal_numbers"].get(tidied)
    where = title if _DATE.fullmatch(tidied) else tidied.replace("–", "-")
    found = _NUMBER.search(where)
    return journal.changed("legal-number", place, tidied, known or (found[0] if found else tidied))


def clean_decision(decision: Decision | None, journal: Journal) -> Decision | None:
    """Clean the number and issuer of the decision."""
    if decision is None:
        return None
    place = "quyết định công bố"
    return replace(
        decision,
        number=_clean_number(decision.number, "", place, journal),
        issuer=tidy_line(decision.issuer, place, journal) if decision.issuer else None,
    )
