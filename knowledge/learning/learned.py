"""What was learned, as data beside the shipped wordings: read by the search, shown as a difference."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from knowledge.catalogue.topics import EverydayLanguage
from knowledge.learning.models import LearnedRelease, Lesson
from knowledge.learning.review import Target

Wordings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Learned:
    """Wordings by procedure code, of other authorities' business, and by facet; ``id`` 0 is nothing yet.

    ``removed`` are wordings that ship for a procedure and mean it no longer.
    """

    id: int = 0
    examples: Wordings = field(default_factory=dict)
    others: tuple[str, ...] = ()
    facets: Wordings = field(default_factory=dict)
    removed: Wordings = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """Return it as plain values, as they are kept and exported."""
        return {
            "examples": {code: list(texts) for code, texts in sorted(self.examples.items())},
            "others": list(self.others),
            "facets": {facet: list(texts) for facet, texts in sorted(self.facets.items())},
            "removed": {code: list(texts) for code, texts in sorted(self.removed.items())},
        }


def from_content(content: Mapping[str, Any], number: int = 0) -> Learned:
    """Read what ``Learned.content`` gave."""
    return Learned(
        number,
        {code: tuple(texts) for code, texts in content["examples"].items()},
        tuple(content["others"]),
        {facet: tuple(texts) for facet, texts in content["facets"].items()},
        {code: tuple(texts) for code, texts in content.get("removed", {}).items()},
    )


def from_lessons(lessons: Iterable[Lesson]) -> Learned:
    """Gather lessons; each wording once in its place."""
    places: dict[str, dict[str, dict[str, None]]] = {target.value: {} for target in Target}
    for lesson in lessons:
        place = places[lesson.target].setdefault(str(lesson.value or ""), {})
        place |= dict.fromkeys(map(str, lesson.wordings))

    def gathered(target: Target) -> dict[str, tuple[str, ...]]:
        return {value: tuple(texts) for value, texts in places[target.value].items()}

    others = gathered(Target.NOT_OURS).get("", ())
    return Learned(0, gathered(Target.PROCEDURE), others, gathered(Target.FACET), gathered(Target.REMOVED))


def live(session: Session) -> Learned:
    """Return what is live: the newest release that was not withdrawn."""
    newest = session.scalar(
        sa.select(LearnedRelease)
        .where(LearnedRelease.withdrawn_at.is_(None))
        .order_by(LearnedRelease.id.desc())
        .limit(1)
    )
    return from_content(newest.content, newest.id) if newest else Learned()


def extend(language: EverydayLanguage, learned: Learned) -> EverydayLanguage:
    """Return the shipped language with what was learned; what was taken away and learned again stands."""
    examples = dict(language.examples)
    for code, gone in learned.removed.items():
        examples[code] = tuple(text for text in examples.get(code, ()) if text not in gone)
    for code, texts in learned.examples.items():
        examples[code] = tuple(dict.fromkeys((*examples.get(code, ()), *texts)))
    others = tuple(dict.fromkeys((*language.others, *learned.others)))
    return replace(language, examples=examples, others=others)


def as_yaml(learned: Learned) -> str:
    """Return it in the form of the project's data files."""
    return yaml.safe_dump(learned.content(), allow_unicode=True, sort_keys=False, width=110)


def difference(before: Learned, after: Learned) -> str:
    """Return what changes, as a unified difference of YAML; empty when nothing does."""
    lines = difflib.unified_diff(
        as_yaml(before).splitlines(), as_yaml(after).splitlines(), "live", "reviewed", lineterm="", n=1
    )
    return "\n".join(lines)
