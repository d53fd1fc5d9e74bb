"""What the conversation remembers between two messages, kept in one Rasa slot."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

SLOT = "conversation_state"


@dataclass(frozen=True)
class State:
    """Memory of a conversation.

    ``procedure`` is the one in talk; ``candidates`` what was last offered for choosing and ``facets``
    what had been asked about it; ``case`` is the case last named; ``misses`` counts failures in a row.
    The last four are what a fee question asked back for.
    """

    procedure: str | None = None
    candidates: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    case: str | None = None
    misses: int = 0
    actor: str | None = None
    area: str | None = None
    points: int | None = None
    awaiting: str | None = None

    def as_slot(self) -> dict[str, Any]:
        """Return the JSON form, without what is at its default."""
        return {key: value for key, value in asdict(self).items() if value not in (None, (), 0)}


def read_state(slot: object) -> State:
    """Read the slot's JSON form; what is unknown or missing falls back to the default."""
    if not isinstance(slot, dict):
        return State()
    known = {key: value for key, value in slot.items() if key in State.__dataclass_fields__}
    for key in ("candidates", "facets"):
        known[key] = tuple(known.get(key) or ())
    return State(**known)
