"""Keeping a conversation's history short: the last turns, and what the older ones left in the slots."""

from __future__ import annotations

from collections.abc import Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, Event, Restarted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


def shorten(tracker: DialogueStateTracker, max_turns: int) -> None:
    """Drop all but the last ``max_turns`` citizen's messages and what followed them from ``tracker``.

    The slots keep their values: they stand at the head of the history, so that a tracker made again from
    it is the same. Everything a turn costs (features, copies, the request to the action server) grows with
    the history, and what a citizen wrote long ago need not be kept. Nothing before a restart stays: that is
    how the actions have a citizen's words forgotten.
    """
    events = list(tracker.events)
    restarts = [place for place, event in enumerate(events) if isinstance(event, Restarted)]
    if restarts:
        tracker.events.clear()
        tracker.events.extend(
            [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), *events[restarts[-1] + 1 :]]
        )
        return
    start = _start_of_tail(events, max_turns)
    if start == 0:
        return
    head: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    head += [
        SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value != slot.initial_value
    ]
    began = events[start].timestamp
    for event in head:
        event.timestamp = began
    tracker.events.clear()
    tracker.events.extend([*head, *events[start:]])


def _start_of_tail(events: Sequence[Event], max_turns: int) -> int:
    """Return where the last ``max_turns`` turns begin (their first ``action_listen``); 0 keeps all."""
    said = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) <= max_turns:
        return 0
    for place in range(said[-max_turns], -1, -1):
        event = events[place]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return place
    return 0
