"""What to reform first, and what changed enough to be told at once: only from figures of the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from knowledge.reports.measures import Counter, Values
from knowledge.reports.models import DimProcedure
from knowledge.reports.numbers import vietnamese
from knowledge.reports.results import Reading, Result
from knowledge.reports.tables import factor_name, result_name
from knowledge.reports.targets import Standing, has_fallen

MOST_TOPICS = 5
FEWEST = 20
"""Fewer questions or scores than this are no ground to act on."""
SURGE = Decimal("1.5")


@dataclass(frozen=True)
class Ranked:
    """A procedure or factor with the part that went wrong."""

    name: str
    bad: int
    all: int


def procedure_names(counter: Counter) -> dict[str, str]:
    """Return names of procedures by code, as the newest release has them."""
    rows = sa.select(DimProcedure.procedure_code, DimProcedure.name).order_by(DimProcedure.release_id)
    return {row.procedure_code: row.name for row in counter.connection.execute(rows)}


def named(code: str, names: dict[str, str]) -> str:
    """Return "name (code)"; a code that no release has stands alone."""
    return f"{names[code]} ({code})" if code in names else code


def late_procedures(counter: Counter, names: dict[str, str]) -> list[Ranked]:
    """Return the procedures with most late dossiers, finished or open."""
    groups = counter.by(("procedure_code",), ("late", "open_overdue", "early", "on_time", "open"))
    return _worst(
        Ranked(
            named(code, names),
            _of(values, "late", "open_overdue"),
            _of(values, "early", "on_time", "late", "open"),
        )
        for (code,), values in groups.items()
    )


def disliked_procedures(counter: Counter, names: dict[str, str]) -> list[Ranked]:
    """Return the procedures with most scores below satisfied."""
    groups = counter.by(("procedure_code",), ("scores", "scores_satisfied"))
    return _worst(
        Ranked(
            named(code, names), _of(values, "scores") - _of(values, "scores_satisfied"), _of(values, "scores")
        )
        for (code,), values in groups.items()
    )


def disliked_factors(counter: Counter) -> list[Ranked]:
    """Return the factors with the largest share of scores below satisfied first."""
    groups = counter.by(("factor",), ("scores", "scores_satisfied"))
    ranked = [
        Ranked(
            factor_name(key), _of(values, "scores") - _of(values, "scores_satisfied"), _of(values, "scores")
        )
        for (key,), values in groups.items()
        if values["scores"]
    ]
    return sorted(ranked, key=lambda found: -found.bad / found.all)


def _worst(ranked: Iterable[Ranked]) -> list[Ranked]:
    found = [row for row in ranked if row.bad]
    return sorted(found, key=lambda row: (-row.bad, row.name))[:MOST_TOPICS]


def _of(values: Values, *names: str) -> int:
    return sum(values[name] or 0 for name in names)


def surging_topics(reading: Reading, names: dict[str, str]) -> list[tuple[str, int, int]]:
    """Return procedures asked about at least half as often again as in the period before, most first."""
    now = reading.now.by(("procedure_code",), ("questions",))
    before = reading.before.by(("procedure_code",), ("questions",))
    found = []
    for key, values in now.items():
        asked, earlier = values["questions"] or 0, (before.get(key) or {}).get("questions") or 0
        if key[0] and asked >= FEWEST and asked >= SURGE * earlier:
            found.append((named(key[0], names), asked, earlier))
    return sorted(found, key=lambda row: (row[2] - row[1], row[0]))[:MOST_TOPICS]


def proposals(standings: list[Standing]) -> list[str]:
    """Say, for each target that is not reached, how far it is and what it takes; the farthest first."""
    missed = sorted((found for found in standings if not found.reached), key=lambda found: found.gap)
    return [_proposal(found) for found in missed]


def _proposal(found: Standing) -> str:
    result = found.result
    target = result.target.value if result.target else None
    figures = f"{vietnamese(result.now.numerator)}/{vietnamese(result.now.denominator)} = "
    share = result.now.denominator is not None
    text = (
        f"{result_name(result)}: {figures if share else ''}{vietnamese(result.now.value)}"
        f"{'%' if share else ''}, mục tiêu {vietnamese(target)}{'%' if share else ''}, "
        f"còn thiếu {vietnamese(-found.gap)}{' điểm phần trăm' if share else ''}"
    )
    if found.missing is not None:
        more = vietnamese(found.missing)
        text += (
            f"; cần thêm {more} trong số hiện có"
            if found.fixed
            else f"; cần thêm ít nhất {more} trường hợp đạt"
        )
    if found.forecast is not None:
        ahead = f"{vietnamese(found.forecast)}{'%' if share else ''}"
        text += f"; nếu mức thay đổi so với kỳ trước giữ nguyên, kỳ sau là {ahead}"
    return text + "."


def alerts(results: list[Result], topics: list[tuple[str, int, int]]) -> list[str]:
    """Say which shares got worse by 5 points or more, and which topics surge."""
    fallen = [
        f"{result_name(result)}: từ {vietnamese(result.before.value)}% "
        f"{'còn' if (result.change or 0) < 0 else 'lên'} {vietnamese(result.now.value)}%"
        for result in results
        if has_fallen(result)
    ]
    surging = [
        f"Câu hỏi tăng mạnh: {name}: {vietnamese(asked)} câu (kỳ trước {vietnamese(earlier)})."
        for name, asked, earlier in topics
    ]
    return [f"{text}." for text in fallen] + surging
