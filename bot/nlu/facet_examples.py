"""Messages with the facets they ask: written ones, and shapes of questions joined with subjects.

Written messages show how people really write; shapes make sure that every way of asking is learned apart
from what is asked about, alone and two in one message.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bot.nlu.reading import Reading

DATA = Path(__file__).parent / "data"
EXAMPLES = DATA / "facet_examples"
SHAPES = DATA / "facet_shapes.yml"
NOTHING_ASKED = "overview"
SUBJECTS_PER_SHAPE = 6
PARTNERS_PER_SHAPE = 8
CONNECTORS = (" và ", ", ", " rồi ", " với ", ", còn ", "? ", " thì ", ", mà ", " ")
SLOT = "{}"
Labelled = tuple[str, frozenset[str]]


class Lesson(NamedTuple):
    """A message as the learners get it: read, with the facets it asks, and how much it counts."""

    reading: Reading
    facets: frozenset[str]
    importance: float


def read_examples(folder: Path = EXAMPLES) -> list[Labelled]:
    """Read the labelled messages of all files: facets joined by "+" -> messages."""
    files = [_read(path)["facets"] for path in sorted(folder.glob("*.yml"))]
    return [
        (text, frozenset(key.split("+"))) for asked in files for key, texts in asked.items() for text in texts
    ]


def join_shapes(path: Path = SHAPES) -> Iterator[Labelled]:
    """Yield shapes joined with subjects, the same ones every time."""
    content = _read(path)
    subjects: list[str] = content["subjects"]
    shapes = [
        (_with_slot(shape), frozenset(key.split("+")))
        for key, written in content["asks"].items()
        for shape in written
    ]
    tails = [
        (shape.removeprefix(SLOT).strip(), facets)
        for shape, facets in shapes
        if shape.startswith(SLOT) and NOTHING_ASKED not in facets
    ]
    for shape, facets in shapes:
        chance = random.Random(shape)  # noqa: S311 - repeatable variation, no secret
        for subject in chance.sample(subjects, SUBJECTS_PER_SHAPE):
            yield shape.format(subject), facets
        if NOTHING_ASKED in facets:
            continue
        for tail, others in chance.sample(tails, PARTNERS_PER_SHAPE):
            first = shape.format(chance.choice(subjects))
            yield f"{first}{chance.choice(CONNECTORS)}{tail}", facets | others


def _with_slot(shape: str) -> str:
    return shape if SLOT in shape else f"{SLOT} {shape}"


def _read(path: Path) -> Any:  # noqa: ANN401 - YAML
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
