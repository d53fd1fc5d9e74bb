"""Loads the fee rules from ``data/`` strictly: what is malformed or contradicts itself is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from knowledge.fees.book import FeeBook
from knowledge.fees.checks import check_book
from knowledge.fees.records import (
    Area,
    Case,
    Circular,
    Confidence,
    Coverage,
    CoverageClass,
    Kind,
    Payer,
    Reduction,
    Role,
    Rule,
    RuleStatus,
)
from knowledge.yaml_fields import CODE, DataError, Fields, read_entries

DATA = Path(__file__).parent / "data"
LARGEST_AMOUNT = 1_000_000_000
PER_POINT = "business_point"

Item = TypeVar("Item")


@lru_cache(maxsize=1)
def fee_book() -> FeeBook:
    """Return the rules that ship with the product, read once."""
    return load_fee_book(DATA)


def load_fee_book(folder: Path) -> FeeBook:
    """Read and check the rules in ``folder``.

    Raises:
        DataError: a file or an entry is malformed, or entries contradict each other.
    """
    reductions_file, coverage_file = folder / "reductions.yml", folder / "coverage.yml"
    circulars = _unique((item.number, item) for item in _circulars(folder / "circulars.yml"))
    rules = _unique(
        (rule.id, rule)
        for path in sorted((folder / "rules").glob("*.yml"))
        for rule in (_rule(fields, circulars) for fields in read_entries(path, "rules"))
    )
    reductions = _unique(
        (item.id, item)
        for item in (_reduction(fields, circulars) for fields in read_entries(reductions_file, "reductions"))
    )
    coverage = [_coverage(fields, circulars) for fields in read_entries(coverage_file, "classes")]
    notes = _unique(_code_note(fields) for fields in read_entries(coverage_file, "code_notes"))
    book = FeeBook(circulars, rules.values(), reductions.values(), coverage, notes)
    check_book(book)
    return book


def _unique(pairs: Iterable[tuple[str, Item]]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for key, item in pairs:
        if key in found:
            raise DataError(f"'{key}' is there twice: give one of them another name or leave it out")
        found[key] = item
    return found


def _circulars(path: Path) -> Iterable[Circular]:
    for fields in read_entries(path, "circulars"):
        title = fields.text("title")
        circular = Circular(
            number=fields.text("number"),
            title="" if fields.flag("title_unchecked") else title,
            issued=fields.optional_day("issued"),
            amended_by=fields.texts("amended_by"),
            replaces=fields.optional_text("replaces"),
            staff_note=fields.optional_text("staff_note"),
        )
        fields.refuse_unknown()
        yield circular


def _rule(fields: Fields, circulars: Mapping[str, Circular]) -> Rule:
    number, per = fields.optional_text("circular"), fields.optional_text("per")
    if per not in {None, PER_POINT}:
        raise fields.fail(f"field 'per' must be {PER_POINT} or left out, not {per!r}")
    rule = Rule(
        id=fields.text("id"),
        circular=None if number is None else _known(fields, number, circulars),
        article=fields.optional_text("article"),
        stated_by=fields.optional_text("stated_by"),
        subject=fields.text("subject"),
        payer=fields.choice("payer", Payer),
        area=fields.optional_choice("area", Area),
        unit=fields.text("unit"),
        per_point=per == PER_POINT,
        role=fields.choice("role", Role, Role.AMOUNT),
        amount=fields.number("amount", 0, LARGEST_AMOUNT),
        kind=fields.choice("kind", Kind),
        cases=fields.choices("cases", Case),
        situation=fields.optional_text("situation"),
        effective_from=fields.optional_day("from"),
        effective_to=fields.optional_day("to"),
        confidence=fields.choice("confidence", Confidence),
        status=fields.choice("status", RuleStatus),
        note=fields.optional_text("note"),
        staff_note=fields.optional_text("staff_note"),
        sources=fields.texts("sources"),
        codes=fields.codes(),
    )
    fields.refuse_unknown()
    return rule


def _reduction(fields: Fields, circulars: Mapping[str, Circular]) -> Reduction:
    reduction = Reduction(
        id=fields.text("id"),
        circular=_known(fields, fields.text("circular"), circulars),
        article=fields.optional_text("article"),
        reduces=fields.text("reduces"),
        percent=fields.number("percent", 1, 100),
        amount=fields.number("amount", 0, LARGEST_AMOUNT),
        effective_from=fields.day("from"),
        effective_to=fields.day("to"),
        confidence=fields.choice("confidence", Confidence),
        status=fields.choice("status", RuleStatus),
        sources=fields.texts("sources"),
        filed_online_only=fields.flag("filed_online_only"),
        staff_note=fields.optional_text("staff_note"),
    )
    fields.refuse_unknown()
    return reduction


def _coverage(fields: Fields, circulars: Mapping[str, Circular]) -> Coverage:
    coverage = Coverage(
        letter=fields.choice("class", CoverageClass),
        codes=fields.codes(),
        circulars=tuple(_known(fields, number, circulars) for number in fields.texts("circulars")),
        reason=fields.optional_text("reason"),
        caution=fields.optional_text("caution"),
        since=fields.optional_day("since"),
    )
    fields.refuse_unknown()
    return coverage


def _code_note(fields: Fields) -> tuple[str, str]:
    code, note = fields.text("code"), fields.text("note")
    fields.refuse_unknown()
    if not CODE.fullmatch(code):
        raise fields.fail(f"'{code}' is no procedure code; expected the form 2.000648, quoted")
    return code, note


def _known(fields: Fields, number: str, circulars: Mapping[str, Circular]) -> Circular:
    if number not in circulars:
        raise fields.fail(f"circular {number} is not in circulars.yml: add it there first")
    return circulars[number]
