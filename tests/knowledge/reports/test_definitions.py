"""Every indicator's worked example, and the figures departments published."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from scipy.stats import binomtest
from sqlalchemy import text

from knowledge.database.engine import open_engine
from knowledge.reports.definitions import (
    Confidence,
    Indicator,
    Target,
    Unit,
    load_definitions,
    parse_sum,
)
from knowledge.reports.measures import sums_sql
from knowledge.reports.numbers import half_up, percent, vietnamese, wilson
from knowledge.reports.results import figure
from knowledge.yaml_fields import DataError, Fields

DEFINITIONS = load_definitions()
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("indicator", DEFINITIONS.indicators.values(), ids=lambda found: found.id)
def test_worked_examples(indicator: Indicator) -> None:
    assert set(indicator.example.values) == set(indicator.measures)
    assert str(figure(indicator, dict(indicator.example.values)).value) == indicator.example.result


@pytest.mark.parametrize("indicator", DEFINITIONS.indicators.values(), ids=lambda found: found.id)
def test_nothing_to_divide_by_is_no_value(indicator: Indicator) -> None:
    found = figure(indicator, dict.fromkeys(indicator.measures, 0))
    assert found.value == (Decimal(0) if indicator.unit is Unit.COUNT else None)
    unknown = figure(indicator, dict.fromkeys(indicator.measures, None))
    assert (unknown.numerator, unknown.value) == (None, None)


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (44_524, 45_020, "98,90"),  # one department cut it to 98.89
        (7, 11, "63,64"),  # and another this to 63.63
        (32, 101, "31,68"),
        (69, 101, "68,32"),
        (1, 3, "33,33"),
        (1, 800, "0,13"),  # 0.125: a half goes up
        (0, 5, "0,00"),
    ],
)
def test_published_shares_round_half_up(numerator: int, denominator: int, printed: str) -> None:
    assert vietnamese(percent(numerator, denominator)) == printed


def test_numbers_as_vietnamese_documents_write_them() -> None:
    assert vietnamese(45_020) == "45.020"
    assert vietnamese(Decimal("1234.5")) == "1.234,50"
    assert vietnamese(None) == "–"
    assert half_up(Decimal("-0.125")) == Decimal("-0.13")


def test_wilson_of_one_rating_says_how_little_it_is() -> None:
    interval = wilson(1, 1)
    assert interval is not None
    assert (interval.low, interval.high) == (Decimal("20.65"), Decimal("100.00"))
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (0, 9), (7, 11), (44_994, 45_020), (300, 300)])
def test_wilson_is_what_a_statistics_library_says(successes: int, trials: int) -> None:
    theirs = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    ours = wilson(successes, trials)
    assert ours is not None
    assert (ours.low, ours.high) == (half_up(theirs.low * 100), half_up(theirs.high * 100))


def test_the_word_of_the_ministrys_survey_is_never_used_for_ours() -> None:
    assert not [found.id for found in DEFINITIONS.indicators.values() if "SIPAS" in found.name.upper()]
    sampled = [found for found in DEFINITIONS.indicators.values() if found.sampled]
    assert sampled
    assert all("tự chọn" in found.name and found.internal for found in sampled)
    estimates = DEFINITIONS.group("index766")
    assert estimates
    assert all(found.internal and "ước tính" in found.name for found in estimates)


def test_every_measure_runs_by_itself(sqlite_url: str) -> None:
    given = {"start": "2026-01-01", "end": "2026-12-31", "back36": "2023-12-31", "release": 1}
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        for measure in DEFINITIONS.measures.values():
            sql = measure.sql or sums_sql(measure.source, [measure])
            used = {name: value for name, value in given.items() if f":{name}" in sql}
            assert connection.execute(text(sql), used).scalar() in (0, None), measure.id
    engine.dispose()


def test_every_measure_is_used_or_shown() -> None:
    named = {name for found in DEFINITIONS.indicators.values() for name in found.measures}
    shown = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    assert [name for name in DEFINITIONS.measures if name not in named and f"`{name}`" not in shown] == []


def test_every_indicator_is_documented() -> None:
    shown = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    missing = [
        found.id
        for found in DEFINITIONS.indicators.values()
        if f"`{found.id}`" not in shown or found.name not in shown or found.formula not in shown
    ]
    assert missing == []


def test_a_sum_that_is_none_is_refused() -> None:
    entry = Fields({}, "test")
    assert parse_sum("2 * early + on_time - late", entry).terms == (
        (2, "early"),
        (1, "on_time"),
        (-1, "late"),
    )
    for wrong in ("early late", "early +", "early / late", ""):
        with pytest.raises(DataError):
            parse_sum(wrong, entry)


def test_own_targets_come_first() -> None:
    own = Target(Decimal(90), date(2026, 1, 1), date(2026, 12, 31), "Quyết định của tỉnh", Confidence.HIGH)
    changed = DEFINITIONS.with_targets({"satisfaction": (own,)}).indicators["satisfaction"]
    assert changed.target(date(2026, 5, 1)) == own
    older = changed.target(date(2025, 5, 1))
    assert older is not None
    assert older.value == 85
    assert changed.target(date(2024, 5, 1)) is None
