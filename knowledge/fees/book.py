"""The fee rules in memory, indexed by procedure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from knowledge.fees.records import Circular, Coverage, Reduction, Rule


class FeeBook:
    """All fee rules with what is needed to look them up; made by :mod:`knowledge.fees.rules`."""

    def __init__(
        self,
        circulars: Mapping[str, Circular],
        rules: Iterable[Rule],
        reductions: Iterable[Reduction] = (),
        coverage: Iterable[Coverage] = (),
        code_notes: Mapping[str, str] | None = None,
    ) -> None:
        self.circulars = dict(circulars)
        self.rules = {rule.id: rule for rule in rules}
        self.reductions = tuple(reductions)
        self.coverage = tuple(coverage)
        self.code_notes = dict(code_notes or {})
        self._by_code: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            for code in rule.codes:
                self._by_code[code].append(rule)
        self._coverage_of = {code: item for item in self.coverage for code in item.codes}

    @property
    def codes(self) -> frozenset[str]:
        """Procedures about whose fees the book says something."""
        return frozenset(self._by_code) | frozenset(self._coverage_of)

    def showable_rules(self, code: str) -> tuple[Rule, ...]:
        """Rules of a procedure whose amounts may be told: current, and not from memory."""
        return tuple(rule for rule in self._by_code.get(code, ()) if rule.showable)

    def coverage_of(self, code: str) -> Coverage | None:
        """Return what may be said about a procedure's fee, None when it was not surveyed."""
        return self._coverage_of.get(code)

    def reductions_of(self, rule: Rule) -> tuple[Reduction, ...]:
        """Every reduction of a rule, past ones too."""
        return tuple(item for item in self.reductions if item.reduces == rule.id)
