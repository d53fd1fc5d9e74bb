"""Counts the words and word pairs of the project's own texts for spelling and missing marks.

    python -m scripts.vocabulary > knowledge/text/data/vocabulary.txt

Counted: official names, results and papers of the shipped facts, everyday names, examples, business of other
authorities, phrase lexicons, and what messages are understood from. A word must stand in two texts: what
stands in one is as likely a slip of ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import yaml

from knowledge.catalogue.shipped import load_shipped
from knowledge.settings import ROOT
from knowledge.text.normalise import normalise

SOURCES = (
    "knowledge/catalogue/data/*.yml",
    "knowledge/catalogue/data/topics/*.yml",
    "knowledge/catalogue/data/examples/*.yml",
    "knowledge/catalogue/data/plain/*.yml",
    "knowledge/text/data/**/*.yml",
    "bot/nlu/data/*.yml",
    "nlu_data/*.yml",
)
LEAST_TEXTS = 2
HEAD = "# Words and word pairs of the project's texts: python -m scripts.vocabulary"
_WORD = re.compile(r"[^\W\d_]+")


def texts() -> Iterator[str]:
    """Yield the texts that words are counted in."""
    for procedure in load_shipped():
        yield from (procedure.name, procedure.field, *procedure.results)
        yield from (item.name for case in procedure.document_cases for item in case.items)
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            yield from _scalars(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def _official_words() -> Iterator[str]:
    """Yield each word of an official name once more: it is no slip, however rare."""
    for procedure in load_shipped():
        yield from set(_WORD.findall(normalise(procedure.name)))


def _scalars(value: Any) -> Iterator[str]:  # noqa: ANN401 - YAML
    if isinstance(value, dict):
        for item in value.values():
            yield from _scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    elif isinstance(value, str):
        yield from value.splitlines()


def count() -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Return in how many texts each word and each pair of words stands."""
    words: Counter[str] = Counter(_official_words())
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts():
        found = [normalise(word) for word in _WORD.findall(normalise(text))]
        words.update(set(found))
        pairs.update(set(pairwise(found)))
    return words, pairs


def document() -> str:
    """Return the vocabulary, a word or pair a line with its count."""
    words, pairs = count()
    lines = [f"{word} {number}" for word, number in sorted(words.items()) if number >= LEAST_TEXTS]
    lines += [
        f"{first} {second} {number}"
        for (first, second), number in sorted(pairs.items())
        if words[first] >= LEAST_TEXTS and words[second] >= LEAST_TEXTS
    ]
    return "\n".join([HEAD, *lines, ""])


if __name__ == "__main__":
    print(document(), end="")  # noqa: T201 - a script's own output
