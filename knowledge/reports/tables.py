"""Tables of reports: the official form of settlement, indicators, and what is told apart by something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from knowledge.feedback.survey import load_survey
from knowledge.reports.content import Cell, Column, ColumnKind, Formula, Table
from knowledge.reports.definitions import Unit
from knowledge.reports.measures import Counter, Values
from knowledge.reports.numbers import percent
from knowledge.reports.results import Result
from knowledge.reports.targets import Standing

UNKNOWN = "(chưa rõ)"
FORM = (
    "received", "received_online", "carried_over", "early", "on_time", "late", "open", "open_overdue",
)  # fmt: skip
"""Measures of form II.06a."""
_FORM_COLUMNS = (
    Column("STT", ColumnKind.WHOLE, 6),
    Column("Lĩnh vực / đơn vị", ColumnKind.TEXT, 26),
    Column("Tiếp nhận: tổng số", width=9),
    Column("Trong kỳ: trực tuyến", width=9),
    Column("Trong kỳ: trực tiếp, bưu chính", width=9),
    Column("Từ kỳ trước", width=8),
    Column("Đã giải quyết: tổng số", width=9),
    Column("Trước hạn", width=8),
    Column("Đúng hạn", width=8),
    Column("Quá hạn", width=7),
    Column("Đang giải quyết: tổng số", width=9),
    Column("Trong hạn", width=8),
    Column("Quá hạn", width=7),
)
_FORM_NUMBERS = (
    "(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)", "(8)", "(9)", "(10)",
    "(11)=(12)+(13)", "(12)", "(13)",
)  # fmt: skip
_CHECK = Column("Kiểm tra (3)=(7)+(11)", ColumnKind.TEXT, 8)


def settlement_form(counter: Counter, dimension: str, renamed: Mapping[str, str]) -> Table:
    """Return form II.06a/VPCP/KSTT with a row for each field or unit, and the total first.

    ``renamed`` is the present name of former ones: their rows are brought together.
    """
    groups = merged(counter.by((dimension,), FORM), renamed)
    total: Values = dict.fromkeys(FORM, 0)
    for values in groups.values():
        for name in FORM:
            total[name] = (total[name] or 0) + (values[name] or 0)
    rows = [_form_row(0, "Tổng cộng", total)]
    rows += [
        _form_row(place, name or UNKNOWN, values) for place, (name, values) in enumerate(groups.items(), 1)
    ]
    by = {"field": "lĩnh vực", "unit": "đơn vị"}[dimension]
    return Table(
        f"II.06a {by}",
        f"Tình hình, kết quả giải quyết TTHC theo {by} (Biểu II.06a/VPCP/KSTT)",
        (*_FORM_COLUMNS, _CHECK),
        tuple(rows),
        (*_FORM_NUMBERS, ""),
        total=True,
    )


def _form_row(place: int, name: str, values: Values) -> tuple[Cell, ...]:
    count = {key: value or 0 for key, value in values.items()}
    others = count["received"] - count["received_online"]
    received = count["received"] + count["carried_over"]
    settled = count["early"] + count["on_time"] + count["late"]
    in_time = count["open"] - count["open_overdue"]
    fits = received == settled + count["open"] and min(*count.values(), others, in_time) >= 0
    return (
        place or "",
        name,
        Formula("={4}+{5}+{6}", received),
        count["received_online"],
        others,
        count["carried_over"],
        Formula("={8}+{9}+{10}", settled),
        count["early"],
        count["on_time"],
        count["late"],
        Formula("={12}+{13}", count["open"]),
        in_time,
        count["open_overdue"],
        Formula('=IF(AND({3}={7}+{11},MIN({3}:{13})>=0),"Khớp","Lệch")', "Khớp" if fits else "Lệch"),
    )


def merged(groups: Mapping[tuple[str, ...], Values], renamed: Mapping[str, str]) -> dict[str, Values]:
    """Bring groups of former names together under the present one, in the order of names."""
    found: dict[str, Values] = {}
    for (name, *_), values in groups.items():
        into = found.setdefault(renamed.get(name, name), dict.fromkeys(values, 0))
        for key, value in values.items():
            into[key] = (into[key] or 0) + (value or 0)
    return dict(sorted(found.items(), key=lambda item: (not item[0], item[0])))


_RESULT_COLUMNS = (
    Column("STT", width=7),
    Column("Chỉ tiêu", ColumnKind.TEXT, 31),
    Column("Tử số", width=13),
    Column("Mẫu số", width=13),
    Column("Kết quả", ColumnKind.DECIMAL, 11),
    Column("Kỳ trước", ColumnKind.DECIMAL, 11),
    Column("Tăng, giảm", ColumnKind.DECIMAL, 10),
    Column("Mục tiêu", ColumnKind.DECIMAL, 9),
    Column("Đánh giá", ColumnKind.TEXT, 10),
)


def indicator_table(
    name: str, caption: str, results: Iterable[Result], standings: Mapping[int, Standing]
) -> Table:
    """Return indicators with numerator, denominator, the period before and the target.

    ``standings`` are those with a target, by the id of their result.
    """
    rows = [_result_row(place, result, standings.get(id(result))) for place, result in enumerate(results, 1)]
    return Table(name, caption, _RESULT_COLUMNS, tuple(rows))


_WHOLE_NAMES = {Unit.COUNT: "", Unit.PERCENT: " (%)", Unit.DAYS: "", Unit.SECONDS: "", Unit.POINTS: ""}


def _result_row(place: int, result: Result, standing: Standing | None) -> tuple[Cell, ...]:
    now, before = result.now, result.before
    unit = result.indicator.unit
    value: Cell = now.value
    if unit is Unit.COUNT:
        value = now.numerator
    elif now.numerator is not None:
        times = "100*" if unit is Unit.PERCENT else ""
        value = Formula(f'=IF({{4}}=0,"–",ROUND({times}{{3}}/{{4}},2))', now.value)
    change: Cell = None
    if result.change is not None:
        whole = unit is Unit.COUNT
        change = Formula("=ROUND({5}-{6},2)", int(result.change) if whole else result.change)
    earlier: Cell = before.numerator if unit is Unit.COUNT else before.value
    verdict = "" if standing is None else ("Đạt" if standing.reached else "Chưa đạt")
    if now.numerator is None:
        verdict = "Chưa đủ dữ liệu"
    return (
        place,
        result_name(result) + _WHOLE_NAMES[unit] * (not result.indicator.name.endswith(")")),
        now.numerator,
        now.denominator,
        value,
        earlier,
        change,
        result.target.value if result.target else None,
        verdict,
    )


def result_name(result: Result) -> str:
    """Return an indicator's name, with the factor it is told apart by."""
    if not result.part:
        return result.indicator.name
    return f"{factor_name(result.part)} (khảo sát nội bộ, mẫu tự chọn)"


def factor_name(factor_id: str) -> str:
    """Return what a factor of the survey is called; factors of an earlier survey keep their id."""
    factor = load_survey().factor(factor_id)
    return factor.name if factor else factor_id or UNKNOWN


def share_table(
    name: str,
    caption: str,
    heads: tuple[str, str, str, str],
    rows: Iterable[tuple[str, int, int]],
) -> Table:
    """Return rows of a name, a part and a whole, with the share."""
    first, part_head, whole_head, share_head = heads
    columns = (
        Column("STT", width=7),
        Column(first, ColumnKind.TEXT, 50),
        Column(part_head, width=14),
        Column(whole_head, width=14),
        Column(share_head, ColumnKind.DECIMAL, 12),
    )
    cells: list[tuple[Cell, ...]] = []
    for place, (label, part, whole) in enumerate(rows, 1):
        share = Formula('=IF({4}=0,"–",ROUND(100*{3}/{4},2))', percent(part, whole))
        cells.append((place, label or UNKNOWN, part, whole, share))
    return Table(name, caption, columns, tuple(cells))
