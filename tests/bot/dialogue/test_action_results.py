from __future__ import annotations

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.dialogue.action_results import ActionResultError, check_action_result

ACTION = RemoteAction("action_answer_procedure", None)
SLOT = {"event": "slot", "timestamp": None, "name": "conversation_state", "value": {"procedure": "2.000648"}}
GOOD = [
    {"events": [], "responses": []},
    {
        "events": [SLOT, {"event": "followup", "timestamp": None, "name": "action_listen"}],
        "responses": [{"custom": {}}],
    },
]
BAD: list[dict[str, Any]] = [
    {"events": {}, "responses": []},
    {"events": ["slot"], "responses": []},
    {"events": [{"name": "x"}], "responses": []},
    {"events": [], "responses": "text"},
    {"events": [], "responses": [None]},
]


@pytest.mark.parametrize("result", GOOD)
def test_what_rasa_accepts_is_accepted(result: dict[str, Any]) -> None:
    assert ACTION._validate_action_result(result)
    assert check_action_result(ACTION, result)


@pytest.mark.parametrize("result", BAD)
def test_what_rasa_refuses_is_refused(result: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ACTION._validate_action_result(result)
    with pytest.raises(ActionResultError):
        check_action_result(ACTION, result)


def test_an_answer_that_is_no_object_is_refused() -> None:
    with pytest.raises(ActionResultError, match="list"):
        check_action_result(ACTION, [])
