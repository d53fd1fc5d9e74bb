"""Rasa entities from the phrase lexicons and the codes of ``knowledge.text``: read, not learned."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.offsets import ComposedText
from bot.nlu.reading import read

LEXICON_ENTITIES = ("facet", "case", "actor", "area", "level", "online_level", "ordinal")
CODE_ENTITIES = ("procedure_code", "dossier_code")
EXTRACTED_ENTITIES = LEXICON_ENTITIES + CODE_ENTITIES


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LexiconEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds facets, cases, actors, areas, levels, ordinals and codes in a message.

    Everyday wording is data (``knowledge/text/data/lexicons``), so a new phrase needs no new training, and
    the same phrases serve search. Two facets in one question give two entities.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexiconEntityExtractor:
        """Create the component (nothing to configure or load)."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities found to each message, next to those already there."""
        for message in messages:
            found = self.add_extractor_name(extract_entities(message.get(TEXT) or ""))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def extract_entities(original: str) -> list[dict[str, Any]]:
    """Return Rasa entities of ``original`` in the order of their places, which refer to it as sent."""
    reading = read(original)
    composed = reading.composed
    entities = [
        _entity(composed, match.entity, match.value, match.start, match.end)
        for match in reading.phrases
        if match.entity in LEXICON_ENTITIES
    ]
    for name, spans in zip(CODE_ENTITIES, (reading.procedure_codes, reading.dossier_codes), strict=True):
        entities += [_entity(composed, name, span.code, span.start, span.end) for span in spans]
    return sorted(entities, key=lambda entity: entity["start"])


def _entity(text: ComposedText, name: str, value: str, start: int, end: int) -> dict[str, Any]:
    first, last = text.original_span(start, end)
    return {"entity": name, "value": value, "start": first, "end": last, "confidence_entity": 1.0}
