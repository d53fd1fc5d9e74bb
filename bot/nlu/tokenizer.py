"""Rasa tokenizer for Vietnamese: words, codes in one piece, places in the text as it was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.features import WORD_JOINER
from bot.nlu.fingerprint import text_fingerprint
from bot.nlu.reading import Reading, read
from bot.nlu.segmentation import Segmenter, open_segmenter
from knowledge.text.codes import CodeSpan
from knowledge.text.terms import Term


@dataclass
class _Unit:
    """What was typed in one piece: a syllable, an abbreviation (of several syllables) or a code."""

    start: int
    end: int
    syllables: list[str] = field(default_factory=list)
    is_code: bool = False


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Splits a message into Vietnamese words.

    A token's ``text`` is what the citizen typed (``start`` and ``end`` are places in the message as sent),
    its ``lemma`` the word in normal form with its syllables joined by ``_`` (``XĂNG DẦU`` -> ``xăng_dầu``,
    ``attp`` -> ``an_toàn_thực_phẩm``). Procedure and dossier codes are one token each.

    Configuration: ``word_segmentation`` (default true) joins syllables into words with underthesea.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the component's defaults."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "word_segmentation": True}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return what Rasa's training cache must know besides this class: our text code and data."""
        return text_fingerprint()

    def __init__(self, config: dict[str, Any]) -> None:
        """Take the merged configuration."""
        super().__init__(config)
        self._segmenter = open_segmenter(bool(config["word_segmentation"]))

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one attribute of ``message``."""
        original = message.get(attribute)
        reading = read(original)
        tokens: list[Token] = []
        for group in _words(_units(reading), self._segmenter):
            start, end = reading.composed.original_span(group[0].start, group[-1].end)
            lemma = WORD_JOINER.join(syllable for unit in group for syllable in unit.syllables)
            tokens.append(Token(original[start:end], start, end, lemma=lemma))
        return tokens


def _units(reading: Reading) -> list[_Unit]:
    """Put the terms together by what they were typed as, with every code in one piece."""
    codes = reading.codes
    units = [_Unit(code.start, code.end, [code.code.lower()], is_code=True) for code in codes]
    for term in reading.terms:
        if _inside_code(term, codes):
            continue
        if units and (units[-1].start, units[-1].end) == (term.start, term.end):
            units[-1].syllables.append(term.norm)
        else:
            units.append(_Unit(term.start, term.end, [term.norm]))
    return sorted(units, key=lambda unit: unit.start)


def _inside_code(term: Term, codes: Sequence[CodeSpan]) -> bool:
    return any(code.start < term.end and term.start < code.end for code in codes)


def _words(units: Sequence[_Unit], segmenter: Segmenter) -> Iterator[list[_Unit]]:
    """Group units into words; a code is always a word of its own."""
    flags = segmenter.continues([syllable for unit in units for syllable in unit.syllables])
    group: list[_Unit] = []
    place = 0
    for unit in units:
        joins = flags[place] and not unit.is_code and not (group and group[-1].is_code)
        if group and not joins:
            yield group
            group = []
        group.append(unit)
        place += len(unit.syllables)
    if group:
        yield group
