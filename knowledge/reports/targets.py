"""Where an indicator stands against its target: what is missing, and where it goes at the present rate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from knowledge.reports.definitions import Better, Unit
from knowledge.reports.results import Result

HUNDRED = Decimal(100)
FALL = Decimal(5)
"""Points within one period that are worth an alert."""


@dataclass(frozen=True)
class Standing:
    """An indicator beside its target.

    ``missing`` is how many more (dossiers, ratings, procedures) of the good kind it takes: among those there
    are when ``fixed``, on top of them otherwise; None when it is reached or no number of them reaches it.
    ``forecast`` is the value of the next period if the last change repeats.
    """

    result: Result
    gap: Decimal
    """Points to the target; negative: not reached."""
    missing: int | None
    fixed: bool
    forecast: Decimal | None

    @property
    def reached(self) -> bool:
        """Whether the target is met."""
        return self.gap >= 0


def standing(result: Result, fixed_measures: frozenset[str]) -> Standing | None:
    """Compare a result with its target; None without a value or a target.

    ``fixed_measures`` are denominators that good work does not make larger (the procedures there are).
    """
    value, target = result.now.value, result.target
    if value is None or target is None:
        return None
    lower = result.indicator.better is Better.LOWER
    exact = _exact(result)
    gap = target.value - value if lower else value - target.value
    denominator = result.indicator.denominator
    fixed = denominator is not None and set(denominator.measures) <= fixed_measures
    reached = exact <= target.value if lower else exact >= target.value
    missing = None if reached or lower else _missing(result, target.value, fixed=fixed)
    if reached and gap < 0:
        gap = Decimal(0)
    return Standing(result, gap, missing, fixed, forecast(result))


def _exact(result: Result) -> Decimal:
    now = result.now
    if result.indicator.unit is Unit.PERCENT and now.denominator:
        return Decimal(now.numerator or 0) * HUNDRED / now.denominator
    return now.value or Decimal(0)


def _missing(result: Result, target: Decimal, *, fixed: bool) -> int | None:
    numerator, denominator = result.now.numerator, result.now.denominator
    if result.indicator.unit is not Unit.PERCENT or numerator is None or not denominator:
        return None
    share = target / HUNDRED
    lacking = share * denominator - numerator
    if fixed:
        return int(lacking.to_integral_value(ROUND_CEILING)) if share <= 1 else None
    if share >= 1:
        return None
    return int((lacking / (1 - share)).to_integral_value(ROUND_CEILING))


def forecast(result: Result) -> Decimal | None:
    """Return the next period's value if the change since the last one repeats, within what is possible."""
    change = result.change
    if change is None or result.now.value is None:
        return None
    ahead = result.now.value + change
    top = HUNDRED if result.indicator.unit is Unit.PERCENT else ahead
    return max(Decimal(0), min(ahead, top))


def has_fallen(result: Result) -> bool:
    """Tell whether a share got worse by more than is to be expected between two periods."""
    change = result.change
    if change is None or result.indicator.unit is not Unit.PERCENT:
        return False
    if result.indicator.better is Better.NEITHER:
        return False
    worse = -change if result.indicator.better is Better.HIGHER else change
    return worse >= FALL
