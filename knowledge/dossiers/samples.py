"""Sample dossiers for trying the assistant (``data/samples.yml``): in the register of a trial copy only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Engine

from knowledge.dossiers.codes import day_of, parse_code
from knowledge.dossiers.importing.values import END_OF_DAY, LOCAL
from knowledge.dossiers.records import RegisterRow
from knowledge.dossiers.register import remove_samples, store_rows
from knowledge.dossiers.statuses import Status
from knowledge.dossiers.verification import DIGITS
from knowledge.privacy.sealing import Sealer
from knowledge.yaml_fields import Fields, read_entries

SAMPLES = Path(__file__).parent / "data" / "samples.yml"
SOURCE = "sample"
_OPENS, _CLOSES = time(8, 30), time(16, 0)


@dataclass(frozen=True)
class Sample:
    """A sample dossier and the digits that open it."""

    row: RegisterRow
    digits: str

    @property
    def code(self) -> str:
        """Its code."""
        return self.row.code.text


def load_samples(today: date) -> list[Sample]:
    """Read the samples as they are on ``today``.

    Raises:
        DataError: an entry is malformed.
    """
    return [_sample(entry, today) for entry in read_entries(SAMPLES, "samples")]


def settle_samples(engine: Engine, sealer: Sealer, *, wanted: bool, today: date) -> int:
    """Put the samples into the register, or take them out; return how many are there now."""
    samples = load_samples(today) if wanted else []
    with engine.begin() as connection:
        if samples:
            store_rows(connection, [sample.row for sample in samples], SOURCE, sealer)
        else:
            remove_samples(connection)
    return len(samples)


def _sample(entry: Fields, today: date) -> Sample:
    code = parse_code(entry.text("code"))
    received = day_of(code)
    if received is None:
        raise entry.fail("the code names no real day")
    status = Status(entry.number("status", 1, 10))
    digits = entry.text("digits")
    if len(digits) != DIGITS or not digits.isdecimal():
        raise entry.fail("field 'digits' must be four digits, quoted")
    note = entry.optional_text("note")
    row = RegisterRow(
        code=code,
        status=status,
        procedure_code=entry.text("procedure"),
        procedure_name=entry.text("name"),
        field=entry.text("field"),
        unit=entry.text("unit"),
        submitted_via=entry.text("submitted_via"),
        returned_via=entry.text("returned_via"),
        has_fee=entry.flag("has_fee"),
        received_at=_moment(received, _OPENS) if status is not Status.SUBMITTED else None,
        due_at=_due(entry, today),
        finished_at=_moment(entry.optional_day("finished"), _CLOSES),
        returned_at=_moment(entry.optional_day("returned"), _CLOSES),
        supplement_rounds=1 if status is Status.SUPPLEMENT else 0,
        supplement_note=note,
        phone=digits,
        is_sample=True,
    )
    entry.refuse_unknown()
    return Sample(row, digits)


def _due(entry: Fields, today: date) -> datetime | None:
    fixed = entry.optional_day("due")
    if fixed is None and entry.has("due_in"):
        fixed = today + timedelta(days=entry.number("due_in", -60, 60))
    return _moment(fixed, END_OF_DAY)


def _moment(day: date | None, clock: time) -> datetime | None:
    return None if day is None else datetime.combine(day, clock, LOCAL)
