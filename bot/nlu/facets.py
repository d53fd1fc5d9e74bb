"""Facets learned from labelled messages: what is asked, also when no phrase of the lexicon says it.

"gồm gì", "xin lại sao em", "có phải báo xã không" name a facet by the shape of the question. One logistic
regression for each facet looks at words, word pairs and triples, how the message ends, and which facets the
phrase lexicon found; so a phrase is strong evidence, and the rest of the message may overrule it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.nlu.augmentation import misspell
from bot.nlu.facet_examples import NOTHING_ASKED, Labelled, join_shapes, read_examples
from bot.nlu.fingerprint import text_fingerprint
from bot.nlu.reading import Reading, read
from knowledge.text.normalise import strip_marks


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
            "threshold": 0.4,
            "keep_phrase_from": 0.3,
            "inverse_regularisation": 100.0,
            "written_weight": 4.0,
            "least_messages": 3,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        """Take configuration and storage; weights come from ``train`` or ``load``."""
        self._config = config
        self._storage = storage
        self._resource = resource
        self._vocabulary: dict[str, int] = {}
        self._facets: list[str] = []
        self._weights: npt.NDArray[np.float64] = np.zeros((0, 0))
        self._intercepts: npt.NDArray[np.float64] = np.zeros(0)

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
        """Learn from the labelled messages and from examples whose facets are annotated."""
        messages = [*read_examples(), *_annotated(training_data)]
        written = [*_with_and_without_marks(messages), *_misspelt(messages)]
        labelled = [*written, *_with_and_without_marks(join_shapes())]
        importance = np.where(np.arange(len(labelled)) < len(written), self._config["written_weight"], 1.0)
        rows = [_features(read(text)) for text, _ in labelled]
        counts = Counter(name for row in rows for name in row)
        names = sorted(name for name, count in counts.items() if count >= self._config["least_messages"])
        self._vocabulary = {name: place for place, name in enumerate(names)}
        self._facets = sorted({facet for _, facets in labelled for facet in facets} - {NOTHING_ASKED})
        matrix = self._matrix(rows)
        fitted = []
        for facet in self._facets:
            model = LogisticRegression(
                C=self._config["inverse_regularisation"], max_iter=300, solver="liblinear"
            )
            fitted.append(model.fit(matrix, [facet in facets for _, facets in labelled], importance))
        self._weights = np.vstack([model.coef_[0] for model in fitted])
        self._intercepts = np.array([float(model.intercept_[0]) for model in fitted])
        self._persist()
        return self._resource

    def _matrix(self, rows: list[list[str]]) -> csr_matrix:
        """Return the rows over the vocabulary; with what is not in it, each has length 1."""
        known = [[self._vocabulary[name] for name in row if name in self._vocabulary] for row in rows]
        lengths = [len(row) for row in known]
        places = [place for row in known for place in row]
        values = np.repeat(1 / np.sqrt([len(row) for row in rows]), lengths)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return csr_matrix((values, places, starts), shape=(len(rows), len(self._vocabulary)))

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
        row = _features(read(text))
        places = [self._vocabulary[name] for name in row if name in self._vocabulary]
        scores = self._intercepts.copy()
        if places:
            scores = scores + self._weights[:, places].sum(axis=1) / np.sqrt(len(row))
        chances = 1 / (1 + np.exp(-scores))
        return dict(zip(self._facets, map(float, chances), strict=True))

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            names = sorted(self._vocabulary, key=self._vocabulary.__getitem__)
            content = json.dumps({"vocabulary": names, "facets": self._facets}, ensure_ascii=False)
            (folder / "facets.json").write_text(content, encoding="utf-8")
            np.savez(folder / "facets.npz", weights=self._weights, intercepts=self._intercepts)

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
            content = json.loads((folder / "facets.json").read_text(encoding="utf-8"))
            with np.load(folder / "facets.npz", allow_pickle=False) as arrays:
                component._weights = arrays["weights"]
                component._intercepts = arrays["intercepts"]
        component._vocabulary = {name: place for place, name in enumerate(content["vocabulary"])}
        component._facets = content["facets"]
        return component


def _annotated(training_data: TrainingData) -> Iterator[Labelled]:
    """NLU examples that have a facet annotated; one annotation means that all were."""
    for message in training_data.nlu_examples:
        facets = {e["value"] for e in message.get(ENTITIES, []) if e["entity"] == "facet"}
        if facets and message.get(TEXT):
            yield message.get(TEXT), frozenset(facets)


def _with_and_without_marks(labelled: Iterable[Labelled]) -> Iterator[Labelled]:
    for text, facets in labelled:
        yield text, facets
        yield strip_marks(text), facets


def _misspelt(labelled: Iterable[Labelled]) -> Iterator[Labelled]:
    for text, facets in labelled:
        yield misspell(text), facets


def _features(reading: Reading) -> list[str]:
    """Return the distinct features of a message."""
    folded = ["^", *(term.folded for term in reading.terms), "$"]
    names = {f"w:{word}" for word in folded}
    names |= {f"b:{first} {second}" for first, second in pairwise(folded)}
    names |= {f"t:{' '.join(three)}" for three in zip(folded, folded[1:], folded[2:], strict=False)}
    names |= {f"m:{term.norm}" for term in reading.terms if term.marked}
    phrases = [match.value for match in reading.phrases if match.entity == "facet"]
    names |= {f"phrase:{value}" for value in phrases}
    names.add(f"phrases:{min(len(set(phrases)), 3)}")
    return sorted(names)
