"""Whether a domain is empty, found out once for each loaded model.

Rasa 3.6 asks it with every message, to warn of intents that the domain lacks, and answers by making an empty
domain and comparing the two as dictionaries: a twenty-fifth of what it costs a turn. A loaded domain is not
changed any more.
"""

from __future__ import annotations

from rasa.shared.core.domain import Domain


def settle_emptiness(domain: Domain) -> None:
    """Let ``domain.is_empty`` answer from now on what it answers now."""
    is_empty = domain.is_empty()
    domain.is_empty = lambda: is_empty
