from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import Tracker

from bot.dialogue.action_requests import without_past

NAME = "action_answer_procedure"
OURS = EndpointConfig("http://127.0.0.1:1", enable_selective_domain=True)
OTHERS = EndpointConfig("http://127.0.0.1:1")


@pytest.mark.parametrize("endpoint", [OURS, OTHERS], ids=["selective", "always"])
def test_all_but_the_events_is_sent_as_rasa_does(
    conversation: Callable[..., DialogueStateTracker], domain: Domain, endpoint: EndpointConfig
) -> None:
    action, tracker = RemoteAction(NAME, endpoint), conversation(2)
    theirs, ours = action._action_call_format(tracker, domain), without_past(action, tracker, domain)

    assert theirs["tracker"].pop("events")
    assert ours["tracker"].pop("events") == []
    assert ours == theirs
    assert ("domain" in ours) is (endpoint is OTHERS)


def test_the_action_server_reads_it(
    conversation: Callable[..., DialogueStateTracker], domain: Domain
) -> None:
    call = without_past(RemoteAction(NAME, OURS), conversation(1), domain)
    read = Tracker.from_dict(call["tracker"])

    assert read.latest_message["text"] == "câu hỏi 1"
    assert read.get_slot("conversation_state") == {"turn": 1}
    assert read.events == []
