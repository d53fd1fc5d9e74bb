"""Dossiers of JSON exports: the national portal's object, iGate's, or flat objects with headers as keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.dossiers.importing.columns import field_of
from knowledge.dossiers.importing.report import FileFaultError, ImportReport, worded
from knowledge.dossiers.importing.tables import RawRow
from knowledge.dossiers.importing.values import is_empty

LISTS = ("result", "content", "data", "items", "hoso", "response_data")
"""Under which key systems put their list."""
NESTED = {
    "DanhSachHoSoBoSung": ("supplement_note", "NoiDungBoSung"),
    "DinhDanhCHS": ("identity", "SoDinhDanh"),
    "DanhSachLePhi": ("fee", "Gia"),
}
"""Lists in the national portal's object: the field that the last entry's key fills."""


def read_json(path: Path, report: ImportReport) -> Iterator[RawRow]:
    """Yield the dossiers of a JSON list, of a list within an object, or of JSON lines.

    Raises:
        FileFaultError: the file is no JSON, or there is no list in it.
    """
    text = _text(path)
    for number, item in enumerate(_items(text, lines=path.suffix.lower() == ".jsonl"), start=1):
        place = worded("places", "item", row=number)
        if not isinstance(item, dict):
            report.rows += 1
            report.refuse(place, "not_an_object")
            continue
        yield place, igate_fields(item) if "dossierStatus" in item else flat_fields(item)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileFaultError(worded("file", "bad_text")) from error


def _items(text: str, *, lines: bool) -> list[Any]:
    try:
        if lines:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"dòng {error.lineno}" if isinstance(error, json.JSONDecodeError) else "lồng quá sâu"
        raise FileFaultError(worded("file", "bad_json", value=where)) from error
    if isinstance(content, list):
        return content
    lists = [
        content[name] for name in LISTS if isinstance(content, dict) and isinstance(content.get(name), list)
    ]
    if not lists:
        raise FileFaultError(worded("file", "no_list"))
    return list(lists[0])


def flat_fields(item: dict[str, Any]) -> dict[str, object]:
    """Return the fields of an object whose keys are headers, and of the national portal's nested lists."""
    values: dict[str, object] = {}
    for key, value in item.items():
        field = field_of(key)
        if field is not None and not is_empty(value) and not isinstance(value, list | dict):
            values.setdefault(field, value)
    for key, (field, inner) in NESTED.items():
        entries = [entry for entry in item.get(key) or () if isinstance(entry, dict)]
        texts = [entry.get(inner) for entry in entries if not is_empty(entry.get(inner))]
        if texts:
            values.setdefault(field, texts[-1])
        if field == "supplement_note" and texts:
            values.setdefault("supplement_rounds", len(texts))
    return values


def igate_fields(item: dict[str, Any]) -> dict[str, object]:
    """Return the fields of an iGate dossier."""
    status, task = _part(item, "dossierStatus"), _part(item, "dossierTaskStatus")
    procedure, applicant = _part(item, "procedure"), _part(_part(item, "applicant"), "data")
    values = {
        "code": item.get("code"),
        "status": status.get("id"),
        "status_name": task.get("name") or status.get("name"),
        "procedure_code": procedure.get("code"),
        "procedure_name": procedure.get("name") or _part(procedure, "translate").get("name"),
        "unit": _part(item, "agency").get("name"),
        "submitted_at": item.get("appliedDate"),
        "received_at": item.get("acceptedDate"),
        "due_at": item.get("appointmentDate"),
        "finished_at": item.get("completedDate"),
        "returned_at": item.get("returnedDate"),
        "phone": applicant.get("phoneNumber"),
        "identity": applicant.get("identityNumber"),
        "changed_at": item.get("updatedDate"),
    }
    return {field: value for field, value in values.items() if not is_empty(value)}


def _part(item: dict[str, Any], name: str) -> dict[str, Any]:
    part = item.get(name)
    return part if isinstance(part, dict) else {}
