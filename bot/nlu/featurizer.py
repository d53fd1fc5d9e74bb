"""Sparse sentence features for the intent classifier that do not depend on marks."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.nlu.features import features_of, kind_of
from bot.nlu.fingerprint import text_fingerprint
from bot.nlu.reading import read

_WEIGHTS_FILE = "feature_weights.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class VietnameseFeaturizer(SparseFeaturizer, GraphComponent):
    """Turns a message into one weighted sparse vector (``bot.nlu.features`` says of what).

    Each feature present weighs its inverse document frequency; the vector is then scaled to one length.
    There are no sequence features: no component of the pipeline learns from single tokens.

    Configuration: ``min_chars``, ``max_chars`` (character n-grams), ``char_weight`` (weight of these beside
    words), ``vector_length`` (length of the vector: the larger, the less the classifier is regularised).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what must come before in the pipeline."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the component's defaults."""
        return {
            **Featurizer.get_default_config(),
            "min_chars": 3,
            "max_chars": 4,
            "char_weight": 0.35,
            "vector_length": 8.0,
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Check the configuration.

        Raises:
            InvalidConfigException: an n-gram bound or a weight makes no sense.
        """
        if not 1 <= config["min_chars"] <= config["max_chars"]:
            raise InvalidConfigException("VietnameseFeaturizer: expected 1 <= min_chars <= max_chars")
        if config["char_weight"] < 0 or config["vector_length"] <= 0:
            raise InvalidConfigException(
                "VietnameseFeaturizer: expected char_weight >= 0 and vector_length > 0"
            )

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return what Rasa's training cache must know besides this class: our text code and data."""
        return text_fingerprint()

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        weights: dict[str, float] | None = None,
    ) -> None:
        """Take the configuration and, when loaded from a model, the weight of each feature."""
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._use_weights(weights or {})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VietnameseFeaturizer:
        """Create an untrained featurizer."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ANN401 - Rasa's signature
    ) -> VietnameseFeaturizer:
        """Load a trained featurizer.

        Raises:
            ValueError: the model holds no weights of this component.
        """
        with model_storage.read_from(resource) as folder:
            weights = json.loads((folder / _WEIGHTS_FILE).read_text(encoding="utf-8"))
        return cls(config, execution_context.node_name, model_storage, resource, weights)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the weight of every feature of the intent examples and store them with the model."""
        examples = [self._features(message) for message in training_data.intent_examples]
        frequency = Counter(feature for features in examples for feature in features)
        self._use_weights(
            {
                feature: self._weight(feature, count, len(examples))
                for feature, count in sorted(frequency.items())
            }
        )
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _WEIGHTS_FILE).write_text(
                json.dumps(dict(zip(self._columns, self._weights.tolist(), strict=True)), ensure_ascii=False),
                encoding="utf-8",
            )
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to every training example."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the sentence features to every message with text."""
        for message in messages:
            if message.get(TEXT) is not None:
                vector = self._vector(self._features(message))
                message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def _features(self, message: Message) -> frozenset[str]:
        words = [token.lemma for token in message.get(TOKENS_NAMES[TEXT], [])]
        reading = read(message.get(TEXT) or "")
        return frozenset(features_of(reading, words, self._config["min_chars"], self._config["max_chars"]))

    def _weight(self, feature: str, examples_with: int, examples: int) -> float:
        rarity = math.log((1 + examples) / (1 + examples_with)) + 1
        return float(rarity * (self._config["char_weight"] if kind_of(feature) == "char" else 1.0))

    def _use_weights(self, weights: dict[str, float]) -> None:
        self._columns = {feature: column for column, feature in enumerate(weights)}
        self._weights = np.array(list(weights.values()), dtype=np.float64)
        self._empty = csr_matrix((1, len(self._columns)))

    def _vector(self, features: frozenset[str]) -> csr_matrix:
        columns = np.array(self._known_columns(features), dtype=np.int32)
        values = self._weights[columns]
        norm = float(np.linalg.norm(values))
        if norm > 0:
            values = values * (self._config["vector_length"] / norm)
        vector = copy(self._empty)  # making one from its parts costs ten times as much, in checks of them
        vector.data, vector.indices = values, columns
        vector.indptr = np.array([0, len(columns)], dtype=np.int32)
        return vector

    def _known_columns(self, features: frozenset[str]) -> Sequence[int]:
        columns = self._columns
        return sorted([columns[feature] for feature in features if feature in columns])
