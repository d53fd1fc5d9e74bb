"""Business of other authorities: who to ask instead, from ``data/other_agencies.yml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.text.lexicon import Lexicon

DATA = Path(__file__).parent / "data" / "other_agencies.yml"


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    agencies = _read()["agencies"]
    return Lexicon(
        ("other_agency", agency["say"], phrase) for agency in agencies for phrase in agency["phrases"]
    )


@lru_cache(maxsize=1)
def _of_a_dossier() -> frozenset[str]:
    return frozenset(_read()["of_a_dossier"])


def _read() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return content


def who_instead(text: str) -> str | None:
    """Return the sentence that says who deals with what ``text`` asks, or None when not known."""
    matches = _lexicon().find(text)
    longest = max(matches, key=lambda match: match.last_term - match.first_term, default=None)
    return longest.value if longest else None


def may_be_of_a_dossier(text: str) -> bool:
    """Tell whether what sounds like another authority's business is said of any dossier too ("sao y")."""
    phrases = {match.phrase for match in _lexicon().find(text)}
    return bool(phrases) and phrases <= _of_a_dossier()
