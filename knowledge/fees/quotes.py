"""What a fee quote says, as structured values; :mod:`knowledge.fees.describe` puts it into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from knowledge.fees.records import Circular, CoverageClass, Reduction, Rule


class Outcome(str, Enum):
    """The kind of answer a quote gives."""

    AMOUNT = "amount"
    """One line: this is what is paid."""
    NEEDS = "needs"
    """Several lines are possible: ``FeeQuote.needs`` says which facts would decide."""
    DOUBTFUL = "doubtful"
    """Lines of a rule that may no longer be collected; show them only with the caution."""
    PERCENTAGE = "percentage"
    """The fee is a percentage; ``FeeQuote.bounds`` are its least and greatest amounts."""
    NO_FEE = "no_fee"
    """Nothing is collected; ``FeeQuote.no_fee`` says who states it."""
    UNKNOWN = "unknown"
    """The amount is not known, which never means free; ``FeeQuote.unknown`` says why."""


class Need(str, Enum):
    """A fact that is missing and changes the figure."""

    APPLICANT = "applicant"
    AREA = "area"
    CASE = "case"
    SITUATION = "situation"
    """Which of the lines' ``situation`` (or subject) is the citizen's; only the citizen can tell."""
    POINTS = "points"
    """How many points of business; without it the amount is for one."""


class WhyUnknown(str, Enum):
    """Why no amount can be told."""

    STATED_WITHOUT_AMOUNT = "stated_without_amount"
    """Class D: a fee is stated or likely; its amount is not known."""
    NO_BASIS_FOUND = "no_basis_found"
    """Class F: no circular was found."""
    NOT_SURVEYED = "not_surveyed"
    """The procedure is in no class (mostly ministry level)."""
    NOT_IN_FORCE = "not_in_force"
    """Rules are known, but none is in force on the filing date."""


@dataclass(frozen=True)
class FeeLine:
    """One rule that applies, with the reduction in it. Amounts are VND.

    ``conditions`` are short phrases in Vietnamese under which the line applies. An amount of 0 means that
    ``rule.stated_by`` says nothing is collected.
    """

    rule: Rule
    times: int
    conditions: tuple[str, ...]
    reduction: Reduction | None = None

    @property
    def normal_amount(self) -> int:
        """Amount per ``rule.unit`` without the reduction."""
        return self.rule.amount

    @property
    def amount(self) -> int:
        """Amount per ``rule.unit`` on the filing date."""
        return self.reduction.amount if self.reduction else self.rule.amount

    @property
    def total(self) -> int:
        """What is paid for all units."""
        return self.amount * self.times

    @property
    def normal_total(self) -> int:
        """What would be paid for all units without the reduction."""
        return self.normal_amount * self.times


@dataclass(frozen=True)
class FeeBounds:
    """Least and greatest amount (VND) of a fee that is a percentage of the investment."""

    minimum: int
    maximum: int
    subject: str
    circular: Circular | None


@dataclass(frozen=True)
class NoFee:
    """A statement that nothing is collected, and who makes it."""

    subject: str
    stated_by: str
    note: str | None


@dataclass(frozen=True)
class UnknownFee:
    """Why the amount is unknown, and the circulars known to be about it (none when none is known)."""

    why: WhyUnknown
    reason: str
    circulars: tuple[Circular, ...]


@dataclass(frozen=True)
class Remark:
    """A caution that an answer must repeat: its key in ``wording.yml`` and the sentence."""

    key: str
    text: str


@dataclass(frozen=True)
class FeeQuote:
    """The answer to "what does it cost": exactly the part that ``outcome`` names is filled."""

    code: str
    on: date
    outcome: Outcome
    letter: CoverageClass | None
    lines: tuple[FeeLine, ...] = ()
    needs: tuple[Need, ...] = ()
    bounds: FeeBounds | None = None
    no_fee: NoFee | None = None
    unknown: UnknownFee | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def amounts(self) -> tuple[int, ...]:
        """Every amount in VND that an answer made from this quote may name."""
        named = [
            amount
            for line in self.lines
            for amount in (line.amount, line.normal_amount, line.total, line.normal_total)
        ]
        if self.bounds:
            named += [self.bounds.minimum, self.bounds.maximum]
        return tuple(named)

    @property
    def circulars(self) -> tuple[Circular, ...]:
        """The circulars an answer names, each once."""
        found: dict[str, Circular] = {}
        for line in self.lines:
            for circular in (line.rule.circular, line.reduction.circular if line.reduction else None):
                if circular:
                    found.setdefault(circular.number, circular)
        if self.bounds and self.bounds.circular:
            found.setdefault(self.bounds.circular.number, self.bounds.circular)
        for circular in self.unknown.circulars if self.unknown else ():
            found.setdefault(circular.number, circular)
        return tuple(found.values())
