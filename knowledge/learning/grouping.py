"""Groups missed questions by likeness, so that a reviewer decides once about what many asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.catalogue.search.wordings import features
from knowledge.learning.models import MissedQuestion

ALIKE = 0.5
"""Dice coefficient of two questions' features from which they are of one group."""


@dataclass(frozen=True)
class Group:
    """Questions alike; ``id`` is that of its first question, ``guess`` what most were taken for."""

    id: int
    questions: tuple[MissedQuestion, ...]

    @property
    def guess(self) -> str | None:
        """The procedure most of them were answered or offered first; None when there was none."""
        codes = Counter(question.procedure_code for question in self.questions if question.procedure_code)
        return codes.most_common(1)[0][0] if codes else None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """How they ended, the usual one first."""
        return tuple(
            name for name, _ in Counter(question.outcome for question in self.questions).most_common()
        )


def group(questions: Sequence[MissedQuestion]) -> list[Group]:
    """Return the questions in groups, the largest first; each joins the group whose first is most like it."""
    leaders: list[frozenset[str]] = []
    members: list[list[MissedQuestion]] = []
    with_feature: dict[str, list[int]] = defaultdict(list)
    for question in questions:
        own = _features(question.text)
        place = _most_alike(own, leaders, with_feature)
        if place is not None:
            members[place].append(question)
            continue
        for name in own:
            with_feature[name].append(len(leaders))
        leaders.append(own)
        members.append([question])
    groups = [Group(found[0].id, tuple(found)) for found in members]
    return sorted(groups, key=lambda one: (-len(one.questions), one.id))


@lru_cache(maxsize=2048)
def _features(text: str) -> frozenset[str]:
    return frozenset(features(text))


def _most_alike(
    own: frozenset[str], leaders: Sequence[frozenset[str]], with_feature: dict[str, list[int]]
) -> int | None:
    common = Counter(place for name in own for place in with_feature.get(name, ()))
    best = max(
        ((2 * count / (len(own) + len(leaders[place])), -place) for place, count in common.items()),
        default=(0.0, 0),
    )
    return -best[1] if best[0] >= ALIKE else None
