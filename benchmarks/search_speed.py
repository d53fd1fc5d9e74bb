"""How long a search takes in a catalogue of 20,000 procedures.

    python -m benchmarks.search_speed [procedures]

The shipped catalogue with its language, filled up with procedures of other names: pieces of official names
joined anew. Asked are the development questions. Processor time of this process, so that the load of other
programs does not count; on one core it is the time of an answer.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.evaluation.questions import FOLDER, read_questions
from benchmarks.sections import RESULTS, put_section
from knowledge.catalogue.records import Catalogue, Procedure
from knowledge.catalogue.search import ProcedureIndex, build_index
from knowledge.catalogue.shipped import shipped_catalogue
from knowledge.catalogue.topics import load_everyday_language

PROCEDURES = 20_000
WANTED_MILLISECONDS = 20


def filled_up(catalogue: Catalogue, size: int) -> Catalogue:
    """Return the catalogue with made-up procedures, ``size`` in all, the same ones every time."""
    procedures = dict(catalogue.procedures)
    procedures |= {one.code: one for one in _made_up(list(procedures.values()), size - len(procedures))}
    return Catalogue(catalogue.release, procedures)


def _made_up(known: list[Procedure], count: int) -> Iterator[Procedure]:
    chance = random.Random(1)
    for number in range(count):
        first, second = chance.sample(known, 2)
        words = [*first.name.split()[: chance.randint(3, 9)], *second.name.split()[-chance.randint(3, 9) :]]
        yield replace(first, code=f"9.{number:06d}", name=" ".join(words))


def measure(index: ProcedureIndex, texts: list[str]) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    taken = []
    for text in texts:
        started = time.process_time()
        index.search(text)
        taken.append((time.process_time() - started) * 1000)
    return float(np.median(taken)), float(np.percentile(taken, 95))


def render(procedures: int, questions: int, median: float, late: float) -> str:
    """Return the section of the results."""
    met = "met" if late < WANTED_MILLISECONDS else "missed"
    return f"""## Search with {procedures:,} procedures

{questions} questions of development to the search alone (`python -m benchmarks.search_speed`), processor
time on one core, so that the load of other programs does not count.

| procedures | median | p95 | wanted |
|---|---|---|---|
| {procedures:,} | {median:.1f} ms | {late:.1f} ms | p95 < {WANTED_MILLISECONDS} ms: {met} |"""


def main() -> int:
    """Build, ask, write and print; the exit code is 1 when the bar is missed."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else PROCEDURES
    texts = [
        question.text for name in ("dev", "check") for question in read_questions(FOLDER / f"{name}.jsonl")
    ]
    index = build_index(filled_up(shipped_catalogue(), size), load_everyday_language())
    measure(index, texts[:50])
    median, late = measure(index, texts)
    text = render(len(index.entries), len(texts), median, late)
    put_section(RESULTS, "search speed", text)
    print(text)
    return int(late >= WANTED_MILLISECONDS)


if __name__ == "__main__":
    sys.exit(main())
