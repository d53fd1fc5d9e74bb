"""Typed reading of a JSON object that knows where it stands, so that faults name their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from knowledge.catalogue.importers.report import RowError, place, reason, type_name
from knowledge.catalogue.importers.values import short_text, whole_number

MAX_ITEMS = 2_000
T = TypeVar("T")


class Node:
    """A JSON object at ``path`` of its file."""

    def __init__(self, value: object, path: str = "") -> None:
        self._path = path
        if not isinstance(value, dict):
            raise self._wrong(path, "object", value)
        self._value: dict[str, object] = value

    def place(self, field: str) -> str:
        """Word the place of a field."""
        return place("field", path=self._join(field))

    def has(self, field: str) -> bool:
        """Tell whether a field is there and not null."""
        return self._value.get(field) is not None

    def node(self, field: str) -> Node:
        """The object in a field."""
        return Node(self._value.get(field), self._join(field))

    def nodes(self, field: str) -> list[Node]:
        """The objects of a list; an absent list is empty."""
        value = self._value.get(field)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(self._join(field), "list", value)
        if len(value) > MAX_ITEMS:
            raise RowError(self.place(field), reason("too_many", limit=MAX_ITEMS))
        return [Node(item, f"{self._join(field)}[{number}]") for number, item in enumerate(value)]

    def text(self, field: str, *, required: bool = True) -> str:
        """A text without outer blanks; "" when absent and not required."""
        value = self._value.get(field)
        if value is not None and not isinstance(value, str):
            raise self._wrong(self._join(field), "text", value)
        stripped = short_text(value or "", self.place(field)).strip()
        if required and not stripped:
            raise RowError(self.place(field), reason("absent"))
        return stripped

    def flag(self, field: str) -> bool:
        """A boolean; absent is False."""
        value = self._value.get(field)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(self._join(field), "flag", value)
        return bool(value)

    def number(self, field: str) -> int:
        """A whole number from 0, also written as a text ("0") or with a zero fraction (5.0); absent is 0."""
        value = self._value.get(field)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self._wrong(self._join(field), "number", value)
        return whole_number(value, self.place(field))

    def moment(self, field: str) -> float:
        """Milliseconds since 1970."""
        value = self._value.get(field)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(self._join(field), "number", value)
        return value

    def choice(self, field: str, choices: Mapping[str, T]) -> T:
        """One of the known words."""
        word = self.text(field)
        if word not in choices:
            allowed = ", ".join(choices)
            raise RowError(self.place(field), reason("unknown_value", value=word, allowed=allowed))
        return choices[word]

    def _join(self, field: str) -> str:
        return f"{self._path}.{field}" if self._path else field

    @staticmethod
    def _wrong(path: str, expected: str, value: object) -> RowError:
        where = place("field", path=path) if path else place("file")
        if value is None:
            return RowError(where, reason("absent"))
        return RowError(where, reason("wrong_type", expected=type_name(expected), found=value))
