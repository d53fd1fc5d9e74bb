"""Sure, several or none: how far the best candidate can be trusted.

Confidence is a logistic regression on a few facts about the candidates, fitted on wordings the search had
not learned from and on business of other authorities (``benchmarks/fit_search.py``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from knowledge.catalogue.search.query import Query
from knowledge.catalogue.search.result import Candidate, SearchResult, Verdict
from knowledge.catalogue.search.weights import Weights
from knowledge.catalogue.topics import Case

TRUST = ("coverage", "nearest", "classifier", "named", "paired", "lead", "topic_lead", "words", "ours_like")
"""What confidence rests on, in the order of ``trust_features``."""
FEW_WORDS = 4
KNOWN_WORDING = 0.62
"""Likeness from which a question nearly repeats a wording of the catalogue: then it is ours for certain."""


def trust_features(candidates: Sequence[Candidate], words: Sequence[str], ours_like: float) -> list[float]:
    """Return the facts about the best candidate and its lead, in the order of ``TRUST``."""
    if not candidates:
        return [0.0] * len(TRUST)
    best = candidates[0]
    second = candidates[1].score if len(candidates) > 1 else 0.0
    other_topic = next((c.score for c in candidates if c.topic != best.topic), 0.0)
    return [
        min(1.0, best.coverage),
        best.nearest,
        best.classifier / 10,
        float(bool(best.reasons)),
        float(best.grounded),
        min(1.0, (best.score - second) / 3),
        min(1.0, (best.score - other_topic) / 3),
        min(len(words), FEW_WORDS) / FEW_WORDS,
        ours_like,
    ]


def judge(
    candidates: Sequence[Candidate],
    ours_like: float,
    query: Query,
    case: Case | None,
    limit: int,
    weights: Weights,
) -> SearchResult:
    """Say sure, several or none; several offers the candidates near the best.

    Two questions are asked: is the right one among the candidates (is it ours at all), and is it the
    first. Two procedures that fit equally well are surely ours, though neither is surely the right one.
    """
    facts = trust_features(candidates, query.words, ours_like)
    right, ours = logistic(facts, weights.right), logistic(facts, weights.ours)
    shown = tuple(candidates[:limit])
    if candidates and candidates[0].nearest >= KNOWN_WORDING:
        ours = max(ours, weights.ours_from)
    if not candidates or ours < weights.ours_from:
        return SearchResult(Verdict.NONE, shown, ours, case, query.words, ours_like)
    if right >= weights.right_from and not level_is_open(candidates):
        return SearchResult(Verdict.SURE, shown, right, case, query.words, ours_like)
    best = candidates[0]
    near = tuple(c for c in candidates[1:limit] if best.score - c.score < weights.near)
    return SearchResult(Verdict.SEVERAL, (best, *(near or shown[1:2])), right, case, query.words, ours_like)


def level_is_open(candidates: Sequence[Candidate]) -> bool:
    """Tell whether no word says that the ministry's procedure is meant and not the province's.

    "Khuyến mại bốc thăm" is the province's business within it and the ministry's beyond: who does not say
    where gets both to choose from, and is not sent to the ministry on a guess.
    """
    best = candidates[0]
    second = candidates[1] if len(candidates) > 1 else best
    same_topic = second.topic == best.topic
    return best.ministry and not second.ministry and same_topic and second.own_words >= best.own_words


def logistic(facts: Sequence[float], weights: Mapping[str, float]) -> float:
    """Return the probability that the fitted weights give to the facts."""
    value = weights["intercept"] + sum(weights[name] * fact for name, fact in zip(TRUST, facts, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
