"""Wordings of the catalogue as training texts, and the features a text is compared by.

Features do not depend on marks: folded words, word pairs and character quadrigrams (which survive typing
errors); words typed with marks add their marked form on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from knowledge.catalogue.records import Catalogue
from knowledge.catalogue.topics import EverydayLanguage
from knowledge.text.lexicon import load_lexicon
from knowledge.text.terms import Term, analyse

ASIDE = frozenset({"facet", "filler"})
GRAM = 4


@dataclass(frozen=True)
class Wording:
    """A text that means a topic, and one procedure of it unless ``code`` is None."""

    text: str
    topic: str
    code: str | None


def wordings(catalogue: Catalogue, language: EverydayLanguage) -> Iterator[Wording]:
    """Yield official names, titles, everyday names and examples of a release's procedures."""
    topics_seen: set[str] = set()
    for code, procedure in sorted(catalogue.procedures.items()):
        topic, place = language.by_code.get(code, (None, None))
        topic_id = topic.id if topic else code
        own = [procedure.name]
        if place:
            own += [place.title, *place.names]
        own += language.examples.get(code, ())
        yield from (Wording(text, topic_id, code) for text in own)
        if topic and topic_id not in topics_seen:
            topics_seen.add(topic_id)
            yield from (Wording(text, topic_id, None) for text in (*topic.names, topic.title, topic.contrast))


def features(text: str) -> list[str]:
    """Return the features of a text; what asks (facets, fillers) is set aside, cases stay."""
    terms = _telling(text)
    folded = [term.folded for term in terms]
    line = f" {' '.join(folded)} "
    found = [f"w:{word}" for word in folded]
    found += [f"b:{first} {second}" for first, second in pairwise(folded)]
    found += [f"m:{term.norm}" for term in terms if term.marked]
    found += [f"c:{line[place : place + GRAM]}" for place in range(len(line) - GRAM + 1)]
    return found


def _telling(text: str) -> list[Term]:
    terms = analyse(text)
    aside = set(_aside_places(terms))
    return [term for place, term in enumerate(terms) if place not in aside] or list(terms)


def _aside_places(terms: tuple[Term, ...]) -> Iterable[int]:
    for match in load_lexicon().find_in_terms(terms):
        if match.entity in ASIDE:
            yield from range(match.first_term, match.last_term + 1)
