"""What the cells of the departments' table say, read and written.

A cell holds one value or one a line; the parts of a line stand between bars. Line breaks inside a
note are written " // ", because a line of the cell is one entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from knowledge.catalogue.importers.report import RowError, reason
from knowledge.catalogue.importers.values import (
    MAX_CELL_CHARS,
    day_of_text,
    procedure_code,
    short_text,
    whole_number,
)
from knowledge.catalogue.records import (
    Channel,
    Deadline,
    Decision,
    Document,
    DocumentCase,
    LegalText,
    Level,
    OnlineLevel,
    Procedure,
    TimeUnit,
)
from knowledge.text.normalise import fold

BAR = " | "
INNER_BREAK = " // "
UNITS = {
    "ngày làm việc": TimeUnit.WORKING_DAY,
    "ngày": TimeUnit.DAY,
    "giờ": TimeUnit.HOUR,
    "giờ làm việc": TimeUnit.HOUR,
    "tháng": TimeUnit.MONTH,
    "năm": TimeUnit.YEAR,
}
_AMOUNT = re.compile(r"0*(\d+)\s*(ngày làm việc|ngày|giờ làm việc|giờ|tháng|năm)", re.IGNORECASE)
_COPIES = re.compile(r"(\d+)\s*(bản chính|bản sao)?", re.IGNORECASE)
_CASE = re.compile(r"\[(.*)\]")
Where = Callable[[str], str]
"""Words the place of a column in the row that is read."""


def read_row(cells: Mapping[str, str], where: Where) -> tuple[Procedure | None, list[RowError]]:
    """Read the cells of one row (column key -> text); gives the record or all that is wrong."""
    errors: list[RowError] = []
    values: dict[str, object] = {}
    for key, read in READERS.items():
        try:
            text = short_text(cells.get(key, "").strip(), where(key), MAX_CELL_CHARS)
            values[key] = read(text, where(key))
        except RowError as error:  # noqa: PERF203 - every fault of a row is told at once
            errors.append(error)
    if errors:
        return None, errors
    return _procedure(values), []


def _procedure(values: dict[str, object]) -> Procedure:
    number = values.pop("decision_number")
    decision_parts = [values.pop(f"decision_{part}") for part in ("issued", "published", "issuer")]
    decision = Decision(number, *decision_parts) if number else None  # type: ignore[arg-type]
    return Procedure(**values, decision=decision)  # type: ignore[arg-type]


def _required(text: str, place: str) -> str:
    if not text:
        raise RowError(place, reason("absent"))
    return text


def _code(text: str, place: str) -> str:
    return procedure_code(_required(text, place), place)


def _optional(text: str, _place: str) -> str | None:
    return text.replace(INNER_BREAK, "\n") or None


def _caution(text: str, place: str) -> str | None:
    """A caution; "-" says that there is none any more, an empty cell leaves it as it was."""
    return "" if text == "-" else _optional(text, place)


def _lines(text: str, _place: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _one_of(enum: type[Level] | type[OnlineLevel], text: str, place: str) -> Level | OnlineLevel:
    for member in enum:
        if fold(member.value) == fold(text):
            return member
    allowed = ", ".join(member.value for member in enum)
    raise RowError(place, reason("unknown_value", value=text, allowed=allowed))


def _levels(text: str, place: str) -> tuple[Level | OnlineLevel, ...]:
    words = [word for word in re.split(r"[\n;,]+", _required(text, place)) if word.strip()]
    return tuple(dict.fromkeys(_one_of(Level, word, place) for word in words))


def _online_level(text: str, place: str) -> Level | OnlineLevel | None:
    return _one_of(OnlineLevel, text, place) if text else None


def _date(text: str, place: str) -> date | None:
    return day_of_text(text, place) if text else None


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def _deadlines(text: str, place: str) -> tuple[Deadline, ...]:
    return tuple(deadline for line in _lines(text, place) for deadline in _deadline_line(line, place))


def _deadline_line(line: str, place: str) -> list[Deadline]:
    parts = _parts(line)
    if "|" not in line and ":" in line:
        parts = [part.strip() for part in line.split(":", 1)]
    channels = [channel for channel in Channel if fold(channel.value) == fold(parts[0])]
    limit, *rest = (parts[1:] or [""]) if channels else parts
    match = _AMOUNT.fullmatch(limit)
    if len(rest) > 2 or not limit or (match is None and not channels):
        raise RowError(place, reason("bad_deadline", value=line))
    case, note = (*rest, "", "")[:2]
    shared = Deadline(
        channel=Channel.ONLINE,
        value=whole_number(match[1], place) if match else None,
        unit=UNITS[match[2].lower()] if match else TimeUnit.OTHER,
        text=limit.replace(INNER_BREAK, "\n"),
        case=_optional(case, place),
        note=_optional(note, place),
    )
    return [replace(shared, channel=channel) for channel in channels or Channel]


def _document_cases(text: str, place: str) -> tuple[DocumentCase, ...]:
    cases: list[tuple[str | None, list[Document]]] = []
    for line in _lines(text, place):
        heading = _CASE.fullmatch(line)
        if heading:
            cases.append((heading[1].strip() or None, []))
            continue
        if not cases:
            cases.append((None, []))
        cases[-1][1].append(_document(line, place))
    return tuple(DocumentCase(label, tuple(items)) for label, items in cases if items)


def _document(line: str, place: str) -> Document:
    is_note = line.startswith("*")
    name, *rest = _parts(line.lstrip("* "))
    if not name:
        raise RowError(place, reason("document_without_name", value=line))
    counts = {"bản chính": 0 if is_note or rest else 1, "bản sao": 0}
    for default, part in zip(counts.copy(), rest[:2], strict=False):
        match = _COPIES.fullmatch(part)
        if match is None:
            raise RowError(place, reason("bad_copies", value=part))
        counts[(match[2] or default).lower()] = whole_number(match[1], place)
    forms = tuple(form.strip() for part in rest[2:] for form in part.split(";") if form.strip())
    return Document(name, counts["bản chính"], counts["bản sao"], forms, is_note)


def _legal_texts(text: str, place: str) -> tuple[LegalText, ...]:
    texts = []
    for line in _lines(text, place):
        number, title, issued, issuer = (*_parts(line), "", "", "")[:4]
        texts.append(LegalText(number, title, _date(issued, place), issuer or None))
    return tuple(texts)


READERS: dict[str, Callable[[str, str], object]] = {
    "code": _code,
    "name": _required,
    "field": _required,
    "levels": _levels,
    "agencies": _lines,
    "online_level": _online_level,
    "applicants": _lines,
    "deadlines": _deadlines,
    "document_cases": _document_cases,
    "results": _lines,
    "legal_texts": _legal_texts,
    "decision_number": _optional,
    "decision_issued": _date,
    "decision_published": _date,
    "decision_issuer": _optional,
    "portal_fee_texts": _lines,
    "caution": _caution,
    "updated_on": _date,
}


def write_row(procedure: Procedure) -> dict[str, str]:
    """The cells of one row for a record; ``read_row`` gives the record back."""
    decision = procedure.decision or Decision("")
    return {
        "code": procedure.code,
        "name": procedure.name,
        "field": procedure.field,
        "levels": "\n".join(level.value for level in procedure.levels),
        "agencies": "\n".join(procedure.agencies),
        "online_level": procedure.online_level.value if procedure.online_level else "",
        "applicants": "\n".join(procedure.applicants),
        "deadlines": "\n".join(map(_write_deadline, procedure.deadlines)),
        "document_cases": "\n".join(line for case in procedure.document_cases for line in _write_case(case)),
        "results": "\n".join(procedure.results),
        "legal_texts": "\n".join(map(_write_legal_text, procedure.legal_texts)),
        "decision_number": decision.number,
        "decision_issued": _write_date(decision.issued),
        "decision_published": _write_date(decision.published_on_portal),
        "decision_issuer": decision.issuer or "",
        "portal_fee_texts": "\n".join(procedure.portal_fee_texts),
        "caution": _write_inner(procedure.caution),
        "updated_on": _write_date(procedure.updated_on),
    }


def _write_inner(text: str | None) -> str:
    return (text or "").replace("\n", INNER_BREAK)


def _write_date(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _join(*parts: str) -> str:
    return BAR.join(part.replace("|", "/") for part in parts).rstrip(" |")


def _write_deadline(item: Deadline) -> str:
    return _join(item.channel.value, *(_write_inner(part) for part in (item.text, item.case, item.note)))


def _write_case(case: DocumentCase) -> list[str]:
    heading = [f"[{case.label or ''}]"]
    return heading + [_write_document(item) for item in case.items]


def _write_document(item: Document) -> str:
    mark = "* " if item.is_note else ""
    counts = (f"{item.originals} bản chính", f"{item.copies} bản sao")
    return _join(f"{mark}{item.name}", *counts, "; ".join(item.forms))


def _write_legal_text(item: LegalText) -> str:
    return _join(item.number, item.title, _write_date(item.issued), item.issuer or "")
