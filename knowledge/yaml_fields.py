"""Reads typed fields of YAML data files and refuses what is unknown, saying where and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import yaml

Choice = TypeVar("Choice", bound=Enum)

CODE = re.compile(r"\d\.\d{6}")
"""A national procedure code such as 2.000648."""


class DataError(ValueError):
    """A data file is malformed or contradicts itself; the message says which file and entry."""


def read_mapping(path: Path) -> Fields:
    """Read the YAML file at ``path``, which holds one mapping.

    Raises:
        DataError: the file is missing or holds no YAML mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path.name}: not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise DataError(f"{path.name}: expected fields such as 'name: value'")
    return Fields(content, path.name)


def read_entries(path: Path, name: str) -> list[Fields]:
    """Read the list ``name`` of the YAML file at ``path``.

    Raises:
        DataError: the file is missing, is no YAML mapping, or holds no such list of entries.
    """
    return read_mapping(path).entries(name)


class Fields:
    """The fields of one entry; every reader takes its field away, so that leftovers are unknown ones."""

    def __init__(self, content: Mapping[str, Any], where: str) -> None:
        self._content = dict(content)
        self.where = f"{where} ({content['id']})" if "id" in content else where

    def fail(self, message: str) -> DataError:
        """Return the error for this entry."""
        return DataError(f"{self.where}: {message}")

    def refuse_unknown(self) -> None:
        """Raise if a field was not read."""
        if self._content:
            raise self.fail(f"unknown field '{next(iter(self._content))}'")

    def has(self, name: str) -> bool:
        """Tell whether a field is there and was not read yet."""
        return name in self._content

    def names(self) -> tuple[str, ...]:
        """Return the fields that were not read yet."""
        return tuple(self._content)

    def entries(self, name: str) -> list[Fields]:
        """Read a list of entries that must be there."""
        entries = self._content.pop(name, None)
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self.fail(f"expected a list of entries under '{name}:'")
        return [
            Fields(entry, f"{self.where}, {name} {place}") for place, entry in enumerate(entries, start=1)
        ]

    def section(self, name: str) -> Fields:
        """Read a group of fields that must be there."""
        content = self._content.pop(name, None)
        if not isinstance(content, dict):
            raise self.fail(f"expected a group of fields under '{name}:'")
        return Fields(content, f"{self.where}, {name}")

    def text(self, name: str) -> str:
        """Read a text that must be there."""
        value = self.optional_text(name)
        if value is None:
            raise self.fail(f"field '{name}' must be given")
        return value

    def optional_text(self, name: str) -> str | None:
        """Read a text, None when absent."""
        value = self._content.pop(name, None)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self.fail(f"field '{name}' must be a text, not {value!r}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts, empty when absent."""
        value = self._content.pop(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.fail(f"field '{name}' must be a list of texts")
        return tuple(value)

    def codes(self, name: str = "codes") -> tuple[str, ...]:
        """Read a list of different procedure codes."""
        codes = self.texts(name)
        wrong = [code for code in codes if not CODE.fullmatch(code)]
        if wrong:
            raise self.fail(f"'{wrong[0]}' is no procedure code; expected the form 2.000648, quoted")
        if len(set(codes)) != len(codes):
            raise self.fail(f"field '{name}' names a procedure twice")
        return codes

    def number(self, name: str, low: int, high: int) -> int:
        """Read a whole number between two bounds."""
        value = self._content.pop(name, None)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.fail(f"field '{name}' must be a whole number from {low} to {high}, not {value!r}")
        return value

    def numbers(self, name: str, low: int, high: int) -> tuple[int, ...]:
        """Read a list of whole numbers between two bounds, empty when absent."""
        values = self._content.pop(name, [])
        if not isinstance(values, list) or not all(
            type(value) is int and low <= value <= high for value in values
        ):
            raise self.fail(f"field '{name}' must be a list of whole numbers from {low} to {high}")
        return tuple(values)

    def flag(self, name: str) -> bool:
        """Read true or false, false when absent."""
        value = self._content.pop(name, False)
        if not isinstance(value, bool):
            raise self.fail(f"field '{name}' must be true or false, not {value!r}")
        return value

    def day(self, name: str) -> date:
        """Read a date that must be there."""
        value = self.optional_day(name)
        if value is None:
            raise self.fail(f"field '{name}' must be given")
        return value

    def optional_day(self, name: str) -> date | None:
        """Read a date written 2026-12-31, None when absent."""
        value = self._content.pop(name, None)
        if value is not None and type(value) is not date:
            raise self.fail(f"field '{name}' must be a date such as 2026-12-31, not {value!r}")
        return value

    def choice(self, name: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """Read one value of an enumeration."""
        text = self.optional_text(name)
        if text is None and default is not None:
            return default
        return self._value(name, text, choices)

    def optional_choice(self, name: str, choices: type[Choice]) -> Choice | None:
        """Read one value of an enumeration, None when absent."""
        text = self.optional_text(name)
        return None if text is None else self._value(name, text, choices)

    def choices(self, name: str, choices: type[Choice]) -> tuple[Choice, ...]:
        """Read several values of an enumeration, empty when absent."""
        return tuple(self._value(name, text, choices) for text in self.texts(name))

    def _value(self, name: str, text: str | None, choices: type[Choice]) -> Choice:
        try:
            return choices(text)
        except ValueError as error:
            expected = ", ".join(str(item.value) for item in choices)
            raise self.fail(f"field '{name}' must be one of {expected}, not {text!r}") from error
