"""What a question holds for search: its content words, the case, the level and codes."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.catalogue.topics import Case
from knowledge.text.codes import find_procedure_codes
from knowledge.text.lexicon import Lexicon, Match, load_lexicon
from knowledge.text.terms import Term, analyse

NOT_CONTENT = frozenset({"facet", "case", "actor", "area", "filler", "ordinal", "level", "online_level"})
SOFT = frozenset({"facet", "filler", "area", "ordinal"})


@dataclass(frozen=True)
class Query:
    """A question prepared for search.

    ``content`` are the terms that may name a procedure, ``names`` the everyday names found, ``pairs``
    whether a content term directly follows the one before it in the question.
    """

    terms: tuple[Term, ...]
    content: tuple[Term, ...]
    names: tuple[Match, ...]
    case: Case | None
    level: str | None
    actors: frozenset[str]
    codes: tuple[str, ...]


def read_query(text: str, names: Lexicon) -> Query:
    """Prepare ``text``; ``names`` is the lexicon of everyday names of the catalogue."""
    terms = analyse(text)
    found_names = names.find_in_terms(terms)
    matches = load_lexicon().find_in_terms(terms)
    named = {place for match in found_names for place in range(match.first_term, match.last_term + 1)}
    excluded: set[int] = set()
    for match in matches:
        if match.entity in NOT_CONTENT:
            excluded.update(range(match.first_term, match.last_term + 1))
    codes = tuple(span.code for span in find_procedure_codes(text))
    content = tuple(
        term
        for place, term in enumerate(terms)
        if (place in named or place not in excluded) and term.norm.replace(",", ".") not in codes
    )
    cases = [Case(match.value) for match in matches if match.entity == "case"]
    levels = [match.value for match in matches if match.entity == "level"]
    return Query(
        terms=terms,
        content=content,
        names=tuple(found_names),
        case=_main_case(cases),
        level=levels[0] if levels else None,
        actors=frozenset(match.value for match in matches if match.entity == "actor"),
        codes=codes,
    )


def _main_case(cases: list[Case]) -> Case | None:
    """Of several cases named ("mất giấy, xin cấp lại") the most specific one; "cấp mới" yields to others."""
    specific = [case for case in cases if case is not Case.NEW]
    if not specific:
        return cases[0] if cases else None
    return next((case for case in specific if case is not Case.NOTIFY), specific[0])
