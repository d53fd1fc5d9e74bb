"""What a question holds for search: its content words, the case, the level and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.catalogue.topics import Case
from knowledge.text.codes import find_procedure_codes
from knowledge.text.lexicon import Lexicon, Match, load_lexicon
from knowledge.text.normalise import normalise, strip_marks
from knowledge.text.terms import Term, analyse

NOT_CONTENT = frozenset({"facet", "case", "case_hint", "area", "filler", "ordinal", "level", "online_level"})
LOCAL_ACTORS = frozenset({"enterprise", "household", "individual"})
WEAK_WORDS = Path(__file__).parent.parent / "data" / "weak_words.yml"


@dataclass(frozen=True)
class ContentTerm:
    """A term that may name a procedure; ``weak`` ones say little, ``follows`` one directly before it."""

    term: Term
    weak: bool
    follows: bool


@dataclass(frozen=True)
class Query:
    """A question prepared for search.

    ``names`` are the everyday names found; ``case_is_hint`` tells that only a verb points to the case;
    ``terms`` are all words.
    """

    content: tuple[ContentTerm, ...]
    names: tuple[Match, ...]
    case: Case | None
    case_is_hint: bool
    level: str | None
    codes: tuple[str, ...]
    terms: tuple[Term, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may name a procedure, without the weak ones; a number alone names none."""
        return tuple(
            item.term.norm for item in self.content if not item.weak and not item.term.norm.isdigit()
        )


def read_query(text: str, names: Lexicon) -> Query:
    """Prepare ``text``; ``names`` is the lexicon of everyday names of the catalogue."""
    terms = analyse(text)
    found_names = names.find_in_terms(terms)
    named = {place for match in found_names for place in range(match.first_term, match.last_term + 1)}
    matches = load_lexicon().find_in_terms(terms)
    codes = tuple(span.code for span in find_procedure_codes(text))
    case, is_hint = _case(matches)
    levels = [match.value for match in matches if match.entity == "level"]
    return Query(
        content=_content(terms, named, matches, codes),
        names=tuple(found_names),
        case=case,
        case_is_hint=is_hint,
        level=levels[0] if levels else None,
        codes=codes,
        terms=terms,
    )


def _content(
    terms: Sequence[Term], named: set[int], matches: Sequence[Match], codes: Sequence[str]
) -> tuple[ContentTerm, ...]:
    excluded = {
        place
        for match in matches
        if match.entity in NOT_CONTENT or (match.entity == "actor" and match.value in LOCAL_ACTORS)
        for place in range(match.first_term, match.last_term + 1)
    }
    protected = {
        place
        for match in matches
        if match.entity == "protect"
        for place in range(match.first_term, match.last_term + 1)
    }
    content: list[ContentTerm] = []
    last = -2
    for place, term in enumerate(terms):
        if (place in excluded and place not in named) or term.norm.replace(",", ".") in codes:
            continue
        weak = place not in named and place not in protected and is_weak(term)
        content.append(ContentTerm(term, weak, last == place - 1))
        last = place
    return tuple(content)


def is_weak(term: Term) -> bool:
    """Tell whether a word says little about which procedure is meant."""
    words, folded = _weak_words()
    return term.norm in words or (not term.marked and term.folded in folded)


def _case(matches: Sequence[Match]) -> tuple[Case | None, bool]:
    """The case meant, and whether only a verb hints at it; "cấp mới" and "thông báo" yield to others."""
    for entity in ("case", "case_hint"):
        cases = [Case(match.value) for match in matches if match.entity == entity]
        specific = [case for case in cases if case not in {Case.NEW, Case.NOTIFY}]
        if specific or cases:
            return (specific or cases)[0], entity == "case_hint"
    return None, False


@lru_cache(maxsize=1)
def _weak_words() -> tuple[frozenset[str], frozenset[str]]:
    words = [normalise(word) for word in yaml.safe_load(WEAK_WORDS.read_text(encoding="utf-8"))["words"]]
    return frozenset(words), frozenset(strip_marks(word) for word in words)
