"""Sure, several or none: how far the best candidate can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.catalogue.search.query import Query
from knowledge.catalogue.search.result import Candidate, SearchResult, Verdict
from knowledge.catalogue.search.weights import Weights
from knowledge.catalogue.topics import Case


def judge(
    candidates: Sequence[Candidate], query: Query, case: Case | None, limit: int, weights: Weights
) -> SearchResult:
    """Say sure, several or none from how much the best explains and how far the next is behind."""
    best = candidates[0] if candidates else None
    if best is None or best.coverage < weights.several_from or (not best.grounded and len(query.words) > 1):
        confidence = best.coverage / 2 if best else 0.0
        return SearchResult(Verdict.NONE, tuple(candidates[:limit]), confidence, case, query.words)
    close = [other for other in candidates[1:] if best.score - other.score < weights.margin]
    lead = best.score - candidates[1].score if len(candidates) > 1 else 1.0
    confidence = min(1.0, best.coverage) * (0.5 + 0.5 * min(1.0, lead / (2 * weights.margin)))
    if best.coverage >= weights.sure_from and best.grounded and not close:
        return SearchResult(Verdict.SURE, tuple(candidates[:limit]), confidence, case, query.words)
    near = close or [c for c in candidates[1:] if best.score - c.score < 2 * weights.margin]
    return SearchResult(Verdict.SEVERAL, (best, *near)[:limit], confidence, case, query.words)
