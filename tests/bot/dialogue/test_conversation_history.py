from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.history import shorten
from tests.bot.dialogue.conftest import SLOT, turn

Conversation = Callable[..., DialogueStateTracker]


def asked(tracker: DialogueStateTracker) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def test_a_short_conversation_is_left_alone(conversation: Conversation) -> None:
    tracker = conversation(3)
    before = list(tracker.events)

    shorten(tracker, 3)

    assert list(tracker.events) == before


def test_the_last_turns_and_the_slots_remain(conversation: Conversation) -> None:
    tracker = conversation(10)

    shorten(tracker, 2)

    assert asked(tracker) == ["câu hỏi 9", "câu hỏi 10"]
    assert SlotSet(SLOT, {"turn": 10}) in tracker.events
    assert tracker.get_slot(SLOT) == {"turn": 10}


def test_a_tracker_made_again_from_the_short_history_is_the_same(
    conversation: Conversation, domain: Domain
) -> None:
    tracker = conversation(10)

    shorten(tracker, 2)
    again = DialogueStateTracker.from_events(tracker.sender_id, list(tracker.events), domain.slots)

    assert again.current_slot_values() == tracker.current_slot_values()
    assert again.latest_action_name == tracker.latest_action_name
    assert again.latest_message == tracker.latest_message


@pytest.mark.parametrize("turns", [4, 50])
def test_the_history_does_not_grow_with_the_conversation(conversation: Conversation, turns: int) -> None:
    tracker = conversation(0)
    for number in range(turns):
        tracker.update_with_events(turn(number), None)
        shorten(tracker, 3)

    assert len(tracker.events) == 3 + 3 * 5 + 1
    assert [event.timestamp for event in tracker.events] == sorted(
        event.timestamp for event in tracker.events
    )
