"""Figures as reports print them: half-up to two decimals, with numerator and denominator beside."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from statistics import NormalDist

HUNDREDTH = Decimal("0.01")


def half_up(value: Decimal | float) -> Decimal:
    """Round to two decimals, a half away from zero (44 524 of 45 020 is 98.90 %, 7 of 11 is 63.64 %)."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(HUNDREDTH, ROUND_HALF_UP)


def percent(numerator: int, denominator: int) -> Decimal | None:
    """Return a share in percent, None when there is nothing to take a share of."""
    return half_up(Decimal(numerator) * 100 / Decimal(denominator)) if denominator else None


def quotient(numerator: int, denominator: int) -> Decimal | None:
    """Return a mean, None when there is nothing to take it over."""
    return half_up(Decimal(numerator) / Decimal(denominator)) if denominator else None


@dataclass(frozen=True)
class Interval:
    """Bounds of a confidence interval, in percent."""

    low: Decimal
    high: Decimal


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval | None:
    """Return Wilson's score interval of a share, None without trials.

    Made for random samples: of ratings that people chose to give it tells how far chance alone reaches, and
    nothing about those who were silent.
    """
    if not trials:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, per_trial = successes / trials, z * z / trials
    middle = share + per_trial / 2
    reach = z * sqrt(share * (1 - share) / trials + per_trial / (4 * trials))
    low, high = (middle - reach) / (1 + per_trial), (middle + reach) / (1 + per_trial)
    return Interval(half_up(max(0.0, low) * 100), half_up(min(1.0, high) * 100))


def vietnamese(value: Decimal | int | None, *, empty: str = "–") -> str:
    """Write a number as Vietnamese documents do: 45.020 and 98,90."""
    if value is None:
        return empty
    text = f"{value:,}" if isinstance(value, int) else f"{half_up(value):,.2f}"
    return text.translate(str.maketrans(",.", ".,"))
