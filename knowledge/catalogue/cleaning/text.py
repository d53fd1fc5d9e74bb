"""Rules for any text: Unicode form, invisible characters, spacing, known errors, bullets, ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache

from knowledge.catalogue.cleaning.journal import Journal, load_tables

Table = tuple[re.Pattern[str], Mapping[str, str]]
"""Pattern that finds any key of a table as whole words, and the table."""

_INVISIBLE = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ue000-\uf8ff\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r" *\n\s*")
_BEFORE_MARK = re.compile(r"(?<=\w) +(?=[;,.](?:\s|$))")
_BEFORE_NUMBER_PART = re.compile(r"(?<=\d) +/(?=\d{4}/|QĐ-)")
_AFTER_SLASH = re.compile(r"(?<=\w)/ +(?=\w)")
_GLUED = re.compile(r"\b(Điều|khoản|Khoản|số)(\d+)\b")
_BULLETS = re.compile(r"^[\s+\-–—•·*▪●○◦►➢=/^!:;,.$#~|)\]}]+(?=[^\W_]|[“\"(\[])")
_ENDS = re.compile(r"[\s.;,(]+$")
_KEPT_END = re.compile(r"(?:v\.v|…)\.*$")


def tidy(text: str, place: str, journal: Journal) -> str:
    """Apply the rules that hold for every text; line breaks stay."""
    tidied, changes = _tidy(text)
    for rule, before, after in changes:
        journal.note(rule, place, before, after)
    return tidied


@lru_cache(maxsize=20_000)  # a few thousand titles and agencies make up most of a catalogue's text
def _tidy(text: str) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    changes = []
    for rule, correct in _STEPS:
        corrected = correct(text)
        if corrected != text:
            changes.append((rule, text, corrected))
        text = corrected
    return text, tuple(changes)


def tidy_line(text: str, place: str, journal: Journal) -> str:
    """Tidy a text that must be one line."""
    one_line = journal.changed("spacing", place, text, re.sub(r"\s*\n\s*", " ", text))
    return tidy(one_line, place, journal)


def strip_bullets(text: str, place: str, journal: Journal) -> str:
    """Drop list marks at the start: '+', '-', '.', ')' and the like."""
    return journal.changed("bullets", place, text, _BULLETS.sub("", text))


def strip_end(text: str, place: str, journal: Journal) -> str:
    """Drop '.', ';', ',' and an opened bracket at the end; ':' and "v.v." stay."""
    if _KEPT_END.search(text) or not text.strip(" .;,("):
        return text
    return journal.changed("trailing-punctuation", place, text, _ENDS.sub("", text))


def capitalise(text: str, place: str, journal: Journal) -> str:
    """Make the first letter a capital one."""
    return journal.changed("capital-letter", place, text, text[:1].upper() + text[1:])


def entry(text: str, place: str, journal: Journal) -> str:
    """Clean an entry of a list: tidy, without bullet and end marks, with a capital letter."""
    text = strip_bullets(tidy_line(text, place, journal), place, journal)
    return capitalise(strip_end(text, place, journal), place, journal)


def without_repeats(values: Iterable[str], place: str, journal: Journal) -> tuple[str, ...]:
    """Drop empty values and those that differ from an earlier one by case or end marks only."""
    kept: dict[str, str] = {}
    for value in values:
        key = same_key(value)
        if value and key not in kept:
            kept[key] = value
        else:
            journal.note("repeated-value", place, value, "")
    return tuple(kept.values())


def same_key(text: str) -> str:
    """What two spellings of the same text have in common."""
    return _BLANKS.sub(" ", text.casefold()).strip(" .;,:-+\n")


def _space(text: str) -> str:
    text = _LINE_ENDS.sub("\n", _BLANKS.sub(" ", text)).strip()
    text = _AFTER_SLASH.sub("/", _BEFORE_NUMBER_PART.sub("/", _BEFORE_MARK.sub("", text)))
    return _GLUED.sub(r"\1 \2", text)


def _replace(text: str, table: Table) -> str:
    pattern, replacements = table
    return pattern.sub(lambda match: replacements[match[0]], text)


@cache
def _typing_errors() -> Table:
    return _whole_words(load_tables()["typing_errors"])


@cache
def _spellings() -> Table:
    return _whole_words(load_tables()["spellings"])


def _whole_words(table: Mapping[str, str]) -> Table:
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"), table


_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("unicode", lambda text: unicodedata.normalize("NFC", text)),
    ("invisible-characters", lambda text: _INVISIBLE.sub("", text)),
    ("spacing", _space),
    ("typing-error", lambda text: _replace(text, _typing_errors())),
    ("official-spelling", lambda text: _replace(text, _spellings())),
)
