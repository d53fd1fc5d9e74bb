"""What changed between two releases, in words an officer can read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.catalogue.diff_parts import PartChange, deadline_changes, document_changes
from knowledge.catalogue.records import Catalogue, Decision, Procedure, ReleaseInfo, Status
from knowledge.text.normalise import fold

WORDING = Path(__file__).parent / "data" / "wording" / "diff.yml"


class ChangeKind(str, Enum):
    """What a change is about."""

    ADDED = "added"
    WITHDRAWN = "withdrawn"
    RELISTED = "relisted"
    RENAMED = "renamed"
    FIELD = "field"
    LEVEL = "level"
    AGENCY = "agency"
    ONLINE_LEVEL = "online_level"
    APPLICANTS = "applicants"
    DEADLINE = "deadline"
    DOCUMENTS = "documents"
    FEE_TEXT = "fee_text"
    RESULTS = "results"
    LEGAL_TEXTS = "legal_texts"
    DECISION = "decision"
    CAUTION = "caution"


PRESENCE = frozenset({ChangeKind.ADDED, ChangeKind.WITHDRAWN, ChangeKind.RELISTED})
"""Kinds that say whether a procedure is on the list, not what it says."""


@dataclass(frozen=True)
class Change:
    """One change of one procedure; ``text`` says it in Vietnamese without the procedure's name."""

    kind: ChangeKind
    code: str
    name: str
    field: str
    text: str

    def __str__(self) -> str:
        return str(_wording()["entry"].format(code=self.code, name=self.name, text=self.text))


@dataclass(frozen=True)
class CatalogueDiff:
    """All changes from ``old`` (None: there was no release) to ``new``, by field and code."""

    old: ReleaseInfo | None
    new: ReleaseInfo
    changes: tuple[Change, ...]
    in_both: int

    def codes(self, *kinds: ChangeKind) -> set[str]:
        """Procedures with a change of one of ``kinds``."""
        return {change.code for change in self.changes if change.kind in kinds}

    def counts(self) -> dict[ChangeKind, int]:
        """How many procedures have changes of each kind; kinds without any are left out."""
        counts = {kind: len(self.codes(kind)) for kind in ChangeKind}
        return {kind: count for kind, count in counts.items() if count}

    def lines(self) -> Iterator[str]:
        """The comparison as lines of text: totals, counts by kind, then the changes by field."""
        words = _wording()
        yield words["heading"].format(
            old_id=self.old.id if self.old else words["unnamed"],
            old_as_of=_day(self.old.as_of if self.old else None),
            new_id=self.new.id,
            new_as_of=_day(self.new.as_of),
        )
        if not self.changes:
            yield words["nothing"]
            return
        content = [kind for kind in ChangeKind if kind not in PRESENCE]
        yield words["totals"].format(
            both=self.in_both,
            added=len(self.codes(ChangeKind.ADDED, ChangeKind.RELISTED)),
            withdrawn=len(self.codes(ChangeKind.WITHDRAWN)),
            changed=len(self.codes(*content)),
        )
        for kind, count in self.counts().items():
            yield "  " + words["count"].format(label=words["labels"][kind.value], count=count)
        for field, changes in _by_field(self.changes).items():
            yield ""
            yield words["field"].format(field=field)
            yield from (f"  - {change}" for change in changes)


def compare(old: Catalogue | None, new: Catalogue) -> CatalogueDiff:
    """Compare two releases; without an old one every listed procedure is new."""
    before = old.procedures if old else {}
    changes: list[Change] = []
    for code in sorted({*before, *new.procedures}):
        changes += _changes_of(before.get(code), new.procedures.get(code), old.release if old else None)
    return CatalogueDiff(
        old=old.release if old else None,
        new=new.release,
        changes=tuple(sorted(changes, key=lambda change: (fold(change.field), change.code))),
        in_both=sum(1 for code in before if _listed(before[code]) and _listed(new.procedures.get(code))),
    )


def _changes_of(
    before: Procedure | None, after: Procedure | None, old: ReleaseInfo | None
) -> Iterator[Change]:
    if _listed(before) and not _listed(after):
        last_seen = (after.last_seen if after else None) or (old.as_of if old else None)
        yield _change(ChangeKind.WITHDRAWN, before, last_seen=_day(last_seen))
    elif _listed(after) and not _listed(before):
        yield _change(ChangeKind.RELISTED if before else ChangeKind.ADDED, after)
    elif before is not None and after is not None and _listed(after):
        yield from _content_changes(before, after)


def _listed(procedure: Procedure | None) -> bool:
    return procedure is not None and procedure.status is Status.LISTED


def _content_changes(before: Procedure, after: Procedure) -> Iterator[Change]:
    for kind, old, new in (
        (ChangeKind.RENAMED, before.name, after.name),
        (ChangeKind.FIELD, before.field, after.field),
        (ChangeKind.LEVEL, _join(_values(before.levels)), _join(_values(after.levels))),
        (ChangeKind.AGENCY, _join(before.agencies), _join(after.agencies)),
        (ChangeKind.ONLINE_LEVEL, _online(before), _online(after)),
        (ChangeKind.APPLICANTS, _join(before.applicants), _join(after.applicants)),
        (ChangeKind.FEE_TEXT, _join(before.portal_fee_texts), _join(after.portal_fee_texts)),
        (ChangeKind.DECISION, _decision(before.decision), _decision(after.decision)),
        (ChangeKind.CAUTION, before.caution, after.caution),
    ):
        if old != new:
            none = _wording()["none"]
            yield _change(kind, after, before=old or none, after=new or none)
    parts: dict[ChangeKind, Iterable[PartChange]] = {
        ChangeKind.DEADLINE: deadline_changes(before.deadlines, after.deadlines),
        ChangeKind.DOCUMENTS: document_changes(before.document_cases, after.document_cases, _wording()),
        ChangeKind.RESULTS: _set_changes("results", before.results, after.results),
        ChangeKind.LEGAL_TEXTS: _set_changes(
            "legal_texts",
            [text.number for text in before.legal_texts],
            [text.number for text in after.legal_texts],
        ),
    }
    for kind, changes in parts.items():
        for part in changes:
            yield _change(kind, after, part.template, **part.values)


def _set_changes(name: str, before: Iterable[str], after: Iterable[str]) -> Iterator[PartChange]:
    old, new = list(before), list(after)
    yield from (PartChange(f"{name}_removed", {"before": item}) for item in old if item not in new)
    yield from (PartChange(f"{name}_added", {"after": item}) for item in new if item not in old)


def _change(
    kind: ChangeKind, procedure: Procedure | None, template: str | None = None, **values: object
) -> Change:
    if procedure is None:
        raise ValueError("a change belongs to a procedure")
    text = _wording()["texts"][template or kind.value].format(**values)
    return Change(kind, procedure.code, procedure.name, procedure.field, text)


def _values(items: Iterable[Enum]) -> list[str]:
    return [str(item.value) for item in items]


def _join(items: Iterable[str]) -> str:
    return "; ".join(sorted(items))


def _online(procedure: Procedure) -> str | None:
    return procedure.online_level.value if procedure.online_level else None


def _decision(decision: Decision | None) -> str | None:
    if decision is None:
        return None
    template = _wording()["decision" if decision.issued else "decision_undated"]
    return str(template.format(number=decision.number, issued=_day(decision.issued)))


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else str(_wording()["none"])


def _by_field(changes: Iterable[Change]) -> dict[str, list[Change]]:
    groups: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.field].append(change)
    return dict(groups)


@cache
def _wording() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return words
