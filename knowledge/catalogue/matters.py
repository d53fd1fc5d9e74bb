"""Business of trade and industry that is no procedure (prices, penalties), from ``data/matters.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.text.lexicon import Lexicon

DATA = Path(__file__).parent / "data" / "matters.yml"


@dataclass(frozen=True)
class Matter:
    """What can be said of such business.

    ``procedures`` are codes that may have been meant. ``complaint`` tells that a report can be handed in.
    Beside words that surely name a procedure the matter is meant when it is ``firm``, or when that procedure
    is one of those or of ``instead_of``.
    """

    id: str
    say: str
    procedures: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    complaint: bool = False
    firm: bool = False

    def outweighs(self, code: str) -> bool:
        """Tell whether the matter is meant although the words surely name the procedure ``code``."""
        return self.firm or code in self.procedures or code in self.instead_of


@lru_cache(maxsize=1)
def load_matters() -> Mapping[str, Matter]:
    """Return the matters by id."""
    return {matter.id: matter for matter, _ in _read()}


def find_matter(text: str) -> Matter | None:
    """Return the matter that the longest phrase in ``text`` names, or None."""
    matches = _lexicon().find(text)
    longest = max(matches, key=lambda match: match.last_term - match.first_term, default=None)
    return load_matters()[longest.value] if longest else None


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon(("matter", matter.id, phrase) for matter, phrases in _read() for phrase in phrases)


@lru_cache(maxsize=1)
def _read() -> tuple[tuple[Matter, tuple[str, ...]], ...]:
    content = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return tuple(
        (
            Matter(
                entry["id"],
                entry["say"],
                tuple(entry.get("procedures", ())),
                tuple(entry.get("instead_of", ())),
                complaint=entry.get("complaint", False),
                firm=entry.get("firm", False),
            ),
            tuple(entry["phrases"]),
        )
        for entry in content["matters"]
    )
