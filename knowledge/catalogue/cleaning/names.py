"""Rules for what identifies a procedure: its name, field, agencies, applicants, results, fee texts."""

from __future__ import annotations

import re

from knowledge.catalogue.cleaning.journal import Journal, load_tables
from knowledge.catalogue.cleaning.text import (
    capitalise,
    entry,
    same_key,
    strip_bullets,
    strip_end,
    tidy_line,
    without_repeats,
)

_PREFIX = re.compile(
    r"^thủ tục(?: hành chính)?(?: cấp (?:tỉnh|xã|trung ương|bộ)\s*:)?\s*:?\s+(?=\w)", re.IGNORECASE
)
MIN_REPEATED_WORDS = 3


def clean_name(name: str, field: str, journal: Journal) -> str:
    """Clean the name of a procedure whose field is ``field``."""
    place = "tên thủ tục"
    name = strip_end(strip_bullets(tidy_line(name, place, journal), place, journal), place, journal)
    name = journal.changed("name-prefix", place, name, _PREFIX.sub("", name))
    name = journal.changed("name-field", place, name, _without_field(name, field))
    name = journal.changed("name-repeats", place, name, _without_repeated_phrase(name))
    return capitalise(name, place, journal)


def _without_field(name: str, field: str) -> str:
    rest = name[len(field) :].lstrip(" :-")
    starts = bool(field) and name.casefold().startswith(field.casefold())
    return rest if starts and name[len(field) : len(field) + 1] in {" ", ":"} and rest[:1].isupper() else name


def _without_repeated_phrase(name: str) -> str:
    """Drop a phrase of at least three words that directly repeats; lists with commas are no repeats."""
    words = name.split(" ")
    folded = name.casefold().split(" ")
    for size in range(len(words) // 2, MIN_REPEATED_WORDS - 1, -1):
        for start in range(len(words) - 2 * size + 1):
            phrase = folded[start : start + size]
            repeats = phrase == folded[start + size : start + 2 * size]
            if repeats and not any(mark in word for word in phrase for mark in ",;"):
                return " ".join(words[: start + size] + words[start + 2 * size :])
    return name


def clean_field(field: str, journal: Journal) -> str:
    """Give the field of administration its one name."""
    place = "lĩnh vực"
    field = strip_end(tidy_line(field, place, journal), place, journal)
    canonical = load_tables()["fields"].get(field, field)
    return journal.changed("field-name", place, field, canonical[:1].upper() + canonical[1:])


def clean_agencies(agencies: tuple[str, ...], journal: Journal) -> tuple[str, ...]:
    """Give each agency its one name."""
    place = "cơ quan thực hiện"
    names = load_tables()["agencies"]
    cleaned = []
    for agency in agencies:
        tidied = entry(agency, place, journal)
        cleaned.append(journal.changed("agency-name", place, tidied, names.get(tidied, tidied)))
    return without_repeats(cleaned, place, journal)


def clean_applicants(applicants: tuple[str, ...], journal: Journal) -> tuple[str, ...]:
    """Clean the applicants; the category that wrongly excludes enterprises never turns anyone away."""
    place = "đối tượng thực hiện"
    table = load_tables()["applicants"]
    cleaned = [entry(item, place, journal) for item in applicants]
    excluding = {same_key(table["excluding"])}
    if any(same_key(item) in excluding for item in cleaned):
        before = "; ".join(cleaned)
        cleaned = [table["instead"] if same_key(item) in excluding else item for item in cleaned]
        if not any(word in item.casefold() for item in cleaned for word in table["enterprise_words"]):
            cleaned.insert(cleaned.index(table["instead"]) + 1, table["enterprise"])
        journal.note("applicants-exclusion", place, before, "; ".join(cleaned))
    return without_repeats(cleaned, place, journal)


def clean_results(results: tuple[str, ...], journal: Journal) -> tuple[str, ...]:
    """Clean the results; "không quy định" says that none is stated, so none is kept."""
    place = "kết quả"
    not_stated = {same_key(item) for item in load_tables()["not_stated"]}
    kept = []
    for result in (entry(item, place, journal) for item in results):
        if same_key(result) in not_stated:
            journal.note("result-not-stated", place, result, "")
        else:
            kept.append(result)
    return without_repeats(kept, place, journal)


def clean_fee_texts(texts: tuple[str, ...], journal: Journal) -> tuple[str, ...]:
    """Clean what the portal says about fees; it is a reference, never an amount."""
    place = "phí, lệ phí"
    return without_repeats([entry(item, place, journal) for item in texts], place, journal)
