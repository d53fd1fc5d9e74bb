"""One row of an export becomes a row of the register, or is refused with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from knowledge.dossiers.codes import DossierCode, day_of, parse_code
from knowledge.dossiers.importing.columns import column_name
from knowledge.dossiers.importing.report import ImportReport
from knowledge.dossiers.importing.values import LOCAL, is_empty, read_choice, read_moment
from knowledge.dossiers.records import RegisterRow
from knowledge.dossiers.statuses import Status, vendor_status
from knowledge.dossiers.verification import last_digits
from knowledge.text.codes import find_dossier_codes, find_procedure_codes
from knowledge.text.masking import mask_personal_data
from knowledge.text.normalise import clean

LONGEST_NAME = 1_000
LONGEST_NOTE = 2_000
ENDS_DAY = frozenset({"due_at"})
_NUMBER = re.compile(r"\d+")


class RowFaultError(ValueError):
    """A row cannot be taken: the reason's name and its values."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


@dataclass(frozen=True)
class ReadRow:
    """A row that can be taken, and when the export says it last changed."""

    row: RegisterRow
    changed_at: datetime | None
    place: str


def read_row(place: str, values: dict[str, object], report: ImportReport, today: date) -> ReadRow | None:
    """Read a row; what is wrong or doubtful goes into the report, None when it is refused."""
    report.rows += 1
    try:
        row = _row(values, today)
        changed_at = _moment(values, "changed_at")
    except RowFaultError as fault:
        report.refuse(place, fault.reason, **fault.values)
        return None
    serial = row.code.serial
    if row.phone is None and row.identity is None:
        report.notice(place, "no_factor", serial=serial)
    if row.received_at and row.due_at and row.due_at < row.received_at:
        report.notice(place, "due_before_received", serial=serial)
    if row.received_at is None and row.status is not Status.SUBMITTED:
        report.notice(place, "received_from_code", serial=serial)
        row = _received_from_code(row)
    return ReadRow(row, changed_at, place)


def _row(values: dict[str, object], today: date) -> RegisterRow:
    code = _code(values.get("code"), today)
    procedures = find_procedure_codes(_text(values, "procedure_code") or "")
    via, returned = _choice(values, "submitted_via"), _choice(values, "returned_via")
    note = _text(values, "supplement_note")
    return RegisterRow(
        code=code,
        status=_status(values),
        procedure_name=(_text(values, "procedure_name") or "")[:LONGEST_NAME],
        procedure_code=procedures[0].code if procedures else None,
        field=_text(values, "field"),
        unit=_text(values, "unit"),
        submitted_via=via or "direct",
        returned_via=returned,
        has_fee=_has_fee(values.get("fee")),
        paid_online=_flag(values, "paid_online"),
        received_at=_moment(values, "received_at"),
        due_at=_moment(values, "due_at"),
        finished_at=_moment(values, "finished_at"),
        returned_at=_moment(values, "returned_at"),
        supplement_rounds=_rounds(values.get("supplement_rounds"), note),
        supplement_note=mask_personal_data(note)[:LONGEST_NOTE] if note else None,
        phone=last_digits(values.get("phone")),
        identity=last_digits(values.get("identity")),
    )


def _code(value: object, today: date) -> DossierCode:
    if is_empty(value):
        raise RowFaultError("no_code")
    spans = find_dossier_codes(clean(str(value)))
    if len(spans) != 1:
        raise RowFaultError("bad_code", value=value)
    code = parse_code(spans[0].code)
    day = day_of(code)
    if day is None:
        raise RowFaultError("no_such_day", value=code.day)
    if day > today:
        raise RowFaultError("future_day", value=code.day)
    return code


def _status(values: dict[str, object]) -> Status:
    number, name = values.get("status"), values.get("status_name")
    if is_empty(number) and is_empty(name):
        raise RowFaultError("no_status")
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    vendor = "igate" if "status_name" in values else "register"
    status = vendor_status(vendor, name, number) if name else vendor_status(vendor, number)
    if status is None:
        raise RowFaultError("unknown_status", value=name or number)
    return status


def _text(values: dict[str, object], field: str) -> str | None:
    value = values.get(field)
    return None if is_empty(value) else clean(str(value)) or None


def _moment(values: dict[str, object], field: str) -> datetime | None:
    try:
        return read_moment(values.get(field), ends_day=field in ENDS_DAY)
    except (ValueError, OverflowError) as error:
        raise RowFaultError("bad_date", column=column_name(field), value=values.get(field)) from error


def _choice(values: dict[str, object], field: str) -> str | None:
    try:
        return read_choice(field, values.get(field))
    except ValueError as error:
        raise RowFaultError("bad_choice", column=column_name(field), value=values.get(field)) from error


def _flag(values: dict[str, object], field: str) -> bool | None:
    try:
        given = read_choice("flags", values.get(field))
    except ValueError as error:
        raise RowFaultError("bad_choice", column=column_name(field), value=values.get(field)) from error
    return None if given is None else given == "yes"


def _has_fee(value: object) -> bool:
    """Whether an amount is more than nothing; how much is never read from here."""
    digits = "".join(_NUMBER.findall("" if value is None else str(value)))
    return bool(digits.strip("0"))


def _rounds(value: object, note: str | None) -> int:
    digits = _NUMBER.match(str(value).strip()) if not is_empty(value) else None
    return min(int(digits[0]), 99) if digits else int(bool(note))


def _received_from_code(row: RegisterRow) -> RegisterRow:
    day = day_of(row.code)
    return row if day is None else replace(row, received_at=datetime.combine(day, time.min, LOCAL))
