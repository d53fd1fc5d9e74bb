"""Which column of an export is which field (``data/columns.yml``), also under headers of two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from knowledge.dossiers.importing.values import header_key, is_empty

COLUMNS = Path(__file__).parent.parent / "data" / "columns.yml"
REQUIRED = frozenset({"code", "status"})
HEADER_WITHIN = 30
"""Rows looked through for the header: above it stand the authority, a title, the period."""


@dataclass(frozen=True)
class Header:
    """Field of each column, and the row at which the data begin."""

    fields: dict[int, str]
    data_from: int
    unused: tuple[str, ...] = ()


@cache
def _known() -> tuple[dict[str, str], dict[str, str]]:
    spellings: dict[str, list[str]] = yaml.safe_load(COLUMNS.read_text(encoding="utf-8"))
    by_key = {header_key(text): field for field, texts in spellings.items() for text in texts}
    return by_key, {field: texts[0] for field, texts in spellings.items()}


def field_of(header: object) -> str | None:
    """Return the field that a header means, None when it is none of ours."""
    return _known()[0].get(header_key(header))


def column_name(field: str) -> str:
    """Return what people call the field's column."""
    return _known()[1][field]


def find_header(rows: Sequence[Sequence[object]]) -> Header | None:
    """Find the header among the first rows of a table; None when there is none."""
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        below = rows[index + 1] if index + 1 < len(rows) else ()
        single = _fields(row)
        if not single or not REQUIRED & set(single.values()):
            continue
        double = _fields_of_two_lines(row, below)
        if _is_second_line(single, below) and set(double.values()) >= REQUIRED:
            return Header(double, index + 2, _unused(below, double))
        if set(single.values()) >= REQUIRED:
            return Header(single, index + 1, _unused(row, single))
    return None


def _fields(row: Sequence[object]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, cell in enumerate(row):
        field = None if is_empty(cell) else field_of(cell)
        if field is not None and field not in found.values():
            found[place] = field
    return found


def _fields_of_two_lines(top: Sequence[object], bottom: Sequence[object]) -> dict[int, str]:
    """Cells merged across columns have their text in the first column only: it holds for those after it."""
    found: dict[int, str] = {}
    group: object = ""
    for place in range(max(len(top), len(bottom))):
        above = top[place] if place < len(top) else None
        below = bottom[place] if place < len(bottom) else None
        group = group if is_empty(above) else above
        texts = [above] if is_empty(below) else [below, f"{group} {below}"]
        fields = [field_of(text) for text in texts if not is_empty(text)]
        field = next((one for one in fields if one and one not in found.values()), None)
        if field is not None:
            found[place] = field
    return found


def _is_second_line(single: dict[int, str], below: Sequence[object]) -> bool:
    """A header's second line has headers in it and nothing where the code would stand."""
    code = next((place for place, field in single.items() if field == "code"), None)
    under_code = below[code] if code is not None and code < len(below) else None
    return (is_empty(under_code) or field_of(under_code) is not None) and any(
        not is_empty(cell) and not str(cell).strip(" ()").isdigit() for cell in below
    )


def _unused(row: Sequence[object], fields: dict[int, str]) -> tuple[str, ...]:
    return tuple(
        " ".join(str(cell).split())
        for place, cell in enumerate(row)
        if place not in fields and not is_empty(cell) and header_key(cell) not in {"stt", "tt"}
    )
