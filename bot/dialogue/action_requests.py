"""What the action server is sent of a conversation: its state and the latest message, not its past events.

Rasa 3.6 sends every event it holds with each call, analysed messages included. The actions read the latest
message and their own slot (``actions.state``) and nothing else, so the events are only written and read for
nothing, and words that need not travel do. Rasa offers no setting there, so the one method is replaced.
"""

from __future__ import annotations

from typing import Any

import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity


def without_past(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Return the JSON of a call (Rasa's action server API); the domain only for an action that wants it."""
    call = {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": {**tracker.current_state(EventVerbosity.NONE), "events": []},
        "version": rasa.__version__,
    }
    wants_it = domain.does_custom_action_explicitly_need_domain(action.name())
    if wants_it or not action._is_selective_domain_enabled():  # noqa: SLF001 - as Rasa's own method asks
        call["domain"] = domain.as_dict()
    return call
