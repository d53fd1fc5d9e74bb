"""Does the trained pipeline understand questions it was not trained on? Figures: docs/nlu.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import misspell
from knowledge.text.normalise import fold, strip_marks
from tests.bot.nlu.conftest import ROOT, Pipeline

DEV, FRESH = (ROOT / "benchmarks" / name for name in ("dev_intents.yml", "fresh_intents.yml"))


def read_questions(path: Path) -> list[tuple[str, str]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [(text, intent) for intent, texts in content.items() for text in texts]


def action_of_intent() -> dict[str, str]:
    rules = yaml.safe_load((ROOT / "nlu_data" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    return {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}


def share_routed_right(
    pipeline: Pipeline, questions: list[tuple[str, str]], change: Callable[[str], str]
) -> float:
    actions = action_of_intent()
    right = [
        actions[pipeline.parse(change(text)).get("intent")["name"]] == actions[intent]
        for text, intent in questions
    ]
    return sum(right) / len(right)


def misspell_once(text: str) -> str:
    return misspell(text, 7)


@pytest.mark.parametrize(
    ("change", "least"),
    [(str, 0.93), (strip_marks, 0.92), (misspell_once, 0.88)],
    ids=["clean", "unmarked", "slips"],
)
@pytest.mark.parametrize("path", [DEV, FRESH], ids=["dev", "fresh"])
def test_questions_reach_the_right_action(
    trained: Pipeline, path: Path, change: Callable[[str], str], least: float
) -> None:
    assert share_routed_right(trained, read_questions(path), change) >= least


def test_no_question_of_the_files_is_trained_on(real_data: TrainingData) -> None:
    trained_on = {fold(example.get("text")) for example in real_data.intent_examples}
    several_words = [
        text for path in (DEV, FRESH) for text, _ in read_questions(path) if len(text.split()) > 4
    ]

    assert not [text for text in several_words if fold(text) in trained_on]


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀", "?", "a" * 10_000, "xăng " * 2_000, "\u0301\u0301", "\x00"]
)
def test_odd_text_gets_some_intent_and_no_exception(trained: Pipeline, text: str) -> None:
    assert trained.parse(text).get("intent")["name"] in action_of_intent()
