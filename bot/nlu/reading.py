"""Everything ``knowledge.text`` finds in one message, found once for all components of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.offsets import ComposedText, compose
from knowledge.text.codes import CodeSpan, find_dossier_codes, find_procedure_codes
from knowledge.text.lexicon import Match, load_lexicon
from knowledge.text.terms import Term, analyse


@dataclass(frozen=True)
class Reading:
    """Terms, phrases and codes of a message; their places refer to ``composed.text`` (NFC)."""

    composed: ComposedText
    terms: tuple[Term, ...]
    phrases: tuple[Match, ...]
    procedure_codes: tuple[CodeSpan, ...]
    dossier_codes: tuple[CodeSpan, ...]

    @property
    def codes(self) -> list[CodeSpan]:
        """Procedure and dossier codes in the order of their places."""
        return sorted([*self.procedure_codes, *self.dossier_codes], key=lambda span: span.start)


@lru_cache(maxsize=64)
def read(original: str) -> Reading:
    """Read a message as it was sent; the few last readings are kept for the components that follow."""
    composed = compose(original)
    terms = analyse(composed.text)
    return Reading(
        composed,
        terms,
        tuple(load_lexicon().find_in_terms(terms)),
        tuple(find_procedure_codes(composed.text)),
        tuple(find_dossier_codes(composed.text)),
    )
