"""What of a turn is kept: texts masked, what the assistant said not at all.

Personal Data Protection Law 91/2025/QH15 art. 3 (minimisation). Rules look at intents and slots alone, so
nothing that Rasa does later needs the words.
"""

from __future__ import annotations

from typing import Any

from rasa.shared.core.constants import SESSION_START_METADATA_SLOT
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from knowledge.text.masking import mask_for_keeping

HIDDEN = "[mã hồ sơ]"
_IDENTIFYING = frozenset({"dossier_code"})


def mask_last_turn(tracker: DialogueStateTracker) -> None:
    """Mask the citizen's last message in ``tracker`` and drop the words of the answers to it."""
    _drop_session_metadata(tracker)
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            event.text, event.data = None, {}
        elif isinstance(event, UserUttered):
            _mask(event)
            return


def _mask(event: UserUttered) -> None:
    """A button's payload carries nothing personal; what came along with a message (files) is not kept."""
    event.metadata = {}
    event.parse_data.pop("metadata", None)
    if not event.text or event.text.startswith("/"):
        return
    event.text = mask_for_keeping(event.text)
    event.entities = [_without_code(entity) for entity in event.entities or []]
    event.parse_data = {**event.parse_data, "text": event.text, "entities": event.entities}


def _without_code(entity: dict[str, Any]) -> dict[str, Any]:
    return {**entity, "value": HIDDEN} if entity.get("entity") in _IDENTIFYING else entity


def _drop_session_metadata(tracker: DialogueStateTracker) -> None:
    """Rasa keeps the metadata of a session's first message in a slot of its own, for no use of ours."""
    slot = tracker.slots.get(SESSION_START_METADATA_SLOT)
    if slot is not None:
        slot.reset()
    if any(map(_holds_metadata, tracker.events)):
        kept = [event for event in tracker.events if not _holds_metadata(event)]
        tracker.events.clear()
        tracker.events.extend(kept)


def _holds_metadata(event: Event) -> bool:
    return isinstance(event, SlotSet) and event.key == SESSION_START_METADATA_SLOT
