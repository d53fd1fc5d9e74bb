"""Checks that fee rules agree with each other, so that a slip in the data never becomes an amount."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from knowledge.fees.book import FeeBook
from knowledge.fees.records import (
    Confidence,
    Coverage,
    CoverageClass,
    Reduction,
    Role,
    Rule,
    RuleStatus,
)
from knowledge.yaml_fields import DataError

WITH_AMOUNT = {CoverageClass.KNOWN, CoverageClass.KNOWN_ONE_SOURCE, CoverageClass.DOUBTFUL}


def check_book(book: FeeBook) -> None:
    """Check everything that concerns more than one entry.

    Raises:
        DataError: with all contradictions found, one per line.
    """
    problems = [
        *(problem for rule in book.rules.values() for problem in _rule_problems(rule)),
        *(problem for item in book.reductions for problem in _reduction_problems(item, book)),
        *_overlaps(book),
        *_coverage_problems(book),
    ]
    if problems:
        raise DataError("\n".join(problems))


def _rule_problems(rule: Rule) -> Iterator[str]:
    if (rule.confidence is Confidence.LOW) != (rule.status is RuleStatus.UNVERIFIED):
        yield f"{rule.id}: confidence L and status unverified go together"
    if rule.effective_from and rule.effective_to and rule.effective_to < rule.effective_from:
        yield f"{rule.id}: 'to' lies before 'from'"
    if rule.amount == 0 and not rule.stated_by:
        yield f"{rule.id}: an amount of 0 needs 'stated_by', who says that nothing is collected"
    if rule.amount > 0 and not rule.circular:
        yield f"{rule.id}: an amount needs the circular that sets it"
    if not rule.sources:
        yield f"{rule.id}: at least one source must be given"


def _reduction_problems(item: Reduction, book: FeeBook) -> Iterator[str]:
    rule = book.rules.get(item.reduces)
    if rule is None:
        yield f"{item.id}: reduces {item.reduces}, which is no rule"
        return
    if item.effective_to < item.effective_from:
        yield f"{item.id}: 'to' lies before 'from'"
    if item.amount * 100 != rule.amount * (100 - item.percent):
        yield f"{item.id}: {item.amount} is not {rule.amount} less {item.percent} %"
    if item.showable and not rule.showable:
        yield f"{item.id}: is to be shown, but the rule it reduces is not"


def _overlaps(book: FeeBook) -> Iterator[str]:
    """Two reductions never stack, so the data must not hold two for one rule on one day."""
    for first, second in combinations(book.reductions, 2):
        if (
            first.reduces == second.reduces
            and first.filed_online_only == second.filed_online_only
            and first.effective_from <= second.effective_to
            and second.effective_from <= first.effective_to
        ):
            yield f"{first.id} and {second.id} reduce {first.reduces} on the same days"


def _coverage_problems(book: FeeBook) -> Iterator[str]:
    seen: set[str] = set()
    for item in book.coverage:
        for code in item.codes:
            if code in seen:
                yield f"coverage.yml: {code} is in two classes"
            seen.add(code)
            yield from _class_problems(item, code, book.showable_rules(code))
    for code in sorted(book.code_notes.keys() - seen):
        yield f"coverage.yml: the note on {code} is about a procedure in no class"
    uncovered = {code for rule in book.rules.values() if rule.showable for code in rule.codes} - seen
    for code in sorted(uncovered):
        yield f"coverage.yml: {code} has a rule but is in no class"


def _class_problems(item: Coverage, code: str, rules: tuple[Rule, ...]) -> Iterator[str]:
    letter = item.letter
    where = f"coverage.yml: {code} is in class {letter.value}"
    if letter in WITH_AMOUNT and not any(rule.amount for rule in rules):
        yield f"{where}, but no rule that may be shown has an amount for it"
    if letter is CoverageClass.NOT_COLLECTED and (not rules or any(rule.amount for rule in rules)):
        yield f"{where}, which needs rules of amount 0 and no others"
    if letter in {CoverageClass.UNKNOWN_AMOUNT, CoverageClass.NO_BASIS} and rules:
        yield f"{where}, but rule {rules[0].id} has an amount for it"
    if (letter is CoverageClass.UNKNOWN_AMOUNT) != (item.reason is not None):
        yield f"{where}: class D, and only class D, needs a reason"
    if letter is CoverageClass.DOUBTFUL and item.caution is None:
        yield f"{where}, which needs a caution"
    bounds = {rule.role for rule in rules} - {Role.AMOUNT}
    if bounds and (bounds != {Role.MINIMUM, Role.MAXIMUM} or len(rules) != 2):
        yield f"{where}: a percentage fee needs exactly one minimum and one maximum"
