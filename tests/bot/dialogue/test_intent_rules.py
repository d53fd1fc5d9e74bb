"""The rules that are looked up decide as Rasa's own search does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.policy import IntentRules

LISTEN = "action_listen"
DOMAIN = Domain.from_dict(
    {
        "version": "3.1",
        "intents": ["greet", "ask_procedure", "thank"],
        "entities": ["facet"],
        "actions": ["action_smalltalk", "action_answer_procedure"],
    }
)


def state(intent: str, **more: object) -> dict[str, object]:
    return {"prev_action": {"action_name": LISTEN}, "user": {"intent": intent}, **more}


def rule(action: str, *states: dict[str, object]) -> tuple[str, str]:
    return json.dumps(states, sort_keys=True), action


PLAIN = dict(
    [
        rule("action_smalltalk", state("greet")),
        rule(LISTEN, state("greet"), {**state("greet"), "prev_action": {"action_name": "action_smalltalk"}}),
        rule("action_answer_procedure", state("ask_procedure")),
    ]
)
WITH_A_SLOT = dict([rule("action_answer_procedure", state("greet", slots={"seen": [1.0]}))])


def policy(kind: type[RulePolicy], rules: dict[str, str], folder: Path) -> RulePolicy:
    storage = LocalModelStorage.create(folder)
    made = kind(kind.get_default_config(), storage, Resource("rules"), ExecutionContext(GraphSchema({})))
    made.lookup = {"rules": rules, "rules_for_loop_unhappy_path": {}, "rules_not_in_stories": []}
    return made


def talk(*intents: str) -> DialogueStateTracker:
    tracker = DialogueStateTracker("x", DOMAIN.slots)
    for intent in intents:
        tracker.update(ActionExecuted(LISTEN))
        entity = {"entity": "facet", "value": "fee", "start": 0, "end": 3}
        tracker.update(UserUttered("phí", {"name": intent, "confidence": 0.9}, [entity]))
    return tracker


@pytest.mark.parametrize("rules", [PLAIN, {**PLAIN, **WITH_A_SLOT}], ids=["plain", "with another kind"])
@pytest.mark.parametrize(
    "said", [["greet"], ["greet", "ask_procedure"], ["thank"], ["ask_procedure", "greet"]]
)
def test_decisions_are_those_of_rasas_policy(rules: dict[str, str], said: list[str], tmp_path: Path) -> None:
    theirs = policy(RulePolicy, rules, tmp_path / "a").predict_action_probabilities(talk(*said), DOMAIN)
    ours = policy(IntentRules, rules, tmp_path / "b").predict_action_probabilities(talk(*said), DOMAIN)

    assert ours.probabilities == theirs.probabilities
    assert ours.is_end_to_end_prediction == theirs.is_end_to_end_prediction


def test_a_plain_rule_is_not_searched_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", lambda *_: pytest.fail("searched"))
    ours = policy(IntentRules, PLAIN, tmp_path)

    assert max(ours.predict_action_probabilities(talk("greet"), DOMAIN).probabilities) == 1.0


def test_what_comes_after_an_action_goes_rasas_way(tmp_path: Path) -> None:
    tracker = talk("greet")
    tracker.update(ActionExecuted("action_smalltalk"))
    chances = policy(IntentRules, PLAIN, tmp_path).predict_action_probabilities(tracker, DOMAIN).probabilities

    assert DOMAIN.action_names_or_texts[chances.index(max(chances))] == LISTEN
