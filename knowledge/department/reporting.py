"""The part of a department's profile that only its reports need."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from knowledge.yaml_fields import Fields


@dataclass(frozen=True)
class OwnTarget:
    """A value of an indicator that the department has to reach, and on what paper that stands."""

    indicator: str
    value: Decimal
    since: date
    until: date | None
    basis: str


@dataclass(frozen=True)
class Reporting:
    """How reports are headed and signed. Empty texts are left to be filled in by hand."""

    parent: str = ""
    """The body above, as the head of a document names it: "UBND TỈNH …"."""
    number_suffix: str = "BC-SCT"
    """What follows the number of a report: "/BC-SCT"."""
    place: str = ""
    """Where it is dated."""
    signer_title: str = "GIÁM ĐỐC"
    signer_name: str = ""
    recipients: tuple[str, ...] = ()
    renamed_units: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Present name of a unit -> the names it had: reports bring them together."""
    targets: tuple[OwnTarget, ...] = ()


def read_reporting(fields: Fields) -> Reporting:
    """Read the section ``reporting``.

    Raises:
        DataError: a field is unknown or malformed.
    """
    default = Reporting()
    renamed = [(entry.text("unit"), entry.texts("was"), entry) for entry in _entries(fields, "renamed_units")]
    for _, _, entry in renamed:
        entry.refuse_unknown()
    reporting = Reporting(
        parent=fields.optional_text("parent") or "",
        number_suffix=fields.optional_text("number_suffix") or default.number_suffix,
        place=fields.optional_text("place") or "",
        signer_title=fields.optional_text("signer_title") or default.signer_title,
        signer_name=fields.optional_text("signer_name") or "",
        recipients=fields.texts("recipients"),
        renamed_units={unit: was for unit, was, _ in renamed},
        targets=tuple(_target(entry) for entry in _entries(fields, "targets")),
    )
    fields.refuse_unknown()
    return reporting


def _entries(fields: Fields, name: str) -> list[Fields]:
    return fields.entries(name) if fields.has(name) else []


def _target(entry: Fields) -> OwnTarget:
    text = entry.text("value")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise entry.fail(f"field 'value' must be a quoted number such as \"85\", not {text!r}") from error
    target = OwnTarget(
        entry.text("indicator"), value, entry.day("since"), entry.optional_day("until"), entry.text("basis")
    )
    entry.refuse_unknown()
    return target
