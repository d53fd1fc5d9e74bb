"""Facets learned from labelled messages: what is asked, also when no phrase of the lexicon says it.

"gồm gì", "xin lại sao em", "có phải báo xã không" name a facet by the shape of the question. Two learners
look at a message: one at exact words (`facet_words`), one at words that stand in each other's place
(`facet_network`); the mean of their probabilities decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import misspell
from bot.nlu.facet_examples import NOTHING_ASKED, Labelled, Lesson, join_shapes, read_examples
from bot.nlu.facet_network import FacetNetwork
from bot.nlu.facet_words import FacetWords
from bot.nlu.fingerprint import text_fingerprint
from bot.nlu.reading import read
from knowledge.text.normalise import strip_marks

SHAPES_A_NETWORK_SHAPE = 3
"""Of so many shapes the network takes one: with all it learns no better and longer."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class FacetClassifier(GraphComponent, EntityExtractorMixin):
    """Decides the facets of a message; goes after ``LexiconEntityExtractor``, whose facets it weighs.

    ``threshold`` is the probability from which a facet counts; ``keep_phrase_from`` the lower one that
    suffices where the lexicon found a phrase (0: phrases always count). Facets without a phrase get the
    whole message as their span. A written message weighs ``written_weight`` times one joined from shapes;
    what occurs in fewer than ``least_messages`` messages is not learned.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Nothing: without lexicon facets the words alone decide."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default thresholds and strength of regularisation."""
        return {
            "threshold": 0.5,
            "keep_phrase_from": 0.3,
            "inverse_regularisation": 100.0,
            "written_weight": 4.0,
            "least_messages": 6,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """Take configuration and storage; weights come from ``train`` or ``load``."""
        self._config = config
        self._storage = storage
        self._resource = resource
        self._learners: tuple[FacetWords | FacetNetwork, ...] = ()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FacetClassifier:
        """Create an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return what else the training rests on, for Rasa's training cache."""
        return text_fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled messages and from examples whose facets are annotated.

        The network does without misspelt copies and most shapes: they double its time and teach it little.
        """
        messages = [*read_examples(), *_annotated(training_data)]
        shapes = list(join_shapes())
        facets = sorted({facet for _, asked in [*messages, *shapes] for facet in asked} - {NOTHING_ASKED})
        weight = self._config["written_weight"]
        written = list(_lessons(_with_and_without_marks(messages), weight))
        misspelt = _lessons(_misspelt(messages), weight)
        joined = list(_lessons(_with_and_without_marks(shapes), 1.0))
        strength, least = self._config["inverse_regularisation"], self._config["least_messages"]
        self._learners = (
            FacetWords.fit([*written, *misspelt, *joined], facets, strength, least),
            FacetNetwork.fit([*written, *joined[::SHAPES_A_NETWORK_SHAPE]], facets),
        )
        with self._storage.write_to(self._resource) as folder:
            for learner in self._learners:
                learner.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Replace the facets of each message by those decided."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = message.get(ENTITIES, [])
            others = [entity for entity in found if entity["entity"] != "facet"]
            phrases = [entity for entity in found if entity["entity"] == "facet"]
            message.set(ENTITIES, others + self._decide(text, phrases), add_to_output=True)
        return messages

    def _decide(self, text: str, phrases: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not text.strip():
            return phrases
        chances = self._probabilities(text)
        decided = []
        for entity in phrases:
            chance = chances.pop(entity["value"], 1.0)
            if chance >= self._config["keep_phrase_from"]:
                decided.append({**entity, "confidence_entity": max(chance, entity["confidence_entity"] / 2)})
        said = {entity["value"] for entity in phrases}
        learned: list[dict[str, Any]] = [
            {"entity": "facet", "value": facet, "start": 0, "end": len(text), "confidence_entity": chance}
            for facet, chance in chances.items()
            if chance >= self._config["threshold"] and facet not in said
        ]
        self.add_extractor_name(learned)
        return decided + learned

    def _probabilities(self, text: str) -> dict[str, float]:
        reading = read(text)
        chances = np.mean([learner.probabilities(reading) for learner in self._learners], axis=0)
        return dict(zip(self._learners[0].facets, map(float, chances), strict=True))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ANN401 - Rasa's signature
    ) -> FacetClassifier:
        """Load the trained component."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._learners = (FacetWords.load(folder), FacetNetwork.load(folder))
        return component


def _annotated(training_data: TrainingData) -> Iterator[Labelled]:
    """NLU examples that have a facet annotated; one annotation means that all were."""
    for message in training_data.nlu_examples:
        facets = {e["value"] for e in message.get(ENTITIES, []) if e["entity"] == "facet"}
        if facets and message.get(TEXT):
            yield message.get(TEXT), frozenset(facets)


def _lessons(labelled: Iterable[Labelled], importance: float) -> Iterator[Lesson]:
    for text, facets in labelled:
        yield Lesson(read(text), facets, importance)


def _with_and_without_marks(labelled: Iterable[Labelled]) -> Iterator[Labelled]:
    for text, facets in labelled:
        yield text, facets
        yield strip_marks(text), facets


def _misspelt(labelled: Iterable[Labelled]) -> Iterator[Labelled]:
    for text, facets in labelled:
        yield misspell(text), facets
