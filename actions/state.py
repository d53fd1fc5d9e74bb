"""What the conversation remembers between two messages, kept in one Rasa slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

SLOT = "conversation_state"


@dataclass(frozen=True)
class State:
    """Memory of a conversation.

    ``procedure`` is the one in talk; ``candidates`` what was last offered for choosing and ``facets``
    what had been asked about it; ``case`` is the case last named; ``misses`` counts failures in a row.
    ``actor`` to ``awaiting`` are what a fee question asked back for. The last four belong to a flow under
    way (``actions.flows``): which one, what it waits for, what it knows so far (personal data sealed only),
    and whether another question came in between. ``notice`` is the version of the notice of first contact
    that the citizen was given.
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
    flow: str | None = None
    step: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    suspended: bool = False
    notice: str | None = None

    def in_flow(self, flow: str, step: str, **data: Any) -> State:  # noqa: ANN401 - JSON values
        """Return the state with ``flow`` waiting at ``step``; ``data`` is added to what it knows."""
        known = {**self.data, **data} if self.flow == flow else data
        return replace(self, flow=flow, step=step, data=known, suspended=False)

    def without_flow(self) -> State:
        """Return the state after a flow ended or was left; nothing of what it knew stays."""
        return replace(self, flow=None, step=None, data={}, suspended=False)

    def as_slot(self) -> dict[str, Any]:
        """Return the JSON form, without what is at its default."""
        values = ((name, getattr(self, name)) for name in self.__dataclass_fields__)
        return {name: _as_json(value) for name, value in values if value not in (None, (), 0, {})}


def _as_json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def read_state(slot: object) -> State:
    """Read the slot's JSON form; what is unknown or missing falls back to the default."""
    if not isinstance(slot, dict):
        return State()
    known = {key: value for key, value in slot.items() if key in State.__dataclass_fields__}
    for key in ("candidates", "facets"):
        known[key] = tuple(known.get(key) or ())
    return State(**known)
