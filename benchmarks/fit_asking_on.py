"""Fits which words only ask on about what was talked of, and which name a subject of their own.

Within a written message the first clause mostly names what it is about and those after it ask on ("bên em làm
bánh tráng, giấy này bên nào ký"). The words of later clauses are told apart from those of first clauses, of
names of our procedures and of other authorities' business. Evaluation questions are never read here.

    python -m benchmarks.fit_asking_on
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import yaml
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from actions.dialogue import ASKS_ON
from bot.nlu.facet_examples import read_examples
from knowledge.catalogue.asking_on import DATA, AskingOn, parts, read_words
from knowledge.catalogue.shipped import load_shipped
from knowledge.catalogue.topics import EverydayLanguage, load_everyday_language
from knowledge.text.normalise import strip_marks

LEAST_CLAUSES = 12
"""Later clauses that a word must stand in to be one that asks on."""
MOST_WORDS = 14
"""Longer later clauses tell a story of their own."""
NAMES_COUNT, OTHERS_COUNT = 3.0, 4.0
HELD_OUT_SHARE = 0.2
_CLAUSE_END = re.compile(r"[,.?!;:]+(?:\s|$)|\n")

Words = list[str]


def clauses(language: EverydayLanguage) -> tuple[list[Words], list[Words]]:
    """Return the first clauses of written messages, and the later ones."""
    first, later = [], []
    written = [text for text, _ in read_examples()]
    for text in (*written, *(text for texts in language.examples.values() for text in texts)):
        parts = [part for part in _CLAUSE_END.split(text) if len(part.split()) > 1]
        first += [read_words(part) for part in parts[:1]]
        later += [read_words(part) for part in parts[1:]]
    return first, [words for words in later if len(words) <= MOST_WORDS]


def names(language: EverydayLanguage) -> Iterator[Words]:
    """Yield everyday and official names of procedures."""
    topics = {topic.id: topic for topic, _ in language.by_code.values()}
    for topic in topics.values():
        yield from map(read_words, (*topic.names, topic.title))
    yield from (read_words(procedure.name) for procedure in load_shipped())


def fit(asking: Sequence[Words], naming: Sequence[tuple[Words, float]]) -> AskingOn:
    """Fit a logistic regression over words and pairs; only words of clauses that ask on are known."""
    known = often(part for words in asking for part in parts(words))
    vectoriser = CountVectorizer(analyzer=parts, binary=True, vocabulary=known)
    every = [*asking, *(words for words, _ in naming)]
    lengths = np.array([max(1, len(words)) for words in every])
    matrix = csr_matrix(diags(1 / np.sqrt(lengths)) @ vectoriser.transform(every))
    labels = [True] * len(asking) + [False] * len(naming)
    counts = [1.0] * len(asking) + [count for _, count in naming]
    model = LogisticRegression(C=3.0, max_iter=400, solver="liblinear")
    model.fit(matrix, labels, sample_weight=counts)
    weights = dict(zip(known, (round(float(value), 2) for value in model.coef_[0]), strict=True))
    marked = often(word for words in asking for word in set(words) if word != strip_marks(word))
    return AskingOn(round(float(model.intercept_[0]), 2), weights, frozenset(marked))


def often(found: Iterable[str]) -> list[str]:
    """Return, in order, what occurs in clauses enough to say something about it."""
    return sorted(part for part, count in Counter(found).items() if count >= LEAST_CLAUSES)


def fit_without(share: float, *groups: list[Words], named: Sequence[Words]) -> AskingOn:
    """Fit on first and later clauses and others' business but for the first ``share`` of each."""
    first, later, others = (group[int(len(group) * share) :] for group in groups)
    naming = [(words, 1.0) for words in first] + [(words, NAMES_COUNT) for words in named]
    return fit(later, naming + [(words, OTHERS_COUNT) for words in others])


def main() -> None:
    """Fit on a part and print what comes of the rest; then fit on everything and write it down."""
    chance = random.Random(20261127)
    language = load_everyday_language()
    groups = (*clauses(language), [read_words(text) for text in language.others])
    for group in groups:
        chance.shuffle(group)
    named = list(names(language))
    tried = fit_without(HELD_OUT_SHARE, *groups, named=named)
    for name, group in zip(("first clauses", "later clauses", "others' business"), groups, strict=True):
        rest = group[: int(len(group) * HELD_OUT_SHARE)]
        likely = sum(tried.likelihood(words) >= ASKS_ON for words in rest)
        print(f"{name}: {likely} of {len(rest)} held out only ask on")
    fitted = fit_without(0.0, *groups, named=named)
    content = {
        "intercept": fitted.intercept,
        "weights": dict(fitted.weights),
        "marked": sorted(fitted.marked),
    }
    head = "# Fitted by `python -m benchmarks.fit_asking_on`: what speaks for a message that only asks on.\n"
    DATA.write_text(head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
