"""A reply: text, quick replies, and what the chat API says about the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from actions.question import Facet
from actions.state import State


class Outcome(str, Enum):
    """How a turn ended; read by analytics, tests and benchmarks (contract of the chat API)."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    LISTED = "listed"
    DOSSIER = "dossier"
    FEEDBACK = "feedback"
    CASE = "case"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Button:
    """A quick reply: what the citizen sees and what is sent when it is tapped."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """The answer to one turn and the state to remember after it."""

    text: str
    outcome: Outcome
    state: State
    buttons: tuple[Button, ...] = ()
    procedure: str | None = None
    facets: tuple[Facet, ...] = ()
    candidates: tuple[str, ...] = ()
    confidence: float = 0.0
    as_of: str | None = None
    sources: tuple[str, ...] = field(default=())
    protected: bool = False
    """Personal: channels that can keep it from being forwarded do so."""
    forget: bool = False
    """What Rasa remembers of the conversation goes with this turn."""
    not_before: float = 0.0
    """Monotonic moment before which it is not given: the time of a refusal must tell nothing."""

    def as_message(self, intent: str) -> dict[str, Any]:
        """Return the ``custom`` message that Rasa hands to the gateway."""
        return {
            "text": self.text,
            "buttons": [{"title": button.title, "payload": button.payload} for button in self.buttons],
            **({"protected": True} if self.protected else {}),
            "answer": {
                "outcome": self.outcome.value,
                "intent": intent,
                "confidence": round(self.confidence, 3),
                "procedure": self.procedure,
                "facets": [facet.value for facet in self.facets],
                "candidates": list(self.candidates),
                "as_of": self.as_of,
                "sources": list(self.sources),
            },
        }


def payload(intent: str, **entities: object) -> str:
    """Return a button payload in Rasa's ``/intent{entities}`` form."""
    if not entities:
        return f"/{intent}"
    return f"/{intent}{json.dumps(entities, ensure_ascii=False, separators=(',', ':'))}"
