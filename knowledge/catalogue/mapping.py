"""Between the records of the catalogue and the rows of a release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from knowledge.catalogue.models import (
    DeadlineRow,
    DocumentCaseRow,
    DocumentRow,
    LegalTextRow,
    ProcedureRow,
    Release,
)
from knowledge.catalogue.records import (
    Deadline,
    Decision,
    Document,
    DocumentCase,
    LegalText,
    Level,
    Procedure,
    ReleaseInfo,
)
from knowledge.database.base import Base

Values = dict[str, Any]
RowType = TypeVar("RowType", DeadlineRow, DocumentCaseRow, DocumentRow, LegalTextRow)
BATCH = 500


def release_info(row: Release) -> ReleaseInfo:
    """Describe a release for answers and lists."""
    return ReleaseInfo(
        id=row.id,
        source=row.source,
        as_of=row.as_of,
        checksum=row.checksum,
        listed_count=row.listed_count,
        no_longer_listed_count=row.no_longer_listed_count,
        note=row.note,
    )


def write_procedures(session: Session, release_id: int, procedures: Iterable[Procedure]) -> None:
    """Insert all procedures of a new release; tables in the order their foreign keys need."""
    tables: dict[type[Base], list[Values]] = {
        table: [] for table in (ProcedureRow, DeadlineRow, DocumentCaseRow, DocumentRow, LegalTextRow)
    }
    for procedure in procedures:
        key = {"release_id": release_id, "code": procedure.code}
        tables[ProcedureRow].append(key | _procedure_values(procedure))
        tables[DeadlineRow] += _deadline_values(key, procedure.deadlines)
        tables[LegalTextRow] += _legal_text_values(key, procedure.legal_texts)
        for position, case in enumerate(procedure.document_cases):
            tables[DocumentCaseRow].append(key | {"position": position, "label": case.label})
            tables[DocumentRow] += _document_values(key, position, case.items)
    for table, rows in tables.items():
        for start in range(0, len(rows), BATCH):
            session.execute(insert(table), rows[start : start + BATCH])


def _procedure_values(procedure: Procedure) -> Values:
    decision = procedure.decision
    return {
        "name": procedure.name,
        "field": procedure.field,
        "levels": [level.value for level in procedure.levels],
        "agencies": list(procedure.agencies),
        "online_level": procedure.online_level,
        "applicants": list(procedure.applicants),
        "results": list(procedure.results),
        "portal_fee_texts": list(procedure.portal_fee_texts),
        "decision_number": decision.number if decision else None,
        "decision_issued": decision.issued if decision else None,
        "decision_published": decision.published_on_portal if decision else None,
        "decision_issuer": decision.issuer if decision else None,
        "caution": procedure.caution,
        "updated_on": procedure.updated_on,
        "status": procedure.status,
        "last_seen": procedure.last_seen,
    }


def _deadline_values(key: Values, deadlines: Sequence[Deadline]) -> list[Values]:
    return [
        key
        | {
            "position": position,
            "channel": item.channel,
            "value": item.value,
            "unit": item.unit,
            "text": item.text,
            "case": item.case,
            "note": item.note,
        }
        for position, item in enumerate(deadlines)
    ]


def _document_values(key: Values, case_position: int, items: Sequence[Document]) -> list[Values]:
    return [
        key
        | {
            "case_position": case_position,
            "position": position,
            "name": item.name,
            "originals": item.originals,
            "copies": item.copies,
            "forms": list(item.forms),
            "is_note": item.is_note,
        }
        for position, item in enumerate(items)
    ]


def _legal_text_values(key: Values, texts: Sequence[LegalText]) -> list[Values]:
    return [
        key
        | {
            "position": position,
            "number": item.number,
            "title": item.title,
            "issued": item.issued,
            "issuer": item.issuer,
        }
        for position, item in enumerate(texts)
    ]


def read_procedures(session: Session, release_id: int) -> dict[str, Procedure]:
    """Read all procedures of a release by code, in the order of their codes."""
    deadlines = _by_code(session, DeadlineRow, release_id)
    cases = _by_code(session, DocumentCaseRow, release_id)
    documents = _by_code(session, DocumentRow, release_id)
    legal_texts = _by_code(session, LegalTextRow, release_id)
    rows = session.scalars(
        select(ProcedureRow).where(ProcedureRow.release_id == release_id).order_by(ProcedureRow.code)
    )
    return {
        row.code: Procedure(
            code=row.code,
            name=row.name,
            field=row.field,
            levels=tuple(Level(value) for value in row.levels),
            agencies=tuple(row.agencies),
            online_level=row.online_level,
            applicants=tuple(row.applicants),
            deadlines=tuple(
                Deadline(item.channel, item.value, item.unit, item.text, item.case, item.note)
                for item in deadlines[row.code]
            ),
            document_cases=_document_cases(cases[row.code], documents[row.code]),
            results=tuple(row.results),
            legal_texts=tuple(
                LegalText(item.number, item.title, item.issued, item.issuer) for item in legal_texts[row.code]
            ),
            decision=_decision(row),
            portal_fee_texts=tuple(row.portal_fee_texts),
            caution=row.caution,
            updated_on=row.updated_on,
            status=row.status,
            last_seen=row.last_seen,
        )
        for row in rows
    }


def _by_code(session: Session, table: type[RowType], release_id: int) -> defaultdict[str, list[RowType]]:
    order = inspect(table).primary_key
    groups: defaultdict[str, list[RowType]] = defaultdict(list)
    for row in session.scalars(select(table).where(table.release_id == release_id).order_by(*order)):
        groups[row.code].append(row)
    return groups


def _document_cases(cases: list[DocumentCaseRow], documents: list[DocumentRow]) -> tuple[DocumentCase, ...]:
    items: defaultdict[int, list[Document]] = defaultdict(list)
    for row in documents:
        items[row.case_position].append(
            Document(row.name, row.originals, row.copies, tuple(row.forms), row.is_note)
        )
    return tuple(DocumentCase(case.label, tuple(items[case.position])) for case in cases)


def _decision(row: ProcedureRow) -> Decision | None:
    if row.decision_number is None:
        return None
    return Decision(row.decision_number, row.decision_issued, row.decision_published, row.decision_issuer)
