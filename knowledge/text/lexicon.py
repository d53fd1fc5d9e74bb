"""Phrase lexicons: which words of a question name a facet, a case, an actor or an area.

A phrase matches term by term. A word typed with marks must match with its marks; a word typed without
marks matches whatever marks the phrase has. The longest phrase wins, from left to right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.text.normalise import strip_marks
from knowledge.text.terms import Term, analyse

LEXICONS = Path(__file__).parent / "data" / "lexicons"
PRECEDENCE = (
    "protect",
    "ordinal",
    "facet",
    "case",
    "online_level",
    "level",
    "actor",
    "area",
    "case_hint",
    "filler",
)


BEGINNING = 2
"""Words by which phrases are looked up; those of one word come after the longer ones."""


@dataclass(frozen=True)
class Match:
    """A phrase found: its lexicon (``entity``), its value, its place in the text and among the terms."""

    entity: str
    value: str
    start: int
    end: int
    first_term: int
    last_term: int
    phrase: str


@dataclass(frozen=True)
class _Entry:
    words: tuple[str, ...]
    folded: tuple[str, ...]
    entity: str
    value: str
    phrase: str


class Lexicon:
    """Phrases of several entities with one left-to-right, longest-first matcher."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]]) -> None:
        """Take (entity, value, phrase) triples; of equal length the entity earlier in PRECEDENCE wins."""
        self._by_beginning: dict[tuple[str, ...], list[_Entry]] = {}
        for entity, value, phrase in phrases:
            words = tuple(term.norm for term in analyse(phrase))
            folded = tuple(strip_marks(word) for word in words)
            entries = self._by_beginning.setdefault(folded[:BEGINNING], [])
            entries.append(_Entry(words, folded, entity, value, phrase))
        rank = {entity: place for place, entity in enumerate(PRECEDENCE)}
        for entries in self._by_beginning.values():
            entries.sort(key=lambda entry: (-len(entry.words), rank.get(entry.entity, len(rank))))

    def find(self, text: str) -> list[Match]:
        """Find phrases in ``text``; matches do not overlap and come in order."""
        return self.find_in_terms(analyse(text))

    def find_in_terms(self, terms: Sequence[Term]) -> list[Match]:
        """Find phrases in terms already analysed."""
        found: list[Match] = []
        position = 0
        while position < len(terms):
            match = self._match_at(terms, position)
            if match is None:
                position += 1
            else:
                found.append(match)
                position = match.last_term + 1
        return found

    def _match_at(self, terms: Sequence[Term], position: int) -> Match | None:
        beginning = tuple(term.folded for term in terms[position : position + BEGINNING])
        for entry in (*self._by_beginning.get(beginning, ()), *self._by_beginning.get(beginning[:1], ())):
            end = position + len(entry.words)
            if end <= len(terms) and all(map(same_word, terms[position:end], entry.words, entry.folded)):
                span = terms[position:end]
                return Match(
                    entry.entity, entry.value, span[0].start, span[-1].end, position, end - 1, entry.phrase
                )
        return None


def same_word(term: Term, word: str, folded: str) -> bool:
    """Tell whether a term as typed can be ``word`` (marks bind only where the citizen typed marks).

    ``folded`` is the word without marks.
    """
    return term.norm == word or (not term.marked and term.folded == folded)


def read_phrases(folder: Path = LEXICONS) -> list[tuple[str, str, str]]:
    """Read (entity, value, phrase) triples of all lexicon files."""
    triples: list[tuple[str, str, str]] = []
    for path in sorted(folder.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        triples += [
            (content["entity"], str(value), str(phrase))
            for value, phrases in content["values"].items()
            for phrase in phrases
        ]
    return triples


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Return the shared lexicon of all entities."""
    return Lexicon(read_phrases())
