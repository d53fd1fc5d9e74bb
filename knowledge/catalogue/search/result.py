"""What a search says: the candidates with their scores and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from knowledge.catalogue.topics import Case


class Verdict(str, Enum):
    """SURE: answer the first. SEVERAL: offer the candidates. NONE: nothing of ours fits."""

    SURE = "sure"
    SEVERAL = "several"
    NONE = "none"


class Candidate(NamedTuple):
    """A procedure that may be meant.

    ``score`` orders the candidates. ``coverage`` (0..1) is the share of the question's information
    that the procedure's words explain. ``reasons`` are the everyday names found. ``grounded`` tells that
    more than stray words point to it: an everyday name or a pair of neighbouring words. ``nearest`` is the
    likeness (0..1) to its nearest wording, ``classifier`` the margin of the learned classifier. ``own_words``
    (0..1) is the share that its own words explain without its topic's, ``ministry`` tells that only a
    ministry settles it.
    """

    code: str
    topic: str
    score: float
    coverage: float
    reasons: tuple[str, ...] = ()
    grounded: bool = True
    nearest: float = 0.0
    classifier: float = 0.0
    own_words: float = 0.0
    ministry: bool = False


@dataclass(frozen=True)
class SearchResult:
    """Candidates, best first, and the verdict. ``confidence`` (0..1) is that of the first one."""

    verdict: Verdict
    candidates: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    case: Case | None = None
    content: tuple[str, ...] = ()
    ours_like: float = 0.5
