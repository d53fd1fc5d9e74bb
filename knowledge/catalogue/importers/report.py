"""What an import accepted and rejected, in words for staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.catalogue.cleaning import CleaningChange, clean
from knowledge.catalogue.records import Procedure

WORDING = Path(__file__).parent.parent / "data" / "wording" / "importers.yml"


@dataclass(frozen=True)
class Rejection:
    """Something that was not imported: the file, the place in it and the reason (Vietnamese)."""

    file: str
    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.reason}"


class RowError(ValueError):
    """A row or a value cannot be accepted; carries the place and the reason."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True)
class ImportReport:
    """Result of an import. ``accepted`` are cleaned records; ``notices`` tell what was left aside."""

    accepted: tuple[Procedure, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    cleaned: tuple[CleaningChange, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everything in the files was accepted."""
        return bool(self.accepted) and not self.rejected


@dataclass
class ReportBuilder:
    """Collects records and rejections; a code that occurs twice is rejected the second time."""

    procedures: dict[str, Procedure] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)

    def accept(self, procedure: Procedure, file: str, place: str) -> None:
        """Keep a record found at ``place`` of ``file``."""
        other = self._places.get(procedure.code)
        if other is not None:
            self.reject(file, place, reason("duplicate", value=procedure.code, other=other))
            return
        self._places[procedure.code] = f"{file}, {place}"
        self.procedures[procedure.code] = procedure

    def reject(self, file: str, place: str, why: str) -> None:
        """Note that something was not imported."""
        self.rejected.append(Rejection(file, place, why))

    def reject_errors(self, file: str, errors: Iterable[RowError]) -> None:
        """Note what is wrong in one row."""
        for error in errors:
            self.reject(file, error.place, error.reason)

    def build(self) -> ImportReport:
        """Clean the records and make the report."""
        cleaned = [clean(procedure) for procedure in self.procedures.values()]
        return ImportReport(
            accepted=tuple(item.procedure for item in cleaned),
            rejected=tuple(self.rejected),
            cleaned=tuple(change for item in cleaned for change in item.changes),
            notices=tuple(self.notices),
        )


def reason(name: str, **values: object) -> str:
    """Word a reason; values from files are cut to a sensible length."""
    cut = {key: _cut(value) for key, value in values.items()}
    return str(_words()["reasons"][name]).format(**cut)


def place(name: str, **values: object) -> str:
    """Word a place."""
    return str(_words()["places"][name]).format(**values)


def notice(name: str, **values: object) -> str:
    """Word a notice."""
    return str(_words()["notices"][name]).format(**{key: _cut(value) for key, value in values.items()})


def type_name(name: str) -> str:
    """Word the name of a JSON type."""
    return str(_words()["types"][name])


def _cut(value: object, limit: int = 80) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= limit else f"{text[:limit]}…"


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return words
