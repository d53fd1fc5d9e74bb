"""What holds for every procedure, date and applicant."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.catalogue.records import Status
from knowledge.catalogue.shipped import load_raw
from knowledge.fees.compute import quote
from knowledge.fees.describe import describe
from knowledge.fees.quotes import FeeQuote, Need, Outcome
from knowledge.fees.records import Applicant, Area, Case, Confidence, RuleStatus
from knowledge.fees.rules import fee_book

FORBIDDEN = {rule.id: rule for rule in fee_book().rules.values() if not rule.showable}
CODES = sorted(fee_book().codes)
codes = st.sampled_from(CODES)
facts = st.fixed_dictionaries(
    {
        "on": st.dates(date(2016, 1, 1), date(2030, 12, 31)),
        "applicant": st.none() | st.sampled_from(Applicant),
        "area": st.none() | st.sampled_from(Area),
        "points": st.none() | st.integers(1, 1000),
        "case": st.none() | st.sampled_from(Case),
        "whole_city": st.booleans(),
        "filed_online": st.booleans(),
    }
)


def test_all_listed_procedures_get_a_quote() -> None:
    listed = [item.code for item in load_raw() if item.status is Status.LISTED]
    assert len(listed) == 409
    for code in listed:
        assert describe(quote(code, date(2026, 11, 23)))


@given(codes, facts)
def test_exactly_the_part_the_outcome_names_is_filled(code: str, known: dict) -> None:
    found = quote(code, **known)
    assert bool(found.lines) == (found.outcome in {Outcome.AMOUNT, Outcome.NEEDS, Outcome.DOUBTFUL})
    assert bool(found.bounds) == (found.outcome is Outcome.PERCENTAGE)
    assert bool(found.no_fee) == (found.outcome is Outcome.NO_FEE)
    assert bool(found.unknown) == (found.outcome is Outcome.UNKNOWN)
    if found.outcome is Outcome.AMOUNT:
        assert len(found.lines) == 1
        assert set(found.needs) <= {Need.POINTS}
    if found.outcome is Outcome.NEEDS:
        assert len(found.lines) > 1
        assert set(found.needs) - {Need.POINTS}


@given(codes, facts)
def test_only_verified_current_rules_become_amounts(code: str, known: dict) -> None:
    for line in quote(code, **known).lines:
        assert line.rule.id not in FORBIDDEN
        assert line.rule.status is RuleStatus.CURRENT
        assert line.rule.confidence is not Confidence.LOW
        assert line.rule.in_force(known["on"])
        if line.reduction:
            assert line.reduction.status is RuleStatus.CURRENT
            assert line.reduction.in_force(known["on"])
            assert line.amount * 100 == line.normal_amount * (100 - line.reduction.percent)
        else:
            assert line.amount == line.normal_amount


@given(st.sampled_from(sorted({code for rule in FORBIDDEN.values() for code in rule.codes})), facts)
def test_amounts_from_memory_never_appear(code: str, known: dict) -> None:
    found = quote(code, **known)
    assert found.amounts == ()
    assert not re.search(r"\d\.\d{3} đồng", "\n".join(describe(found)))


def amounts_in(texts: list[str]) -> set[int]:
    joined = "\n".join(texts)
    return {int(text.replace(".", "")) for text in re.findall(r"(\d{1,3}(?:\.\d{3})*) đồng", joined)}


@given(codes, facts)
def test_words_name_only_amounts_of_the_quote(code: str, known: dict) -> None:
    found = quote(code, **known)
    notes = {line.rule.note for line in found.lines}
    assert amounts_in([text for text in describe(found) if text not in notes]) <= set(found.amounts)


@given(codes, facts)
def test_unknown_is_never_called_free(code: str, known: dict) -> None:
    found = quote(code, **known)
    if found.outcome is not Outcome.NO_FEE:
        assert "miễn phí" not in "\n".join(describe(found)).lower()


@given(codes, facts)
def test_knowing_more_never_widens_the_answer(code: str, known: dict) -> None:
    open_question = quote(code, known["on"])
    answered = quote(code, **known)
    assert rule_ids(answered) <= rule_ids(open_question)
    assert set(answered.needs) <= set(open_question.needs)


def rule_ids(found: FeeQuote) -> set[str]:
    return {line.rule.id for line in found.lines}


@given(codes, st.dates(date(2017, 1, 1), date(2030, 12, 31)), st.integers(2, 1000))
def test_totals_are_proportional_to_points(code: str, on: date, points: int) -> None:
    for one, many in zip(quote(code, on, points=1).lines, quote(code, on, points=points).lines, strict=True):
        assert many.total == one.total * (points if one.rule.per_point else 1)


@pytest.mark.parametrize("code", CODES)
def test_every_known_code_is_described_without_gaps(code: str) -> None:
    texts = describe(quote(code, date(2026, 11, 23), points=3))
    assert texts
    assert all(text.strip() and "{" not in text and "None" not in text for text in texts)
