"""Typed reading of YAML data: every complaint names the file, the entry and what is expected."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path

import pytest

from knowledge.yaml_fields import DataError, Fields, read_entries, read_mapping


class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"


def test_reads_every_kind_of_field() -> None:
    fields = Fields(
        {
            "name": "a",
            "list": ["x", "y"],
            "codes": ["2.000648"],
            "n": 5,
            "yes": True,
            "on": date(2026, 1, 2),
            "colour": "red",
            "colours": ["blue"],
        },
        "file.yml",
    )
    assert fields.text("name") == "a"
    assert fields.texts("list") == ("x", "y")
    assert fields.codes() == ("2.000648",)
    assert fields.number("n", 1, 9) == 5
    assert fields.flag("yes") is True
    assert fields.day("on") == date(2026, 1, 2)
    assert fields.choice("colour", Colour) is Colour.RED
    assert fields.choices("colours", Colour) == (Colour.BLUE,)
    fields.refuse_unknown()


def test_absent_optional_fields() -> None:
    fields = Fields({}, "file.yml")
    assert fields.optional_text("a") is None
    assert fields.optional_day("a") is None
    assert fields.optional_choice("a", Colour) is None
    assert fields.choice("a", Colour, Colour.BLUE) is Colour.BLUE
    assert fields.texts("a") == ()
    assert fields.flag("a") is False


@pytest.mark.parametrize(
    ("content", "read", "complaint"),
    [
        ({}, lambda f: f.text("name"), "'name' must be given"),
        ({"name": 5}, lambda f: f.text("name"), "'name' must be a text, not 5"),
        ({"name": " "}, lambda f: f.optional_text("name"), "'name' must be a text"),
        ({"a": "x"}, lambda f: f.texts("a"), "'a' must be a list of texts"),
        ({"codes": ["2.00064"]}, lambda f: f.codes(), "no procedure code"),
        ({"codes": ["2.000648", "2.000648"]}, lambda f: f.codes(), "names a procedure twice"),
        ({"n": True}, lambda f: f.number("n", 0, 9), "whole number from 0 to 9"),
        ({"n": 10}, lambda f: f.number("n", 0, 9), "whole number from 0 to 9, not 10"),
        ({"yes": "yes"}, lambda f: f.flag("yes"), "true or false"),
        ({"on": "2026-13-01"}, lambda f: f.day("on"), "a date such as 2026-12-31"),
        ({}, lambda f: f.day("on"), "'on' must be given"),
        ({"colour": "green"}, lambda f: f.choice("colour", Colour), "one of red, blue, not 'green'"),
        ({}, lambda f: f.choice("colour", Colour), "one of red, blue"),
        ({"colours": ["green"]}, lambda f: f.choices("colours", Colour), "one of red, blue"),
        ({}, lambda f: f.section("group"), "group of fields under 'group:'"),
        ({"list": ["x"]}, lambda f: f.entries("list"), "list of entries under 'list:'"),
        ({"odd": 1}, lambda f: f.refuse_unknown(), "unknown field 'odd'"),
    ],
)
def test_complaints_say_where_and_what(content, read, complaint) -> None:
    with pytest.raises(DataError, match=r"file\.yml") as caught:
        read(Fields(content, "file.yml"))
    assert complaint in str(caught.value)


def test_complaints_name_the_entry_by_id(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("rules:\n  - id: first\n  - id: second\n    amount: many\n", encoding="utf-8")
    second = read_entries(path, "rules")[1]
    with pytest.raises(DataError, match=r"rules\.yml, rules 2 \(second\): field 'amount'"):
        second.number("amount", 0, 9)


@pytest.mark.parametrize("content", ["- a\n", "a: [", "\xff"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.yml"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(DataError, match=r"odd\.yml"):
        read_mapping(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="absent"):
        read_entries(tmp_path / "absent.yml", "rules")
