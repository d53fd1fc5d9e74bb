"""The numbers of the search, in one place; tuned on the development questions only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Weights:
    """Weights of where a word stands, gains of case and level, thresholds of the verdict.

    Coverage is a share (0..1); gains and costs are added to it, so they read as shares too.
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
    name_bonus: float = 0.35
    specific: float = 0.5
    nearest: float = 1.0
    nearest_topic: float = 0.7
    margin_of_classifier: float = 0.035
    case_gain: float = 0.45
    case_hint_gain: float = 0.35
    default_case_gain: float = 0.3
    level_gain: float = 0.15
    ministry_cost: float = 0.15
    withdrawn_cost: float = 0.12
    several_from: float = 0.45
    sure_from: float = 0.6
    margin: float = 0.1
    case_fallbacks: Mapping[Case, tuple[Case, ...]] = field(default_factory=lambda: CASE_FALLBACKS)


WEIGHTS = Weights()
