"""Training-time variants of the examples: without marks, and with slips of the finger.

The example files stay short and readable; what phones do to a sentence is added here, the same way
every time (the seed is the example itself), so that two trainings give the same model.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fingerprint import text_fingerprint
from knowledge.text.normalise import strip_marks

_NEIGHBOURS = dict(
    zip("aeiountchg", ("sq", "wr", "uo", "ip", "yi", "bm", "ry", "xv", "gj", "fh"), strict=True)
)
_SHORTEST_WORD = 3
_WORDS_PER_SLIP = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class TrainingVariants(GraphComponent):
    """Adds variants of every example while training; leaves messages alone when answering.

    Goes first in the pipeline. Configuration: ``unmarked`` (default true) adds each example without marks,
    ``slips`` (default 1) is how many misspelt variants each example gets.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the component's defaults."""
        return {"unmarked": True, "slips": 1}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return what Rasa's training cache must know besides this class: our text code and data."""
        return text_fingerprint()

    def __init__(self, config: dict[str, Any]) -> None:
        """Take the merged configuration."""
        self._unmarked = bool(config["unmarked"])
        self._slips = int(config["slips"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TrainingVariants:
        """Create the component."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the training data with the variants of its intent examples behind it."""
        variants = [
            Message({TEXT: text, INTENT: example.get(INTENT)})
            for example in training_data.training_examples
            if example.get(TEXT) and example.get(INTENT)
            for text in self.variants_of(example.get(TEXT))
        ]
        return training_data.merge(TrainingData(variants))

    def process(self, messages: list[Message]) -> list[Message]:
        """Return the messages as they are."""
        return messages

    def variants_of(self, text: str) -> list[str]:
        """Return the variants of ``text`` that differ from it and from each other."""
        candidates = [strip_marks(text)] if self._unmarked else []
        candidates += [misspell(text, number) for number in range(self._slips)]
        return _distinct(candidates, besides=text)


def misspell(text: str, number: int = 0) -> str:
    """Return ``text`` with a slip in every five words: a letter lost, swapped, or its neighbour's key.

    ``number`` chooses between different misspellings of one text; words with digits and short words stay.
    """
    chance = random.Random(f"{number}:{text}")  # noqa: S311 - repeatable variation, no secret
    words = text.split(" ")
    eligible = [place for place, word in enumerate(words) if len(word) >= _SHORTEST_WORD and word.isalpha()]
    if not eligible:
        return text
    for place in chance.sample(eligible, k=min(len(eligible), 1 + len(words) // _WORDS_PER_SLIP)):
        words[place] = _slip(words[place], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("lost", "swapped", "neighbour"))
    if kind == "lost":
        return word[:place] + word[place + 1 :]
    if kind == "swapped":
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    beside = _NEIGHBOURS.get(strip_marks(word[place]).lower())
    return word[:place] + chance.choice(beside) + word[place + 1 :] if beside else word


def _distinct(texts: Iterable[str], besides: str) -> list[str]:
    seen = {besides}
    return [text for text in texts if not (text in seen or seen.add(text))]  # type: ignore[func-returns-value]
