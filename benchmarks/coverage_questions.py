"""The questions of the coverage robot: every procedure, every facet, with and without marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import yaml

from knowledge.catalogue.records import Procedure, Status
from knowledge.catalogue.topics import EverydayLanguage
from knowledge.text.normalise import strip_marks

PHRASINGS = Path(__file__).parent / "phrasings.yml"
WITHDRAWN = "withdrawn"


class Register(str, Enum):
    """How a question is typed."""

    MARKED = "with marks"
    UNMARKED = "without marks"


@dataclass(frozen=True)
class CoverageQuestion:
    """A question and what is expected: this procedure and facet, or (facet ``withdrawn``) that it is gone."""

    code: str
    facet: str
    register: Register
    text: str


def read_phrasings(path: Path = PHRASINGS) -> dict[str, list[str]]:
    """Read the phrasings of each facet."""
    content: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def all_questions(procedures: Iterable[Procedure], language: EverydayLanguage) -> Iterator[CoverageQuestion]:
    """Yield every listed procedure x facet x register, and every one no longer listed x register."""
    phrasings = read_phrasings()
    facets = [facet for facet in phrasings if facet != WITHDRAWN]
    for number, procedure in enumerate(_ordered(procedures)):
        asked = facets if procedure.status is Status.LISTED else [WITHDRAWN]
        for place, facet in enumerate(asked):
            for register in Register:
                yield _question(procedure, facet, register, number + place, phrasings, language)


def sample_questions(
    procedures: Iterable[Procedure], language: EverydayLanguage
) -> Iterator[CoverageQuestion]:
    """Yield one question for each procedure; facet, register and phrasing rotate, so that all come up."""
    phrasings = read_phrasings()
    facets = [facet for facet in phrasings if facet != WITHDRAWN]
    registers = list(Register)
    for number, procedure in enumerate(_ordered(procedures)):
        facet = facets[number % len(facets)] if procedure.status is Status.LISTED else WITHDRAWN
        register = registers[number // len(facets) % len(registers)]
        yield _question(procedure, facet, register, number, phrasings, language)


def _ordered(procedures: Iterable[Procedure]) -> list[Procedure]:
    return sorted(procedures, key=lambda procedure: (procedure.status is not Status.LISTED, procedure.code))


def _question(
    procedure: Procedure,
    facet: str,
    register: Register,
    turn: int,
    phrasings: dict[str, list[str]],
    language: EverydayLanguage,
) -> CoverageQuestion:
    known = language.by_code.get(procedure.code) if procedure.status is Status.LISTED else None
    topic = _as_in_a_sentence(known[1].title if known else procedure.name)
    phrasing = phrasings[facet][turn % len(phrasings[facet])]
    text = phrasing.format(topic=topic)
    text = text[0].upper() + text[1:] if register is Register.MARKED else strip_marks(text).lower()
    return CoverageQuestion(procedure.code, facet, register, text)


def _as_in_a_sentence(title: str) -> str:
    """Write a title as people write it in a sentence: no capital first letter unless a name begins it."""
    first = title.split(" ", 1)[0]
    return title if first[1:] != first[1:].lower() else title[0].lower() + title[1:]
