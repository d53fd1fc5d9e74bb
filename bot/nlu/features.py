"""What the intent classifier sees of a message: pieces of its words without marks, and the phrases in it.

Marks are optional for the citizen, so words count without them (always) and with them (where typed).
The lexicon's phrases (a facet, a case, a code …) count as features of their own: ``bao nhiêu tiền`` and
``lệ phí`` are the same evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.nlu.reading import Reading
from knowledge.text.normalise import strip_marks

_DIGITS = re.compile(r"\d+")
_WITHOUT_MEANING = frozenset({"filler", "protect"})
START, END = "<", ">"
LONGEST_LENGTH = 8
WORD_JOINER = "_"


def features_of(
    reading: Reading, words: Iterable[str] = (), min_chars: int = 3, max_chars: int = 4
) -> list[str]:
    """Return the features of a message, possibly repeated, in a stable order.

    ``words`` are the tokenizer's words (``xăng_dầu``): those of several syllables count as one.
    ``min_chars`` and ``max_chars`` bound the character n-grams inside a syllable with its edges.
    """
    syllables = [_DIGITS.sub("0", term.folded) for term in reading.terms]
    return [
        *_character_pieces(syllables, min_chars, max_chars),
        *_syllable_pieces(syllables),
        *(f"marked:{term.norm}" for term in reading.terms if term.marked),
        *(f"word:{strip_marks(word)}" for word in words if WORD_JOINER in word),
        *_phrases(reading),
        *("phrase:procedure_code" for _ in reading.procedure_codes),
        *("phrase:dossier_code" for _ in reading.dossier_codes),
        *_other_script(reading.composed.text),
    ]


def kind_of(feature: str) -> str:
    """Return the kind of a feature: char, syllable, marked, word, phrase, length, script."""
    return feature.partition(":")[0]


def _character_pieces(syllables: Iterable[str], shortest: int, longest: int) -> Iterator[str]:
    for syllable in syllables:
        edged = f"{START}{syllable}{END}"
        for size in range(shortest, longest + 1):
            for place in range(len(edged) - size + 1):
                yield f"char:{edged[place : place + size]}"


def _syllable_pieces(syllables: list[str]) -> Iterator[str]:
    yield from (f"syllable:{syllable}" for syllable in syllables)
    yield from (f"syllable:{first} {second}" for first, second in pairwise([START, *syllables, END]))
    yield f"length:{min(len(syllables), LONGEST_LENGTH)}"


def _phrases(reading: Reading) -> Iterator[str]:
    last = len(reading.terms) - 1
    for match in reading.phrases:
        if match.entity not in _WITHOUT_MEANING:
            yield f"phrase:{match.entity}"
            yield f"phrase:{match.entity}={match.value}"
            if match.first_term == 0 and match.last_term == last:
                yield f"phrase:only {match.entity}"


def _other_script(text: str) -> Iterator[str]:
    """Letters beyond Latin script (U+1F00 ends Latin Extended Additional) speak of another language."""
    if any(char.isalpha() and (ord(char) >= 0x1F00 or 0x370 <= ord(char) < 0x1E00) for char in text):
        yield "script:other"
