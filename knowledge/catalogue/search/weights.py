"""The numbers of the search, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

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


PATH = Path(__file__).parent.parent / "data" / "search_weights.yml"
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

    ``name`` to ``pair`` weigh words in a text (0..1); ``chance`` is how likely a word of one example stands
    there by chance. ``signals``, ``right`` and ``ours`` are fitted
    (see ``data/search_weights.yml``). ``near`` is how far behind the best score an offered candidate may be.
    """

    signals: Mapping[str, float]
    right: Mapping[str, float]
    ours: Mapping[str, float]
    right_from: float
    ours_from: float
    near: float = 2.0
    name: float = 1.0
    official_name: float = 0.9
    title: float = 0.9
    example: float = 0.75
    chance: float = 0.5
    hint: float = 0.7
    contrast: float = 0.5
    result: float = 0.5
    field_label: float = 0.5
    weak_word: float = 0.2
    pair: float = 0.6
    case_fallbacks: Mapping[Case, tuple[Case, ...]] = field(default_factory=lambda: CASE_FALLBACKS)

    @cached_property
    def vector(self) -> npt.NDArray[np.float64]:
        """The weights of the signals in the order of ``SIGNALS``."""
        return np.array([self.signals[name] for name in SIGNALS])


def read_weights(path: Path = PATH) -> Weights:
    """Read the fitted numbers."""
    return Weights(**yaml.safe_load(path.read_text(encoding="utf-8")))


WEIGHTS = read_weights()
