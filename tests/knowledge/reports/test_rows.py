"""The rows behind a figure are as many as the figure says."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine

from knowledge.reports.definitions import load_definitions
from knowledge.reports.measures import Counter, Scope, open_window
from knowledge.reports.periods import parse_period
from knowledge.reports.rows import rows_behind
from tests.knowledge.reports.conftest import NOW, Fill, case, dossier, rating, request

AMOUNTS = {
    "actual_days",
    "promised_days",
    "milliseconds",
    "wait_seconds",
    "statutory_days",
    "committed_days",
}
"""Measures that add up something else than rows."""
OUTCOMES = ("answered", "refused", "asked", "not_asked")


def counter(connection: Connection, scope: Scope | None = None) -> Counter:
    window = open_window(connection, parse_period("2026-Q3"), NOW)
    return Counter(connection, load_definitions(), window, scope or Scope())


def count_rows(found: Counter, measure: str) -> int | None:
    """Read page after page."""
    count, after = 0, ""
    while True:
        page = rows_behind(found, measure, after, limit=2)
        if page is None:
            return None
        count += len(page.rows)
        if page.next is None:
            return count
        after = page.next


@pytest.fixture
def store(engine: Engine, fill: Fill) -> Engine:
    """A quarter in which each thing happens that a dossier, a score and a complaint can go through."""
    fill(
        dossiers=[
            dossier("2026-06-20", "2026-07-05", "2026-07-01"),
            dossier("2026-06-20", "2026-06-25", "2026-07-01", supplement_rounds=2),
            dossier("2026-06-20", "2026-06-22", "2026-06-22"),
            dossier("2026-06-21", "2026-06-30"),
            dossier("2026-07-01", "2026-07-08", "2026-07-08", submitted_via="direct", supplement_rounds=2),
            dossier("2026-07-01", "2026-07-08", "2026-07-06", paid_online=True, returned_via="post"),
            dossier("2026-07-02", None, "2026-07-06", submitted_via="post", has_fee=False),
            dossier("2026-07-03", "2026-07-06", "2026-07-09", unit="Thanh tra"),
            dossier("2026-07-03", "2026-07-06", "2026-07-09", status=3),
            dossier("2026-09-20", "2026-10-20"),
            dossier("2026-09-20", "2026-09-25", "2026-10-03"),
            dossier("2026-10-02", "2026-10-20", "2026-10-09"),
        ],
        ratings=[
            rating("2026-07-01", 3),
            rating("2026-07-01", 1, "procedure", comment="Lâu"),
            rating("2026-07-02", 2, None),
            rating("2026-11-02", 2, None),
        ],
        requests=[
            request("2026-07-01", outcome) for outcome in ("answered", "refused", "asked", "not_asked")
        ],
        cases=[
            case("2026-07-01", "2026-07-03"),
            case("2026-07-01", "2026-07-09", by="2026-07-08", settled=False),
            case("2026-06-01", by="2026-07-01"),
            case("2026-09-01", "2026-10-03"),
        ],
    )
    return engine


def test_as_many_rows_as_counted(store: Engine) -> None:
    wrong = []
    with store.connect() as connection:
        for scope in (Scope(), Scope(units=("Thanh tra",))):
            found = counter(connection, scope)
            values = found.values(load_definitions().measures)
            for name, measure in load_definitions().measures.items():
                known = values[name] is not None and measure.source != "rollup_talk"
                rows = count_rows(found, name)
                if (rows is not None) is not known or (
                    known and name not in AMOUNTS and rows != values[name]
                ):
                    wrong.append((name, rows, values[name]))
    assert wrong == []


def test_the_quarter_has_rows_of_most_kinds(store: Engine) -> None:
    with store.connect() as connection:
        values = counter(connection).values(load_definitions().measures)
    dossiers = [
        name for name, found in load_definitions().measures.items() if found.source == "rollup_dossier"
    ]
    assert {name for name in dossiers if not values[name]} <= {"finish_estimated"}


def test_rows_come_with_the_code_of_the_dossier(store: Engine) -> None:
    with store.connect() as connection:
        page = rows_behind(counter(connection), "late")
    assert page is not None
    assert page.columns[0] == "code"
    assert all(str(row[0]).startswith("H27.12-") for row in page.rows)


def test_a_score_of_one_question_only(store: Engine) -> None:
    with store.connect() as connection:
        page = rows_behind(counter(connection), "scores", factor="procedure")
    assert page is not None
    assert len(page.rows) == 1


def test_a_page_that_is_none_is_the_first(store: Engine) -> None:
    with store.connect() as connection:
        found = counter(connection)
        assert rows_behind(found, "received", after="1 OR 1=1") == rows_behind(found, "received")
