"""What a report says, before it is written as a document, a workbook, a page or rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from knowledge.reports.periods import Period
from knowledge.reports.results import Result


class ColumnKind(str, Enum):
    """How the cells of a column are written."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"


@dataclass(frozen=True)
class Formula:
    """A value that a workbook computes: ``{3}`` is the cell in the row's column number 3."""

    text: str
    value: int | Decimal | str | None


Cell: TypeAlias = "str | int | Decimal | Formula | None"


@dataclass(frozen=True)
class Column:
    """A column of a table; ``width`` is its share of the page."""

    title: str
    kind: ColumnKind = ColumnKind.WHOLE
    width: int = 10


@dataclass(frozen=True)
class Table:
    """Rows under a caption. ``numbers`` is the line of column numbers official forms have."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[str, ...] = ()
    total: bool = False
    """The first row is the total of the others."""


@dataclass(frozen=True)
class Chart:
    """Bars told apart by hatching, with a line at the target."""

    caption: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    target: float | None = None
    unit: str = "%"


@dataclass(frozen=True)
class Section:
    """A numbered part."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    quotes: tuple[str, ...] = ()
    """Citizens' own words, masked."""


@dataclass(frozen=True)
class Report:
    """A whole report. ``as_of`` is the last day counted, ``made_at`` when it was counted."""

    kind: str
    title: str
    period: Period
    previous: Period
    as_of: date
    made_at: datetime
    place: str
    """What it is about: the whole department, or the units, fields or procedures chosen."""
    sections: tuple[Section, ...]
    results: tuple[Result, ...] = field(default=())

    @property
    def file_name(self) -> str:
        """Name of its files without the ending."""
        code = self.period.code.replace("..", "_").lower()
        return f"bao-cao-{self.kind}-{code}-{self.period.kind.value}"


def value_of(cell: Cell) -> int | Decimal | str | None:
    """Return what a cell shows."""
    return cell.value if isinstance(cell, Formula) else cell
