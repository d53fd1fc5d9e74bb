"""Business of other authorities: who to ask instead, from ``data/other_agencies.yml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.text.lexicon import Lexicon

DATA = Path(__file__).parent / "data" / "other_agencies.yml"


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    agencies = yaml.safe_load(DATA.read_text(encoding="utf-8"))["agencies"]
    return Lexicon(
        ("other_agency", agency["say"], phrase) for agency in agencies for phrase in agency["phrases"]
    )


def who_instead(text: str) -> str | None:
    """Return the sentence that says who deals with what ``text`` asks, or None when not known."""
    matches = _lexicon().find(text)
    longest = max(matches, key=lambda match: match.last_term - match.first_term, default=None)
    return longest.value if longest else None
