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
from collections.abc import Iterator, Sequence

import numpy as np
import yaml
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.facet_examples import read_examples
from knowledge.catalogue.asking_on import DATA, AskingOn, pairs, read_words
from knowledge.catalogue.shipped import load_shipped
from knowledge.catalogue.topics import EverydayLanguage, load_everyday_language

LEAST_CLAUSES = 12
"""Later clauses that a word must stand in to be one that asks on."""
MOST_WORDS = 14
"""Longer later clauses tell a story of their own."""
NAMES_COUNT, OTHERS_COUNT = 3.0, 4.0
HELD_OUT_SHARE = 0.2
LIKELY = 0.6
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
    """Fit a logistic regression over the words and pairs of clauses that ask on; of others no word is known."""
    counts = Counter(part for words in asking for part in {*words, *pairs(words)})
    known = sorted(part for part, count in counts.items() if count >= LEAST_CLAUSES)
    vectoriser = CountVectorizer(analyzer=lambda words: [*words, *pairs(words)], binary=True, vocabulary=known)
    every = [*asking, *(words for words, _ in naming)]
    lengths = np.array([max(1, len(words)) for words in every])
    matrix = csr_matrix(diags(1 / np.sqrt(lengths)) @ vectoriser.transform(every))
    labels = [True] * len(asking) + [False] * len(naming)
    weights = [1.0] * len(asking) + [weight for _, weight in naming]
    model = LogisticRegression(C=3.0, max_iter=400, solver="liblinear")
    model.fit(matrix, labels, sample_weight=weights)
    fitted = dict(zip(known, (round(float(value), 2) for value in model.coef_[0]), strict=True))
    return AskingOn(round(float(model.intercept_[0]), 2), fitted)


def main() -> None:
    """Fit on a part and print what comes of the rest; then fit on everything and write it down."""
    chance = random.Random(20261127)
    language = load_everyday_language()
    first, later = clauses(language)
    others = [read_words(text) for text in language.others]
    for part in (first, later, others):
        chance.shuffle(part)
    named = [(words, NAMES_COUNT) for words in names(language)]
    for share in (HELD_OUT_SHARE, 0.0):
        out = [int(len(part) * share) for part in (first, later, others)]
        naming = [(words, 1.0) for words in first[out[0] :]] + named
        fitted = fit(later[out[1] :], naming + [(words, OTHERS_COUNT) for words in others[out[2] :]])
        for name, part, count in zip(("first", "later", "others"), (first, later, others), out, strict=True):
            likely = sum(fitted.likelihood(words) >= LIKELY for words in part[:count])
            print(f"{name}: {likely} of {count} held out only ask on")
    content = {"intercept": fitted.intercept, "words": dict(fitted.words)}
    head = "# Fitted by `python -m benchmarks.fit_asking_on`: what speaks for a message that only asks on.\n"
    DATA.write_text(head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
