"""A dossier as it may be shown, and the answers of whoever is asked for one."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.statuses import Clock, Status, words_of


@dataclass(frozen=True)
class DossierView:
    """What a citizen may hear of a dossier; adapters drop everything else where it arrives.

    ``status`` is None when no table knows the system's own; ``status_text`` is how the system words it.
    """

    code: DossierCode
    status: Status | None
    status_text: str = ""
    procedure_code: str | None = None
    procedure_name: str = ""
    received_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    unit: str = ""
    returned_via: str | None = None
    supplement_note: str = ""
    as_of: datetime | None = None
    """When the system was filled; None: it says what is so now."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self.status is not None and words_of(self.status).is_final

    def is_overdue(self, now: datetime) -> bool:
        """Whether the promised day has passed while the time limit runs."""
        running = self.status is not None and words_of(self.status).clock is Clock.RUNNING
        return running and self.due_at is not None and now > self.due_at


@dataclass(frozen=True)
class Found:
    """The dossier, and keyed hashes of the numbers (last four digits) that prove whose it is."""

    view: DossierView
    factors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NotFound:
    """The system has no such dossier."""


@dataclass(frozen=True)
class Ambiguous:
    """Several dossiers answer to what was given."""

    candidates: tuple[Found, ...] = ()


@dataclass(frozen=True)
class Unavailable:
    """The system did not answer usably. ``reason`` is for the log and never holds a code."""

    reason: str


@dataclass(frozen=True)
class Forbidden:
    """The system does not let us ask."""

    reason: str = ""


Answer = Found | NotFound | Ambiguous | Unavailable | Forbidden


@dataclass(frozen=True)
class RegisterRow:
    """A dossier on its way into the register; ``phone`` and ``identity`` are last four digits."""

    code: DossierCode
    status: Status
    procedure_name: str = ""
    procedure_code: str | None = None
    field: str | None = None
    unit: str | None = None
    submitted_via: str = "direct"
    returned_via: str | None = None
    has_fee: bool = False
    paid_online: bool | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    supplement_rounds: int = 0
    supplement_note: str | None = None
    phone: str | None = dataclasses.field(default=None, repr=False)
    identity: str | None = dataclasses.field(default=None, repr=False)
    is_sample: bool = False
