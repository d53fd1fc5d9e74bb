"""Import of the national portal's JSON: answers of its API, one procedure each.

Unknown fields are ignored; known ones must have the known type. Amounts of 0 are not read: the
portal writes 0 where the amount is set elsewhere, never for "free".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from knowledge.catalogue.importers.files import FoundFile, find_json_files
from knowledge.catalogue.importers.json_node import Node
from knowledge.catalogue.importers.report import ImportReport, ReportBuilder, RowError, place, reason
from knowledge.catalogue.importers.values import day_of_moment, procedure_code
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

CHANNELS = {"ONLINE": Channel.ONLINE, "POSTAL": Channel.POST, "DIRECT": Channel.IN_PERSON}
LEVELS = {"isMinistry": Level.MINISTRY, "isProvince": Level.PROVINCE, "isWard": Level.COMMUNE}
UNITS = {unit.value: unit for unit in TimeUnit}


def import_portal(path: Path) -> ImportReport:
    """Import a file, a folder or a zip of the portal's JSON."""
    builder = ReportBuilder()
    for file in find_json_files(path):
        _read_file(file, builder)
    return builder.build()


def _read_file(file: FoundFile, builder: ReportBuilder) -> None:
    try:
        values = _values(file)
    except RowError as error:
        builder.reject(file.name, error.place, error.reason)
        return
    for where, value in values:
        _read_value(value, where, file.name, builder)


def _read_value(value: object, where: str, file_name: str, builder: ReportBuilder) -> None:
    try:
        builder.accept(read_procedure(Node(value)), file_name, where)
    except RowError as error:
        builder.reject(file_name, _inside(where, error.place), error.reason)


def _inside(where: str, inner: str) -> str:
    return inner if where == place("file") else f"{where}, {inner}"


def _values(file: FoundFile) -> list[tuple[str, object]]:
    """The JSON objects of a file with their places: one, or a list of them."""
    if file.error is not None:
        raise file.error
    value = _parse(file.content)
    if isinstance(value, dict):
        return [(place("file"), value)]
    if isinstance(value, list) and value:
        return [(place("item", number=number), item) for number, item in enumerate(value, 1)]
    raise RowError(place("file"), reason("not_object"))


def _parse(content: bytes) -> object:
    whole = place("file")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RowError(whole, reason("not_utf8")) from error
    except json.JSONDecodeError as error:
        raise RowError(whole, reason("bad_json", line=error.lineno, column=error.colno)) from error
    except RecursionError as error:
        raise RowError(whole, reason("too_deep")) from error
    except ValueError as error:  # a number of thousands of digits
        raise RowError(whole, reason("unreadable", why=error)) from error


def read_procedure(node: Node) -> Procedure:
    """Read one answer of the portal's API, or the ``detail`` part of one.

    Raises:
        RowError: a value is missing or malformed.
    """
    detail = node.node("detail") if node.has("detail") else node
    code = procedure_code(detail.text("code"), detail.place("code"))
    if node.has("code") and node.text("code") != code:
        raise RowError(detail.place("code"), reason("two_codes", value=code))
    levels = tuple(level for flag, level in LEVELS.items() if detail.flag(flag))
    if not levels:
        raise RowError(detail.place("isMinistry, isProvince, isWard"), reason("no_level"))
    deadlines = tuple(_deadline(item) for item in detail.nodes("executionMethods"))
    return Procedure(
        code=code,
        name=detail.text("name"),
        field=_first_name(detail, "categoriesDetails"),
        levels=levels,
        agencies=_names(detail, "departmentsExecuting") + _names(detail, "unitGroupsExecuting"),
        online_level=_online_level(detail, deadlines),
        applicants=_names(detail, "subjectTypesDetails"),
        deadlines=deadlines,
        document_cases=tuple(_cases(detail)),
        results=_names(detail, "resultsDetails"),
        legal_texts=tuple(_legal_text(item) for item in detail.nodes("legalBasisesDetails")),
        decision=_decision(detail),
        portal_fee_texts=_fee_texts(detail),
        updated_on=_day(detail, "updatedAt"),
    )


def _names(detail: Node, field: str) -> tuple[str, ...]:
    return tuple(item.text("name") for item in detail.nodes(field))


def _first_name(detail: Node, field: str) -> str:
    names = _names(detail, field)
    if not names:
        raise RowError(detail.place(field), reason("absent"))
    return names[0]


def _online_level(detail: Node, deadlines: tuple[Deadline, ...]) -> OnlineLevel:
    if detail.flag("isFullProcess"):
        return OnlineLevel.FULL
    online = any(item.channel is Channel.ONLINE for item in deadlines)
    return OnlineLevel.PARTIAL if online else OnlineLevel.NONE


def _deadline(item: Node) -> Deadline:
    unit = item.choice("processingTimeUnit", UNITS)
    value = item.number("processingTime")
    return Deadline(
        channel=item.choice("submissionMethod", CHANNELS),
        value=None if unit is TimeUnit.OTHER else value,
        unit=unit,
        case=item.text("description", required=False) or None,
    )


def _cases(detail: Node) -> Iterator[DocumentCase]:
    for case in detail.nodes("executionCases"):
        items = tuple(_document(item) for item in case.nodes("profileComponents"))
        if items:
            yield DocumentCase(case.text("name", required=False) or None, items)


def _document(item: Node) -> Document:
    return Document(
        name=item.text("name"),
        originals=item.number("originalQty"),
        copies=item.number("copyQty"),
        forms=tuple(file.text("fileName") for file in item.nodes("attachments")),
    )


def _legal_text(item: Node) -> LegalText:
    return LegalText(number=item.text("code"), title=item.text("name", required=False))


def _decision(detail: Node) -> Decision | None:
    if not detail.has("procedureProposal"):
        return None
    proposal = detail.node("procedureProposal")
    number = proposal.text("proposalNumber", required=False)
    if not number:
        return None
    return Decision(
        number=number,
        issued=_day(proposal, "decisionDate"),
        published_on_portal=_day(proposal, "publicationDate"),
        issuer=proposal.node("issuingAgency").text("name") if proposal.has("issuingAgency") else None,
    )


def _fee_texts(detail: Node) -> tuple[str, ...]:
    methods = detail.nodes("executionMethods")
    fees = [fee for method in methods for fee in method.nodes("fees")] + detail.nodes("fees")
    texts = (fee.text("description", required=False) for fee in fees)
    return tuple(dict.fromkeys(text for text in texts if text))


def _day(node: Node, field: str) -> date | None:
    return day_of_moment(node.moment(field), node.place(field)) if node.has(field) else None
