"""Figures of a round of questions. Definitions: docs/evaluation.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from actions.question import Facet
from actions.reply import Outcome
from benchmarks.evaluation.asking import Ending, Given, Round
from benchmarks.evaluation.calibration import Calibration, calibrate
from benchmarks.evaluation.noise import Noise

TOP = 5
COUNTED_FACETS = tuple(facet for facet in Facet if facet is not Facet.OVERVIEW)
"""Overview is what is answered when nothing was asked: no facet to be found."""


@dataclass(frozen=True)
class FacetScore:
    """Micro-averaged over questions: facets found rightly, found in all, asked in all."""

    right: int
    found: int
    asked: int

    @property
    def precision(self) -> float:
        """Share of the facets found that were asked."""
        return share(self.right, self.found)

    @property
    def recall(self) -> float:
        """Share of the facets asked that were found."""
        return share(self.right, self.asked)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return share(2 * self.right, self.found + self.asked)


@dataclass(frozen=True)
class RankScore:
    """How often an accepted procedure came first, and among the first five."""

    top1: float
    top5: float


@dataclass(frozen=True)
class Scores:
    """Figures of one round; shares are 0..1, of answerable questions unless said otherwise."""

    noise: Noise
    questions: int
    answerable: int
    rank: RankScore
    endings: Mapping[Ending, float]
    facets: FacetScore
    each_facet: Mapping[Facet, FacetScore]
    outcome_accuracy: float
    confusion: Mapping[tuple[Outcome, Outcome], int]
    calibration: Calibration
    ours: int
    own_refused: float
    compared: Mapping[str, RankScore]
    median_milliseconds: float


@dataclass(frozen=True)
class FalseAnswers:
    """What questions to other authorities got: shares of all that were asked."""

    noise: Noise
    questions: int
    answered: float
    answered_or_offered: float


def share(part: float, whole: float) -> float:
    """Return part / whole; 0 of nothing is 0."""
    return part / whole if whole else 0.0


def score(done: Round) -> Scores:
    """Score a round of own questions."""
    answerable = [given for given in done.given if given.question.answerable]
    ours = [given for given in done.given if given.question.ours]
    endings = Counter(given.ending for given in answerable)
    return Scores(
        noise=done.noise,
        questions=len(done.given),
        answerable=len(answerable),
        rank=RankScore(
            share(sum(given.first_is_right for given in answerable), len(answerable)),
            _accepted_in((g, g.ranking[:TOP]) for g in answerable),
        ),
        endings={ending: share(endings[ending], len(answerable)) for ending in Ending},
        facets=score_facets(ours, COUNTED_FACETS),
        each_facet={facet: score_facets(ours, (facet,)) for facet in COUNTED_FACETS},
        outcome_accuracy=share(
            sum(given.outcome is given.question.outcome for given in done.given), len(done.given)
        ),
        confusion=Counter((given.question.outcome, given.outcome) for given in done.given),
        calibration=calibrate(
            (given.confidence, given.first_is_right) for given in done.given if given.first
        ),
        ours=len(ours),
        own_refused=share(sum(given.ending is Ending.REFUSED for given in ours), len(ours)),
        compared={name: _rank_score(done, rankings) for name, rankings in done.compared.items()},
        median_milliseconds=median(given.seconds for given in done.given) * 1000 if done.given else 0.0,
    )


def score_facets(given: Iterable[Given], counted: Collection[Facet]) -> FacetScore:
    """Score the facets ``counted``."""
    right = found = asked = 0
    for one in given:
        wanted, got = one.question.facets.intersection(counted), one.facets.intersection(counted)
        right, found, asked = right + len(wanted & got), found + len(got), asked + len(wanted)
    return FacetScore(right, found, asked)


def score_others(done: Round) -> FalseAnswers:
    """Score a round of questions to other authorities; a list of procedures counts as offered."""
    answered = sum(given.answered is not None for given in done.given)
    shown = sum(given.first is not None or given.outcome is Outcome.LISTED for given in done.given)
    count = len(done.given)
    return FalseAnswers(done.noise, count, share(answered, count), share(shown, count))


def _rank_score(done: Round, rankings: Sequence[Sequence[str]]) -> RankScore:
    pairs = [
        (given, ranking)
        for given, ranking in zip(done.given, rankings, strict=True)
        if given.question.answerable
    ]
    return RankScore(
        _accepted_in((given, ranking[:1]) for given, ranking in pairs),
        _accepted_in((given, ranking[:TOP]) for given, ranking in pairs),
    )


def _accepted_in(pairs: Iterable[tuple[Given, Sequence[str]]]) -> float:
    """Share of questions with an accepted procedure among the codes beside them."""
    hits = [any(code in given.question.codes for code in codes) for given, codes in pairs]
    return share(sum(hits), len(hits))
