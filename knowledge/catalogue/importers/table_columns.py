"""The columns of the departments' table, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.text.normalise import fold

COLUMNS_FILE = Path(__file__).parent.parent / "data" / "wording" / "table_columns.yml"


@dataclass(frozen=True)
class Column:
    """A column: its key in code, its Vietnamese header and other headers it is known by."""

    key: str
    header: str
    aliases: tuple[str, ...]
    required: bool
    help: str
    example: str
    width: int


@dataclass(frozen=True)
class TableWording:
    """Names of the sheets and headers of the guide."""

    sheet: str
    guide_sheet: str
    guide_headers: tuple[str, ...]
    required: str
    optional: str


@cache
def load_columns() -> tuple[Column, ...]:
    """The columns in the order of the template."""
    return tuple(Column(**{**item, "aliases": tuple(item["aliases"])}) for item in _data()["columns"])


@cache
def load_table_wording() -> TableWording:
    """Names of sheets and guide headers."""
    data = _data()
    return TableWording(
        data["sheet"], data["guide_sheet"], tuple(data["guide_headers"]), data["required"], data["optional"]
    )


def find_column(header: str) -> Column | None:
    """The column a header means, whatever its case, marks, spacing or a trailing asterisk."""
    return _headers().get(header_key(header))


def header_key(header: str) -> str:
    """What spellings of a header have in common."""
    return fold(header).strip(" *:.")


@cache
def _headers() -> dict[str, Column]:
    return {
        header_key(name): column for column in load_columns() for name in (column.header, *column.aliases)
    }


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(COLUMNS_FILE.read_text(encoding="utf-8"))
    return data
