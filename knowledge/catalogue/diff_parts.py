"""Changes inside a procedure: its time limits and its dossier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from knowledge.catalogue.records import Deadline, Document, DocumentCase

RENAMED_FROM = 85.0
"""Likeness (0-100) from which a line that went and one that came are the same paper, reworded."""


@dataclass(frozen=True)
class PartChange:
    """A change as the name of its wording and the values to fill in."""

    template: str
    values: Mapping[str, str]


def deadline_changes(before: Sequence[Deadline], after: Sequence[Deadline]) -> Iterator[PartChange]:
    """Compare time limits by channel and case; channels with the same change make one entry."""
    old, new = _by_place(before), _by_place(after)
    grouped: defaultdict[tuple[str, str, str, str | None], list[str]] = defaultdict(list)
    for channel, case in dict.fromkeys([*old, *new]):
        was, becomes = old.get((channel, case)), new.get((channel, case))
        if was != becomes:
            template, was_text, becomes_text = _deadline_change(was, becomes)
            grouped[(template, was_text, becomes_text, case)].append(channel)
    for (template, was_text, becomes_text, case), channels in grouped.items():
        where = ", ".join([*channels, case] if case else channels)
        yield PartChange(template, {"where": where, "before": was_text, "after": becomes_text})


Limit = tuple[tuple[str, ...], tuple[str | None, ...]]
"""The limits of one channel and case in words, and their notes; nearly always one."""


def _by_place(deadlines: Sequence[Deadline]) -> dict[tuple[str, str | None], Limit]:
    limits: defaultdict[tuple[str, str | None], list[Deadline]] = defaultdict(list)
    for item in deadlines:
        limits[(item.channel.value, item.case)].append(item)
    return {
        place: (tuple(item.text for item in items), tuple(item.note for item in items))
        for place, items in limits.items()
    }


def _deadline_change(before: Limit | None, after: Limit | None) -> tuple[str, str, str]:
    was = "; ".join(before[0]) if before else ""
    becomes = "; ".join(after[0]) if after else ""
    if before is None:
        return "deadline_added", "", becomes
    if after is None:
        return "deadline_removed", was, ""
    if was == becomes:
        return "deadline_note", was, becomes
    return "deadline_changed", _without_same_unit(was, becomes), becomes


def _without_same_unit(was: str, becomes: str) -> str:
    """Say "20 → 15 ngày làm việc" rather than name the same unit twice."""
    amount, _, unit = was.partition(" ")
    new_amount, _, new_unit = becomes.partition(" ")
    return amount if unit == new_unit and amount.isdigit() and new_amount.isdigit() else was


def document_changes(
    before: Sequence[DocumentCase], after: Sequence[DocumentCase], words: Mapping[str, Any]
) -> Iterator[PartChange]:
    """Compare dossiers case by case: papers that came, went, were reworded or ask other copies."""
    old = {case.label: case.items for case in before}
    new = {case.label: case.items for case in after}
    for label in dict.fromkeys([*old, *new]):
        case = words["case"].format(label=label) if label else ""
        for change in _item_changes(old.get(label, ()), new.get(label, ()), words):
            yield PartChange(change.template, {**change.values, "case": case})


def _item_changes(
    before: Sequence[Document], after: Sequence[Document], words: Mapping[str, Any]
) -> Iterator[PartChange]:
    old = {item.name: item for item in before}
    new = {item.name: item for item in after}
    gone = [name for name in old if name not in new]
    came = [name for name in new if name not in old]
    for name in gone:
        likest = max(came, key=lambda other: fuzz.ratio(name, other), default=None)
        if likest is not None and fuzz.ratio(name, likest) >= RENAMED_FROM:
            came.remove(likest)
            yield PartChange("documents_renamed", {"before": name, "after": likest})
            yield from _details(old[name], new[likest], words)
        else:
            yield PartChange("documents_removed", {"before": name})
    yield from (PartChange("documents_added", {"after": name}) for name in came)
    for name in (name for name in new if name in old):
        yield from _details(old[name], new[name], words)


def _details(before: Document, after: Document, words: Mapping[str, Any]) -> Iterator[PartChange]:
    was, becomes = (
        words["copies"].format(originals=item.originals, copies=item.copies) for item in (before, after)
    )
    if was != becomes:
        yield PartChange("documents_copies", {"name": after.name, "before": was, "after": becomes})
    if before.forms != after.forms:
        none = words["none"]
        yield PartChange(
            "documents_forms",
            {
                "name": after.name,
                "before": ", ".join(before.forms) or none,
                "after": ", ".join(after.forms) or none,
            },
        )
