"""Calibration: does a confidence of 0.8 mean right in eight cases of ten?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Answers whose confidence lies between ``low`` and ``high``: how sure on average, how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Calibration:
    """The reliability table (bins with answers only) and the expected calibration error (0..1)."""

    bins: tuple[Bin, ...]
    error: float


def calibrate(answers: Iterable[tuple[float, bool]]) -> Calibration:
    """Compare confidences with being right, in bins of equal width.

    The expected calibration error is the distance between mean confidence and share right, averaged over the
    bins by how many answers they hold (Guo et al. 2017).
    """
    binned: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        binned.setdefault(min(BINS - 1, max(0, int(confidence * BINS))), []).append((confidence, right))
    bins = tuple(
        Bin(
            place / BINS,
            (place + 1) / BINS,
            len(found),
            sum(confidence for confidence, _ in found) / len(found),
            sum(right for _, right in found) / len(found),
        )
        for place, found in sorted(binned.items())
    )
    total = sum(one.count for one in bins)
    distance = sum(one.count * abs(one.accuracy - one.confidence) for one in bins)
    return Calibration(bins, distance / total if total else 0.0)
