"""Procedures asked for by their whole official name, as copied from a decision or an old list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from knowledge.text.terms import Term, analyse

LEAST_WORDS = 5
"""A shorter name is also an everyday phrase."""
_Words = tuple[str, ...]


class OfficialNames:
    """Finds the longest official name that stands whole in a question."""

    def __init__(self, names: Iterable[tuple[int, str, bool]]) -> None:
        """Take place, official name and whether it is listed, of every procedure."""
        places: dict[_Words, list[tuple[bool, int]]] = defaultdict(list)
        for place, name, listed in names:
            words = tuple(term.folded for term in analyse(name))
            if len(words) >= LEAST_WORDS:
                places[words].append((listed, place))
        self._by_start: dict[_Words, list[tuple[_Words, int]]] = defaultdict(list)
        for words, bearers in places.items():
            chosen = [place for listed, place in bearers if listed] or [place for _, place in bearers]
            if len(chosen) == 1:
                self._by_start[words[:LEAST_WORDS]].append((words, chosen[0]))

    def find(self, terms: Sequence[Term]) -> int | None:
        """Return the place of the procedure named; None when no whole name stands in the question.

        Of procedures with the same name it is the one listed; with several of them, none.
        """
        asked = tuple(term.folded for term in terms)
        found = [
            (len(words), place)
            for start in range(len(asked) - LEAST_WORDS + 1)
            for words, place in self._by_start.get(asked[start : start + LEAST_WORDS], ())
            if asked[start : start + len(words)] == words
        ]
        return max(found)[1] if found else None
