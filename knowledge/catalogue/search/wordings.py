"""Wordings of the catalogue as training texts, and the features a text is compared by.

Features do not depend on marks: folded words, word pairs and character quadrigrams (which survive typing
errors); words typed with marks add their marked form on top.

Besides the wordings written for a procedure, shapes of its case are joined with names of its topic, so that
"giấy … bị chuột gặm" is learned for every paper.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from knowledge.catalogue.records import Catalogue, Status
from knowledge.catalogue.topics import EverydayLanguage, Topic, TopicProcedure
from knowledge.text.lexicon import Match, load_lexicon
from knowledge.text.terms import Term, analyse

ASIDE = frozenset({"facet", "filler"})
NAMED = frozenset({"case", "case_hint", "actor", "level"})
"""Phrases that count by what they mean too, so that "rách" and "thất lạc" speak for the same case."""
GRAM = 4
CASE_SHAPES = Path(__file__).parent.parent / "data" / "case_shapes.yml"
SHAPES_PER_PROCEDURE = 14


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
        if topic and place:
            own += _said_of_case(topic, place, catalogue)
        yield from (Wording(text, topic_id, code) for text in own)
        if topic and topic_id not in topics_seen:
            topics_seen.add(topic_id)
            yield from (Wording(text, topic_id, None) for text in (*topic.names, topic.title, topic.contrast))


def _said_of_case(topic: Topic, place: TopicProcedure, catalogue: Catalogue) -> list[str]:
    """Join shapes of the procedure's case with names of its topic, if it is the only one for this case.

    Beside one that is listed those no longer listed do not count: who names the topic means the one in force.
    """
    shapes = _case_shapes().get(place.case.value, ())
    same = [other.code for other in topic.procedures if other.case is place.case]
    known = (catalogue.procedures.get(code) for code in same)
    listed = [procedure.code for procedure in known if procedure and procedure.status is Status.LISTED]
    if not shapes or (listed or same) != [place.code]:
        return []
    chance = random.Random(place.code)  # noqa: S311 - repeatable variation, no secret
    chosen = chance.sample(shapes, min(SHAPES_PER_PROCEDURE, len(shapes)))
    return [shape.format(chance.choice(topic.names)) for shape in chosen]


@lru_cache(maxsize=1)
def _case_shapes() -> Mapping[str, tuple[str, ...]]:
    content = yaml.load(CASE_SHAPES.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {case: tuple(shapes) for case, shapes in content.items()}


def features(text: str) -> list[str]:
    """Return the features of a text; what asks (facets, fillers) is set aside, cases stay and are named."""
    terms, matches = _telling(text)
    folded = [term.folded for term in terms]
    line = f" {' '.join(folded)} "
    found = [f"w:{word}" for word in folded]
    found += [f"b:{first} {second}" for first, second in pairwise(folded)]
    found += [f"m:{term.norm}" for term in terms if term.marked]
    found += [f"c:{line[place : place + GRAM]}" for place in range(len(line) - GRAM + 1)]
    found += [f"k:{match.entity}:{match.value}" for match in matches if match.entity in NAMED]
    return found


def _telling(text: str) -> tuple[list[Term], list[Match]]:
    terms = analyse(text)
    matches = load_lexicon().find_in_terms(terms)
    aside = {
        place
        for match in matches
        if match.entity in ASIDE
        for place in range(match.first_term, match.last_term + 1)
    }
    return [term for place, term in enumerate(terms) if place not in aside] or list(terms), matches
