"""Fee rules as plain values: what a circular collects, from whom, for what, since when.

Applicant, area and case use the values of the language side (``knowledge/text/data/lexicons``), so that
what was understood in a question can be handed over as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Applicant(str, Enum):
    """Who files, in the words of the lexicon ``actors.yml``."""

    ENTERPRISE = "enterprise"
    HOUSEHOLD = "household"
    INDIVIDUAL = "individual"
    FOREIGN_TRADER = "foreign_trader"
    FOREIGN_INVESTED = "foreign_invested"


class Area(str, Enum):
    """Areas told apart by Circular 168/2016/TT-BTC article 4, in the words of ``areas.yml``."""

    URBAN = "urban"
    OTHER = "other"


class Case(str, Enum):
    """What happens to the paper, in the words of ``cases.yml``."""

    NEW = "new"
    REISSUE = "reissue"
    AMEND = "amend"
    EXTEND = "extend"
    TERMINATE = "terminate"
    REVOKE = "revoke"
    NOTIFY = "notify"


class Payer(str, Enum):
    """Whom a rule names as payer."""

    EVERYONE = "everyone"
    ENTERPRISE = "enterprise"
    HOUSEHOLD = "household"
    ORGANISATION = "organisation"
    SERVICE_UNIT = "service_unit"
    TESTING_BODY = "testing_body"
    FOREIGN_TRADER = "foreign_trader"
    TRADER = "trader"
    INVESTOR = "investor"

    def includes(self, applicant: Applicant) -> bool:
        """Tell whether ``applicant`` pays by a rule for this payer.

        Circular 168/2016/TT-BTC names "hộ kinh doanh, cá nhân" together; traders and investors may be
        anybody.
        """
        small = applicant in {Applicant.HOUSEHOLD, Applicant.INDIVIDUAL}
        if self is Payer.HOUSEHOLD:
            return small
        if self in {Payer.EVERYONE, Payer.TRADER, Payer.INVESTOR, Payer.FOREIGN_TRADER}:
            return True
        return not small


class Kind(str, Enum):
    """The two kinds of charge of the Law on Fees and Charges."""

    FEE = "phí"
    CHARGE = "lệ phí"


class Role(str, Enum):
    """What the amount of a rule is: the amount to pay, or a bound of a fee set by a percentage."""

    AMOUNT = "amount"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


class Confidence(str, Enum):
    """How well an amount is supported: text or several sources, one source, memory."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"


class RuleStatus(str, Enum):
    """Whether a rule holds, as known on the date of the data."""

    CURRENT = "current"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNVERIFIED = "unverified"


class CoverageClass(str, Enum):
    """What may be said about a procedure's fee; the letters of ``coverage.yml``."""

    KNOWN = "A"
    KNOWN_ONE_SOURCE = "B"
    DOUBTFUL = "C"
    UNKNOWN_AMOUNT = "D"
    NOT_COLLECTED = "E"
    NO_BASIS = "F"


@dataclass(frozen=True)
class Circular:
    """A circular on fees. ``title`` is empty where it was not checked against a source."""

    number: str
    title: str = ""
    issued: date | None = None
    amended_by: tuple[str, ...] = ()
    replaces: str | None = None
    staff_note: str | None = None


@dataclass(frozen=True)
class Rule:
    """One line of a circular's table, or a statement by ``stated_by`` that nothing is collected.

    ``amount`` is in VND per ``unit``. ``per_point`` says that the unit is a point of business, so that
    several points pay several times. Empty ``cases`` means every case; ``situation`` is the condition in
    words under which the line applies. ``effective_to`` is the last day; None means no end was seen.
    """

    id: str
    subject: str
    payer: Payer
    unit: str
    amount: int
    kind: Kind
    confidence: Confidence
    status: RuleStatus
    sources: tuple[str, ...]
    codes: tuple[str, ...] = ()
    circular: Circular | None = None
    article: str | None = None
    stated_by: str | None = None
    area: Area | None = None
    per_point: bool = False
    role: Role = Role.AMOUNT
    cases: tuple[Case, ...] = ()
    situation: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    note: str | None = None
    staff_note: str | None = None

    @property
    def showable(self) -> bool:
        """Whether the amount may be told to a citizen at all."""
        return self.status is RuleStatus.CURRENT and self.confidence is not Confidence.LOW

    def in_force(self, on: date) -> bool:
        """Tell whether the rule's dates contain ``on``."""
        return contains(self.effective_from, self.effective_to, on)


@dataclass(frozen=True)
class Reduction:
    """A temporary reduction of one rule: its payer pays (100 - ``percent``) % on these filing dates."""

    id: str
    circular: Circular
    article: str | None
    reduces: str
    percent: int
    amount: int
    effective_from: date
    effective_to: date
    confidence: Confidence
    status: RuleStatus
    sources: tuple[str, ...]
    filed_online_only: bool = False
    staff_note: str | None = None

    @property
    def showable(self) -> bool:
        """Whether the reduced amount may be told to a citizen at all."""
        return self.status is RuleStatus.CURRENT and self.confidence is not Confidence.LOW

    def in_force(self, on: date) -> bool:
        """Tell whether the reduction's dates contain ``on``."""
        return contains(self.effective_from, self.effective_to, on)


@dataclass(frozen=True)
class Coverage:
    """What may be said about the fees of some procedures.

    ``reason`` (class D) and ``caution`` (class C, E) are keys of ``wording.yml``; ``since`` is the first
    filing date of the caution.
    """

    letter: CoverageClass
    codes: tuple[str, ...]
    circulars: tuple[Circular, ...] = ()
    reason: str | None = None
    caution: str | None = None
    since: date | None = None

    def cautious(self, on: date) -> bool:
        """Tell whether the caution applies to a dossier filed on ``on``."""
        return self.caution is not None and (self.since is None or on >= self.since)


def contains(first: date | None, last: date | None, day: date) -> bool:
    """Tell whether ``day`` lies between two days, both included; None is open."""
    return (first is None or first <= day) and (last is None or day <= last)
