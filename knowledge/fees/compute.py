"""Computes what a procedure costs on a filing date, or says what is missing or unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knowledge.fees.book import FeeBook
from knowledge.fees.quotes import (
    FeeBounds,
    FeeLine,
    FeeQuote,
    Need,
    NoFee,
    Outcome,
    Remark,
    UnknownFee,
    WhyUnknown,
)
from knowledge.fees.records import (
    Applicant,
    Area,
    Case,
    Coverage,
    CoverageClass,
    Payer,
    Reduction,
    Role,
    Rule,
    RuleStatus,
)
from knowledge.fees.rules import fee_book
from knowledge.fees.wording import conditions, confirm, numbers, phrase

MOST_POINTS = 1000
TWO_LEVEL_GOVERNMENT_SINCE = date(2025, 7, 1)
"""Cities and towns under a province ceased to exist as units, on which Circular 168/2016 rests."""


@dataclass(frozen=True)
class Facts:
    """What is known about the dossier; None is not known.

    ``whole_city`` says that the department's territory is a centrally-run city as a whole: then every
    place in it is urban, whatever the citizen calls it.
    """

    on: date
    applicant: Applicant | None = None
    area: Area | None = None
    case: Case | None = None
    points: int | None = None
    whole_city: bool = False
    filed_online: bool = False

    def __post_init__(self) -> None:
        if self.points is not None and not 1 <= self.points <= MOST_POINTS:
            raise ValueError(f"points must be from 1 to {MOST_POINTS}, not {self.points}")
        if self.whole_city:
            object.__setattr__(self, "area", Area.URBAN)


def quote(
    code: str,
    on: date,
    applicant: Applicant | None = None,
    area: Area | None = None,
    points: int | None = None,
    case: Case | None = None,
    *,
    whole_city: bool = False,
    filed_online: bool = False,
    book: FeeBook | None = None,
) -> FeeQuote:
    """Quote the fee of procedure ``code`` for a dossier filed on ``on``.

    Every code gets a quote: amounts, what is missing, that nothing is collected (with who says so), or
    that the amount is unknown. Only rules that are current and verified become amounts.

    Raises:
        ValueError: ``points`` is not from 1 to 1000.
    """
    facts = Facts(on, applicant, area, case, points, whole_city, filed_online)
    rules_known = book or fee_book()
    coverage = rules_known.coverage_of(code)
    showable = rules_known.showable_rules(code)
    rules = tuple(rule for rule in showable if rule.in_force(on))
    if not rules:
        return _unknown(code, facts, coverage, known_otherwise=bool(showable))
    if any(rule.role is not Role.AMOUNT for rule in rules):
        return _percentage(code, facts, coverage, rules)
    if all(rule.amount == 0 for rule in rules):
        return _no_fee(code, facts, coverage, rules)
    return _amounts(code, facts, coverage, rules, rules_known)


def _unknown(code: str, facts: Facts, coverage: Coverage | None, *, known_otherwise: bool) -> FeeQuote:
    if known_otherwise:
        why = WhyUnknown.NOT_IN_FORCE
    elif coverage is None:
        why = WhyUnknown.NOT_SURVEYED
    elif coverage.letter is CoverageClass.UNKNOWN_AMOUNT:
        why = WhyUnknown.STATED_WITHOUT_AMOUNT
    else:
        why = WhyUnknown.NO_BASIS_FOUND
    circulars = coverage.circulars if coverage else ()
    key = coverage.reason if coverage and coverage.reason else why.value
    reason = f"{phrase('unknown', key, circulars=numbers(circulars))} {confirm()}"
    letter = coverage.letter if coverage else None
    return FeeQuote(code, facts.on, Outcome.UNKNOWN, letter, unknown=UnknownFee(why, reason, circulars))


def _percentage(code: str, facts: Facts, coverage: Coverage | None, rules: tuple[Rule, ...]) -> FeeQuote:
    least = min(rules, key=lambda rule: rule.amount)
    most = max(rules, key=lambda rule: rule.amount)
    return FeeQuote(
        code,
        facts.on,
        Outcome.PERCENTAGE,
        coverage.letter if coverage else None,
        bounds=FeeBounds(least.amount, most.amount, least.subject.rpartition(" — ")[0], least.circular),
        remarks=tuple(_caution(coverage, facts.on)),
    )


def _no_fee(code: str, facts: Facts, coverage: Coverage | None, rules: tuple[Rule, ...]) -> FeeQuote:
    rule = rules[0]
    return FeeQuote(
        code,
        facts.on,
        Outcome.NO_FEE,
        coverage.letter if coverage else None,
        no_fee=NoFee(rule.subject, rule.stated_by or "", rule.note),
        remarks=tuple(_caution(coverage, facts.on)),
    )


def _amounts(
    code: str, facts: Facts, coverage: Coverage | None, rules: tuple[Rule, ...], book: FeeBook
) -> FeeQuote:
    chosen, remarks = _choose(rules, facts)
    needs = _needs(chosen, facts)
    cautions = list(_caution(coverage, facts.on))
    if coverage and coverage.letter is CoverageClass.DOUBTFUL and cautions:
        outcome = Outcome.DOUBTFUL
    else:
        outcome = Outcome.AMOUNT if len(chosen) == 1 else Outcome.NEEDS
    if _area_is_open(chosen, rules, facts):
        remarks.append(_remark("area_after_two_level"))
    past = _past_reductions(chosen, facts.on, book)
    if past:
        remarks.append(_remark("past_reduction", circulars=", ".join(past)))
    if code in book.code_notes:
        remarks.append(Remark("code_note", book.code_notes[code]))
    return FeeQuote(
        code,
        facts.on,
        outcome,
        coverage.letter if coverage else None,
        lines=tuple(_line(rule, facts, book) for rule in chosen),
        needs=needs,
        remarks=(*cautions, *remarks),
    )


def _choose(rules: tuple[Rule, ...], facts: Facts) -> tuple[tuple[Rule, ...], list[Remark]]:
    """Keep the rules that the known facts allow.

    A fact that fits no rule is not held against the citizen: all rules stay, with a remark.
    """
    remarks: list[Remark] = []
    if facts.area:
        rules = tuple(rule for rule in rules if rule.area in {None, facts.area}) or rules
    if facts.applicant:
        fitting = tuple(rule for rule in rules if rule.payer.includes(facts.applicant))
        if not fitting:
            payers = dict.fromkeys(phrase("payers", rule.payer.value) for rule in rules)
            remarks.append(_remark("applicant_not_listed", payers="; ".join(payers)))
        rules = fitting or rules
    # A procedure of one case (its code says "cấp lại") keeps its rules whatever case is in talk.
    if facts.case and _differ_by_case(rules):
        fitting = tuple(rule for rule in rules if not rule.cases or facts.case in rule.cases)
        if not fitting:
            remarks.append(_remark("case_not_listed"))
        rules = fitting or rules
    return rules, remarks


def _differ_by_case(rules: Iterable[Rule]) -> bool:
    return len({rule.cases for rule in rules if rule.cases}) > 1


def _needs(rules: tuple[Rule, ...], facts: Facts) -> tuple[Need, ...]:
    needs = []
    if facts.applicant is None and len({rule.payer is Payer.HOUSEHOLD for rule in rules}) > 1:
        needs.append(Need.APPLICANT)
    if facts.area is None and len({rule.area for rule in rules if rule.area}) > 1:
        needs.append(Need.AREA)
    if facts.case is None and _differ_by_case(rules):
        needs.append(Need.CASE)
    alike = Counter((rule.payer is Payer.HOUSEHOLD, rule.area, rule.cases) for rule in rules)
    if any(count > 1 for count in alike.values()) or (len(rules) > 1 and not needs):
        needs.append(Need.SITUATION)
    if facts.points is None and any(rule.per_point for rule in rules):
        needs.append(Need.POINTS)
    return tuple(needs)


def _area_is_open(chosen: tuple[Rule, ...], rules: tuple[Rule, ...], facts: Facts) -> bool:
    """Tell whether the line rests on an area that only the department can determine."""
    by_area = len({rule.area for rule in rules if rule.area}) > 1 and any(rule.area for rule in chosen)
    return by_area and not facts.whole_city and facts.on >= TWO_LEVEL_GOVERNMENT_SINCE


def _past_reductions(rules: tuple[Rule, ...], on: date, book: FeeBook) -> list[str]:
    found = (
        item.circular.number
        for rule in rules
        for item in book.reductions_of(rule)
        if item.status is RuleStatus.EXPIRED and item.in_force(on)
    )
    return list(dict.fromkeys(found))


def _line(rule: Rule, facts: Facts, book: FeeBook) -> FeeLine:
    times = (facts.points or 1) if rule.per_point else 1
    return FeeLine(rule, times, conditions(rule), _reduction(rule, facts, book))


def _reduction(rule: Rule, facts: Facts, book: FeeBook) -> Reduction | None:
    """Return the one reduction that applies: reductions never stack, the greatest counts."""
    fitting = [
        item
        for item in book.reductions_of(rule)
        if item.showable and item.in_force(facts.on) and (facts.filed_online or not item.filed_online_only)
    ]
    return max(fitting, key=lambda item: item.percent, default=None)


def _caution(coverage: Coverage | None, on: date) -> Iterable[Remark]:
    if coverage and coverage.caution and coverage.cautious(on):
        yield _remark(coverage.caution)


def _remark(key: str, **values: object) -> Remark:
    return Remark(key, phrase("remarks", key, **values))
