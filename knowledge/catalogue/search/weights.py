"""The numbers of the search, in one place; tuned on the development questions only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from knowledge.catalogue.topics import Case

CASE_FALLBACKS: Mapping[Case, tuple[Case, ...]] = {
    Case.NEW: (Case.NEW, Case.NOTIFY, Case.OTHER),
    Case.REISSUE: (Case.REISSUE, Case.AMEND),
    Case.AMEND: (Case.AMEND, Case.REISSUE),
    Case.EXTEND: (Case.EXTEND, Case.REISSUE, Case.NEW),
    Case.TERMINATE: (Case.TERMINATE, Case.REVOKE, Case.NOTIFY),
    Case.REVOKE: (Case.REVOKE, Case.TERMINATE),
    Case.NOTIFY: (Case.NOTIFY, Case.NEW),
    Case.OTHER: (Case.OTHER,),
}
"""For each case, what stands in for it when a topic has no procedure of its own for it."""


SIGNALS = (
    "coverage",
    "name",
    "own_words",
    "nearest",
    "nearest_topic",
    "classifier",
    "case",
    "case_hint",
    "first_issue",
    "ministry",
    "not_listed",
    "level",
)
"""What speaks for or against a procedure, in the order of ``Weights.vector``."""


@dataclass(frozen=True)
class Weights:
    """How much each signal counts, where a word stands, and the thresholds of the verdict.

    ``name`` to ``pair`` weigh words in a text (0..1). ``signals`` were fitted on wordings that the
    search had not learned from (``benchmarks/fit_search.py``).
    """

    name: float = 1.0
    official_name: float = 0.9
    title: float = 0.9
    example: float = 0.75
    hint: float = 0.7
    contrast: float = 0.5
    result: float = 0.5
    field_label: float = 0.5
    weak_word: float = 0.2
    pair: float = 0.6
    signals: Mapping[str, float] = field(
        default_factory=lambda: {
            "coverage": 1.0,
            "name": 0.35,
            "own_words": 0.5,
            "nearest": 1.0,
            "nearest_topic": 0.7,
            "classifier": 0.035,
            "case": 0.45,
            "case_hint": 0.35,
            "first_issue": 0.3,
            "ministry": -0.15,
            "not_listed": -0.12,
            "level": 0.15,
        }
    )
    several_from: float = 0.45
    sure_from: float = 0.6
    margin: float = 0.1
    case_fallbacks: Mapping[Case, tuple[Case, ...]] = field(default_factory=lambda: CASE_FALLBACKS)

    @property
    def vector(self) -> npt.NDArray[np.float64]:
        """The weights of the signals in the order of ``SIGNALS``."""
        return np.array([self.signals[name] for name in SIGNALS])


WEIGHTS = Weights()
