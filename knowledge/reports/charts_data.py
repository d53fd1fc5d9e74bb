"""Which figures of a report are drawn."""

from __future__ import annotations

from knowledge.reports.content import Chart, Table, value_of
from knowledge.reports.definitions import Unit
from knowledge.reports.results import Result
from knowledge.reports.tables import result_name

MOST_BARS = 12


def settlement_chart(form: Table) -> tuple[Chart, ...]:
    """Draw early, on time and late by field, those with most dossiers; nothing without settled ones."""
    settled = sorted((row for row in form.rows[1:] if _number(row[6])), key=lambda row: -_number(row[6]))
    rows = settled[:MOST_BARS]
    if not rows:
        return ()
    series = tuple(
        (name, tuple(_number(row[place]) for row in rows))
        for name, place in (("Trước hạn", 7), ("Đúng hạn", 8), ("Quá hạn", 9))
    )
    cut = f" ({MOST_BARS} lĩnh vực nhiều hồ sơ nhất)" if len(settled) > MOST_BARS else ""
    caption = f"Hồ sơ đã giải quyết theo lĩnh vực{cut}"
    return (Chart(caption, tuple(str(row[1]) for row in rows), series, unit="hồ sơ"),)


def _number(cell: object) -> float:
    shown = value_of(cell)  # type: ignore[arg-type]  # a cell of a table
    return float(shown) if shown is not None and not isinstance(shown, str) else 0.0


def factor_chart(factors: list[Result]) -> tuple[Chart, ...]:
    """Draw the satisfied share of each factor with the target."""
    return share_chart(factors, "Tỷ lệ hài lòng theo yếu tố (khảo sát nội bộ, mẫu tự chọn)")


def share_chart(results: list[Result], caption: str = "Các tỷ lệ trong kỳ và kỳ trước") -> tuple[Chart, ...]:
    """Draw shares beside the period before; the target when all have the same."""
    shown = [
        found for found in results if found.indicator.unit is Unit.PERCENT and found.now.value is not None
    ]
    if not shown:
        return ()
    targets = {found.target.value if found.target else None for found in shown}
    target = targets.pop() if len(targets) == 1 else None
    return (
        Chart(
            caption,
            tuple(result_name(found).split(" (")[0] for found in shown),
            (
                ("Kỳ trước", tuple(float(found.before.value or 0) for found in shown)),
                ("Kỳ này", tuple(float(found.now.value or 0) for found in shown)),
            ),
            float(target) if target is not None else None,
        ),
    )
