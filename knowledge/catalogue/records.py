"""Facts of an administrative procedure as plain values, independent of where they are stored.

Importers produce these records, the database keeps them, search and answers read them. Vietnamese
values (levels, channels, online levels) are the official terms and appear in answers as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Level(str, Enum):
    """Level of government that settles the procedure (two-level local government since 2025-07-01)."""

    MINISTRY = "Bộ"
    PROVINCE = "Tỉnh"
    COMMUNE = "Xã"


class Channel(str, Enum):
    """How a dossier is filed (766 indicators: 2 online, 1 in person, 3 public post)."""

    ONLINE = "Trực tuyến"
    POST = "Dịch vụ bưu chính"
    IN_PERSON = "Trực tiếp"


class OnlineLevel(str, Enum):
    """Online-service level in the terms of Decree 42/2022/NĐ-CP."""

    FULL = "toàn trình"
    PARTIAL = "một phần"
    NONE = "chưa cung cấp"


class TimeUnit(str, Enum):
    """Unit of a statutory time limit; OTHER carries only text ("Không quy định")."""

    WORKING_DAY = "WORKING_DAY"
    DAY = "DAY"
    HOUR = "HOUR"
    MONTH = "MONTH"
    YEAR = "YEAR"
    OTHER = "OTHER"


class Status(str, Enum):
    """Whether the procedure is on the national list at the release's date."""

    LISTED = "listed"
    NO_LONGER_LISTED = "no_longer_listed"


@dataclass(frozen=True)
class Deadline:
    """Statutory time limit for one filing channel, and one case when ``case`` tells cases apart.

    ``text`` is the limit in words ("15 ngày làm việc"). ``note`` is what the source adds about it:
    from when it counts, what it leaves out, its stages.
    """

    channel: Channel
    value: int | None
    unit: TimeUnit
    text: str = ""
    case: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Document:
    """One line of the dossier. ``is_note`` marks headings, notes and alternatives (no copies asked)."""

    name: str
    originals: int = 0
    copies: int = 0
    forms: tuple[str, ...] = ()
    is_note: bool = False


@dataclass(frozen=True)
class DocumentCase:
    """The documents for one case of the procedure; ``label`` is None when there is only one."""

    label: str | None
    items: tuple[Document, ...]


@dataclass(frozen=True)
class LegalText:
    """A legal text the procedure rests on."""

    number: str
    title: str = ""
    issued: date | None = None
    issuer: str | None = None


@dataclass(frozen=True)
class Decision:
    """The decision that published the procedure."""

    number: str
    issued: date | None = None
    published_on_portal: date | None = None
    issuer: str | None = None


@dataclass(frozen=True)
class Procedure:
    """One administrative procedure (thủ tục hành chính) of one release.

    ``code`` is the national code (``2.000648``). ``deadlines`` are statutory; what a department
    commits to is in its profile. ``portal_fee_texts`` are references only: amounts come from
    ``knowledge.fees``, and an absent amount never means free. ``last_seen`` is set only for
    procedures that are no longer listed. ``caution`` is a warning that an answer must repeat.
    """

    code: str
    name: str
    field: str
    levels: tuple[Level, ...]
    agencies: tuple[str, ...] = ()
    online_level: OnlineLevel | None = None
    applicants: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    document_cases: tuple[DocumentCase, ...] = ()
    results: tuple[str, ...] = ()
    legal_texts: tuple[LegalText, ...] = ()
    decision: Decision | None = None
    portal_fee_texts: tuple[str, ...] = ()
    caution: str | None = None
    updated_on: date | None = None
    status: Status = Status.LISTED
    last_seen: date | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Filing channels in the order a citizen prefers them: those that have a time limit stated."""
        stated = {deadline.channel for deadline in self.deadlines}
        return tuple(channel for channel in Channel if channel in stated)


@dataclass(frozen=True)
class ReleaseInfo:
    """An immutable release of the catalogue. ``as_of`` is the date its facts hold for."""

    id: int
    source: str
    as_of: date
    checksum: str
    listed_count: int
    no_longer_listed_count: int
    note: str = ""


@dataclass(frozen=True)
class Catalogue:
    """The published release with its procedures by code."""

    release: ReleaseInfo
    procedures: dict[str, Procedure] = field(default_factory=dict)
