"""The example files, the domain, the rules and docs/nlu.md fit together."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.entities import EXTRACTED_ENTITIES
from knowledge.text.codes import find_dossier_codes, find_procedure_codes
from knowledge.text.lexicon import read_phrases
from knowledge.text.normalise import fold
from tests.bot.nlu.conftest import ROOT

FALLBACK = "nlu_fallback"
OF_BUTTONS = {"resume_flow", "flow_step"}
CARRIED_BY_BUTTONS = {"flow", "value", "about"}


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    return list(yaml.safe_load((ROOT / "nlu_data" / "rules.yml").read_text(encoding="utf-8"))["rules"])


def intents(domain: dict[str, Any]) -> set[str]:
    return {name for entry in domain["intents"] for name in entry}


def test_every_intent_has_examples_and_every_example_an_intent(
    domain: dict[str, Any], real_data: TrainingData
) -> None:
    counted = Counter(example.get("intent") for example in real_data.intent_examples)

    assert set(counted) == intents(domain) - {FALLBACK} - OF_BUTTONS
    assert min(counted.values()) >= 24
    assert counted["ask_procedure"] >= 390


def test_every_intent_has_exactly_one_rule_with_an_action_of_the_domain(
    domain: dict[str, Any], rules: list[dict[str, Any]]
) -> None:
    asked = [rule["steps"][0]["intent"] for rule in rules]
    taken = {rule["steps"][1]["action"] for rule in rules}

    assert sorted(asked) == sorted(intents(domain))
    assert taken == set(domain["actions"])


def test_no_example_stands_under_two_intents_or_twice(real_data: TrainingData) -> None:
    texts = Counter(fold(example.get("text")) for example in real_data.intent_examples)

    assert [text for text, count in texts.items() if count > 1] == []


def test_annotated_entities_carry_values_that_the_lexicons_know(
    domain: dict[str, Any], real_data: TrainingData
) -> None:
    known = {(entity, value) for entity, value, _ in read_phrases()}
    assert set(domain["entities"]) - CARRIED_BY_BUTTONS == set(EXTRACTED_ENTITIES)

    for example in real_data.entity_examples:
        for entity in example.get("entities"):
            text = example.get("text")[entity["start"] : entity["end"]]
            if entity["entity"] == "procedure_code":
                assert find_procedure_codes(text)
            elif entity["entity"] == "dossier_code":
                assert find_dossier_codes(text)
            else:
                assert (entity["entity"], entity["value"]) in known, example.get("text")


def test_a_good_share_of_the_questions_is_annotated(real_data: TrainingData) -> None:
    asked = [example for example in real_data.intent_examples if example.get("intent") == "ask_procedure"]

    assert sum(bool(example.get("entities")) for example in asked) / len(asked) > 0.45


def test_the_documentation_names_every_intent_entity_slot_and_action(domain: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "nlu.md").read_text(encoding="utf-8")
    names = [*intents(domain), *domain["entities"], *domain["slots"], *domain["actions"]]

    assert [name for name in names if f"`{name}`" not in text] == []
