"""Fields (lĩnh vực) of the catalogue and how people call them, from ``data/field_names.yml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.text.lexicon import Lexicon, load_lexicon
from knowledge.text.normalise import normalise
from knowledge.text.terms import analyse

DATA = Path(__file__).parent / "data" / "field_names.yml"


@lru_cache(maxsize=1)
def _alone() -> frozenset[str]:
    content = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return frozenset(map(normalise, [*content["alone"], *content["fields"]]))


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    fields = yaml.safe_load(DATA.read_text(encoding="utf-8"))["fields"]
    return Lexicon(
        ("field", field, phrase) for field, phrases in fields.items() for phrase in [field, *(phrases or ())]
    )


def find_field(text: str) -> str | None:
    """Return the official name of the field that ``text`` names (the longest match), or None."""
    matches = _lexicon().find(text)
    longest = max(matches, key=lambda match: match.last_term - match.first_term, default=None)
    return longest.value if longest else None


def names_only_a_field(text: str) -> bool:
    """Tell whether ``text`` is nothing but a field's broad name ("hóa chất", "lĩnh vực điện lực ạ")."""
    terms = analyse(text)
    named = max(
        _lexicon().find_in_terms(terms), key=lambda match: match.last_term - match.first_term, default=None
    )
    if named is None or normalise(named.phrase) not in _alone():
        return False
    rest = [place for place in range(len(terms)) if not named.first_term <= place <= named.last_term]
    fillers = {
        place
        for match in load_lexicon().find_in_terms(terms)
        if match.entity == "filler"
        for place in range(match.first_term, match.last_term + 1)
    }
    return all(place in fillers for place in rest)
