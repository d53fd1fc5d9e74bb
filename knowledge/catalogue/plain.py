"""Procedures as plain JSON values: the form of the shipped facts and of the release checksum.

The plain form leaves out empty fields, so that adding an optional field to the records later does
not change the checksum of facts that do not use it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

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
    Status,
    TimeUnit,
)

Plain = dict[str, Any]


class PlainFormError(ValueError):
    """A plain value does not describe a procedure; the message names the field."""


def to_plain(record: object) -> Any:  # noqa: ANN401 - the shape follows the record
    """Turn a record into JSON values, leaving out what is empty."""
    if is_dataclass(record) and not isinstance(record, type):
        pairs = ((item.name, getattr(record, item.name)) for item in fields(record))
        return {name: to_plain(value) for name, value in pairs if not _is_empty(value)}
    if isinstance(record, Enum):
        return record.value
    if isinstance(record, date):
        return record.isoformat()
    if isinstance(record, tuple):
        return [to_plain(value) for value in record]
    return record


def _is_empty(value: object) -> bool:
    return value is None or value is False or value in ((), "")


def from_plain(plain: Mapping[str, Any]) -> Procedure:
    """Build a procedure from its plain form.

    Raises:
        PlainFormError: a field is missing, unknown or malformed.
    """
    try:
        return _procedure(dict(plain))
    except (KeyError, TypeError, ValueError) as error:
        code = plain.get("code", "without code")
        raise PlainFormError(f"procedure {code}: {type(error).__name__} {error}") from error


def _procedure(plain: Plain) -> Procedure:
    decision = plain.pop("decision", None)
    online_level = plain.pop("online_level", None)
    structured: Any = {
        "levels": tuple(Level(value) for value in plain.pop("levels")),
        "online_level": OnlineLevel(online_level) if online_level else None,
        "deadlines": tuple(_deadline(dict(item)) for item in plain.pop("deadlines", ())),
        "document_cases": tuple(_document_case(item) for item in plain.pop("document_cases", ())),
        "legal_texts": tuple(_legal_text(dict(item)) for item in plain.pop("legal_texts", ())),
        "decision": _decision(dict(decision)) if decision else None,
        "status": Status(plain.pop("status", Status.LISTED.value)),
        "updated_on": _date(plain.pop("updated_on", None)),
        "last_seen": _date(plain.pop("last_seen", None)),
    }
    texts: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    return Procedure(**structured, **texts)


def _deadline(plain: Plain) -> Deadline:
    return Deadline(
        channel=Channel(plain.pop("channel")),
        unit=TimeUnit(plain.pop("unit")),
        value=plain.pop("value", None),
        **plain,
    )


def _document_case(plain: Plain) -> DocumentCase:
    items = (dict(item) for item in plain["items"])
    return DocumentCase(
        label=plain.get("label"),
        items=tuple(Document(forms=tuple(item.pop("forms", ())), **item) for item in items),
    )


def _legal_text(plain: Plain) -> LegalText:
    return LegalText(issued=_date(plain.pop("issued", None)), **plain)


def _decision(plain: Plain) -> Decision:
    return Decision(
        issued=_date(plain.pop("issued", None)),
        published_on_portal=_date(plain.pop("published_on_portal", None)),
        **plain,
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def checksum(procedures: Iterable[Procedure], as_of: date) -> str:
    """SHA-256 over the facts and the date they hold for, whatever order they come in."""
    content = {
        "as_of": as_of.isoformat(),
        "procedures": [to_plain(item) for item in sorted(procedures, key=lambda item: item.code)],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
