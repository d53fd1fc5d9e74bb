"""The ten statuses of a dossier, and how systems' own statuses are mapped to them (``data/statuses.yml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cache, lru_cache
from pathlib import Path

from knowledge.text.normalise import fold
from knowledge.yaml_fields import DataError, Fields, read_mapping

STATUSES = Path(__file__).parent / "data" / "statuses.yml"
_SIGNS = re.compile(r"[^0-9a-z]+")


class Status(IntEnum):
    """Field TrangThaiHoSo of the national portal."""

    SUBMITTED = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    IN_PROGRESS = 4
    SUPPLEMENT = 5
    PAYMENT = 6
    WITHDRAWN = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10


class Clock(str, Enum):
    """Whether the time limit runs."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class StatusWords:
    """A status for people: its name, what it means, what to do now (by the way of return, or when late)."""

    name: str
    meaning: str
    to_do: str
    clock: Clock
    is_final: bool = False
    to_do_post: str | None = None
    to_do_online: str | None = None
    to_do_overdue: str | None = None


@dataclass(frozen=True)
class StatusTable:
    """The standard statuses, the words for an unknown one, and each vendor's names."""

    standard: dict[Status, StatusWords]
    unknown_meaning: str
    unknown_to_do: str
    vendors: dict[str, dict[str, Status]]


def vendor_status(vendor: str, *values: object) -> Status | None:
    """Return the standard status of a vendor's number or name; the first value that is known decides."""
    names = load_statuses().vendors[vendor]
    return next((names[key] for key in map(_key, values) if key in names), None)


def words_of(status: Status) -> StatusWords:
    """Return the words for a status."""
    return load_statuses().standard[status]


@cache
def load_statuses() -> StatusTable:
    """Read the table.

    Raises:
        DataError: a status is missing, or a vendor gives one name to two statuses.
    """
    fields = read_mapping(STATUSES)
    standard = fields.section("standard")
    unknown = fields.section("unknown")
    vendors = fields.section("vendors")
    table = StatusTable(
        {status: _words(standard.section(str(int(status)))) for status in Status},
        unknown.text("meaning"),
        unknown.text("to_do"),
        {name: _names(vendors.section(name)) for name in ("register", "national", "igate", "simple")},
    )
    for part in (standard, unknown, vendors, fields):
        part.refuse_unknown()
    return table


def _words(fields: Fields) -> StatusWords:
    words = StatusWords(
        name=fields.text("name"),
        meaning=fields.text("meaning"),
        to_do=fields.text("to_do"),
        clock=fields.choice("clock", Clock),
        is_final=fields.flag("final"),
        to_do_post=fields.optional_text("to_do_post"),
        to_do_online=fields.optional_text("to_do_online"),
        to_do_overdue=fields.optional_text("to_do_overdue"),
    )
    fields.refuse_unknown()
    return words


def _names(fields: Fields) -> dict[str, Status]:
    names: dict[str, Status] = {}
    for status in Status:
        for name in fields.texts(str(int(status))):
            if names.setdefault(_key(name), status) is not status:
                raise DataError(f"{fields.where}: '{name}' stands for two statuses")
    fields.refuse_unknown()
    return names


def _key(value: object) -> str:
    return _plain("" if value is None else str(value))


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return _SIGNS.sub("", fold(text))
