"""A small domain and trackers as Rasa makes them."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

with warnings.catch_warnings():  # of Rasa's own modules, while they are imported
    warnings.simplefilter("ignore")
    import rasa.core.agent  # noqa: F401 - what the tests import from Rasa comes with it

from bot.dialogue.replacements import REPLACED

SLOT = "conversation_state"
RASAS_OWN = [(place, name, getattr(place, name)) for place, name, _ours in REPLACED]
"""As it is before any test: a channel that starts puts ours there, in whichever test of this process."""


@pytest.fixture(autouse=True)
def rasas_own_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test with Rasa as it is."""
    for place, name, own in RASAS_OWN:
        monkeypatch.setattr(place, name, own)


def turn(number: int) -> list[Event]:
    """Return the events of one question, its answer and the wait for the next."""
    return [
        UserUttered(f"câu hỏi {number}", {"name": "ask_procedure", "confidence": 0.9}),
        ActionExecuted("action_answer_procedure"),
        BotUttered(None, {"custom": {"text": f"trả lời {number}"}}),
        SlotSet(SLOT, {"turn": number}),
        ActionExecuted("action_listen"),
    ]


@pytest.fixture
def domain() -> Domain:
    slot = AnySlot(SLOT, mappings=[{"type": "custom"}], influence_conversation=False)
    return Domain(["ask_procedure"], [], [slot], {}, ["action_answer_procedure"], {}, {})


@pytest.fixture
def conversation(domain: Domain) -> Callable[..., DialogueStateTracker]:
    def make(turns: int, sender: str = "người dân") -> DialogueStateTracker:
        start = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
        events = start + [event for number in range(1, turns + 1) for event in turn(number)]
        return DialogueStateTracker.from_events(sender, events, domain.slots)

    return make
