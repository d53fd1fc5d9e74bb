"""Quotes against worked figures of the circulars, and what is said where no figure is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.fees.book import FeeBook
from knowledge.fees.compute import quote
from knowledge.fees.money import format_vnd
from knowledge.fees.quotes import Need, Outcome, WhyUnknown
from knowledge.fees.records import Applicant, Area, Case, CoverageClass
from knowledge.fees.rules import fee_book

NOW = date(2026, 11, 23)
PETROL_SHOP = "2.000648"
LAST_REDUCED_DAY = date(2026, 12, 31)
FIRST_FULL_DAY = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("on", "area", "amount"),
    [
        (date(2025, 6, 30), Area.URBAN, 1_200_000),
        (date(2025, 7, 1), Area.URBAN, 600_000),
        (LAST_REDUCED_DAY, Area.URBAN, 600_000),
        (FIRST_FULL_DAY, Area.URBAN, 1_200_000),
        (LAST_REDUCED_DAY, Area.OTHER, 300_000),
        (FIRST_FULL_DAY, Area.OTHER, 600_000),
    ],
)
def test_petrol_shop_of_an_enterprise(on: date, area: Area, amount: int) -> None:
    found = quote(PETROL_SHOP, on, Applicant.ENTERPRISE, area, 1)
    assert found.outcome is Outcome.AMOUNT
    assert found.needs == ()
    (line,) = found.lines
    assert line.total == amount
    assert line.rule.circular
    assert line.rule.circular.number == "168/2016/TT-BTC"


def test_reduction_names_its_circular_dates_and_normal_amount() -> None:
    (line,) = quote(PETROL_SHOP, NOW, Applicant.ENTERPRISE, Area.URBAN).lines
    assert line.reduction
    assert line.reduction.circular.number == "64/2025/TT-BTC"
    assert line.reduction.effective_to == LAST_REDUCED_DAY
    assert line.normal_amount == 1_200_000
    assert [item.number for item in quote(PETROL_SHOP, NOW).circulars] == [
        "168/2016/TT-BTC",
        "64/2025/TT-BTC",
    ]


def test_no_reduction_is_named_outside_its_dates() -> None:
    (line,) = quote(PETROL_SHOP, FIRST_FULL_DAY, Applicant.ENTERPRISE, Area.URBAN).lines
    assert line.reduction is None


def test_three_points_of_sale_pay_three_times() -> None:
    (line,) = quote(PETROL_SHOP, NOW, Applicant.ENTERPRISE, Area.OTHER, points=3).lines
    assert (line.amount, line.times, line.total, line.normal_total) == (300_000, 3, 900_000, 1_800_000)


def test_points_do_not_multiply_what_is_not_per_point() -> None:
    (line,) = quote("2.000063", NOW, points=3).lines
    assert line.total == 3_000_000


@pytest.mark.parametrize("points", [0, -1, 1001])
def test_absurd_numbers_of_points_are_refused(points: int) -> None:
    with pytest.raises(ValueError, match="points must be from 1 to 1000"):
        quote(PETROL_SHOP, NOW, points=points)


@pytest.mark.parametrize(
    ("code", "reduced", "normal"),
    [
        ("1.000665", 30_000, 60_000),  # C/O form D
        ("1.001383", 15_000, 30_000),  # C/O again
        ("2.000063", 3_000_000, 3_000_000),  # representative office
        ("2.000450", 1_500_000, 1_500_000),
        ("2.000347", 1_500_000, 1_500_000),
        ("2.000327", 1_500_000, 1_500_000),
        ("2.000117", 500_000, 1_000_000),  # food trade
        ("1.000981", 4_500_000, 4_500_000),  # tobacco processing
        ("1.003683", 36_000_000, 36_000_000),  # chemical incident plan
        ("1.014714", 1_200_000, 1_200_000),
        ("2.002834", 600_000, 600_000),
        ("1.000887", 5_000_000, 5_000_000),  # multilevel marketing
        ("2.001608", 3_000_000, 3_000_000),
        ("2.000308", 8_000_000, 16_000_000),  # safety inspection
    ],
)
def test_single_amounts(code: str, reduced: int, normal: int) -> None:
    before, after = quote(code, LAST_REDUCED_DAY), quote(code, FIRST_FULL_DAY)
    assert [line.total for line in before.lines] == [reduced]
    assert [line.total for line in after.lines] == [normal]
    assert before.outcome is after.outcome is Outcome.AMOUNT


def test_area_is_asked_for_and_both_rates_are_shown() -> None:
    found = quote(PETROL_SHOP, NOW, Applicant.ENTERPRISE)
    assert found.outcome is Outcome.NEEDS
    assert found.needs == (Need.AREA, Need.POINTS)
    assert [line.amount for line in found.lines] == [600_000, 300_000]


def test_area_rests_with_the_department_since_districts_went() -> None:
    keys = [remark.key for remark in quote(PETROL_SHOP, NOW, area=Area.URBAN).remarks]
    assert keys == ["area_after_two_level"]
    assert quote(PETROL_SHOP, date(2025, 6, 30), area=Area.URBAN).remarks == ()


def test_a_centrally_run_city_is_urban_whatever_the_citizen_calls_it() -> None:
    found = quote(PETROL_SHOP, NOW, Applicant.ENTERPRISE, Area.OTHER, whole_city=True)
    assert [line.amount for line in found.lines] == [600_000]
    assert found.remarks == ()


def test_household_where_only_enterprises_are_in_the_table() -> None:
    found = quote(PETROL_SHOP, NOW, Applicant.HOUSEHOLD, Area.URBAN)
    assert [line.amount for line in found.lines] == [600_000]
    assert "tổ chức, doanh nghiệp" in next(r.text for r in found.remarks if r.key == "applicant_not_listed")


def test_household_and_enterprise_rates_are_told_apart() -> None:
    alcohol_shop = "2.000620"
    on = date(2025, 10, 1)
    open_question = quote(alcohol_shop, on)
    assert open_question.needs == (Need.APPLICANT, Need.AREA, Need.POINTS)
    household = quote(alcohol_shop, on, Applicant.HOUSEHOLD, Area.URBAN)
    individual = quote(alcohol_shop, on, Applicant.INDIVIDUAL, Area.OTHER)
    assert [line.amount for line in household.lines] == [200_000]
    assert [line.amount for line in individual.lines] == [100_000]


def test_procedure_no_longer_listed_carries_its_caution() -> None:
    found = quote("2.000620", NOW, Applicant.HOUSEHOLD, Area.URBAN)
    assert found.outcome is Outcome.DOUBTFUL
    assert found.remarks[0].key == "no_longer_listed"


def test_situations_are_shown_side_by_side() -> None:
    found = quote("2.000591", NOW)
    assert (found.outcome, found.needs) == (Outcome.NEEDS, (Need.SITUATION,))
    assert {line.rule.situation: line.amount for line in found.lines} == {
        "cơ sở sản xuất nhỏ lẻ": 250_000,
        "cơ sở sản xuất khác (không phải nhỏ lẻ)": 1_250_000,
    }


def test_reissue_of_a_lost_food_certificate_costs_nothing_beside_what_costs() -> None:
    found = quote("2.000115", NOW, case=Case.REISSUE)
    amounts = {line.amount: line.rule.stated_by for line in found.lines}
    assert set(amounts) == {500_000, 0}
    assert amounts[0]


def test_explosives_by_purpose_and_change() -> None:
    assert [line.amount for line in quote("2.001434", NOW).lines] == [4_000_000, 3_500_000, 2_000_000]
    again = quote("2.001433", NOW, case=Case.REISSUE)
    assert sorted(line.amount for line in again.lines) == [
        1_000_000,
        1_750_000,
        2_000_000,
        2_000_000,
        3_500_000,
        4_000_000,
    ]
    assert all(line.reduction is None for line in again.lines)


def test_gas_is_doubtful_since_july_2026() -> None:
    code = "1.000481"
    assert quote(code, date(2026, 6, 30), area=Area.URBAN).outcome is Outcome.AMOUNT
    doubtful = quote(code, date(2026, 7, 1), area=Area.URBAN)
    assert doubtful.outcome is Outcome.DOUBTFUL
    assert [line.amount for line in doubtful.lines] == [600_000]
    assert doubtful.remarks[0].key == "gas_unconditional"


def test_nothing_collected_names_who_says_so() -> None:
    fair = quote("2.000001", NOW)
    assert fair.outcome is Outcome.NO_FEE
    assert fair.no_fee
    assert "Kiên Giang" in fair.no_fee.stated_by
    assert fair.amounts == ()


def test_bottles_of_gas_show_the_conflict() -> None:
    found = quote("1.000455", NOW)
    assert found.no_fee
    assert "Cổng Dịch vụ công quốc gia lại ghi" in (found.no_fee.note or "")


@pytest.mark.parametrize(
    ("code", "circulars"),
    [("1.013411", ["106/2020/TT-BTC"]), ("1.000376", ["143/2016/TT-BTC"]), ("1.013340", [])],
)
def test_stated_without_amount(code: str, circulars: list[str]) -> None:
    found = quote(code, NOW)
    assert found.outcome is Outcome.UNKNOWN
    assert found.unknown
    assert found.unknown.why is WhyUnknown.STATED_WITHOUT_AMOUNT
    assert [item.number for item in found.circulars] == circulars


def test_no_circular_found_is_unknown_and_never_free() -> None:
    found = quote("2.000609", NOW)
    assert (found.outcome, found.letter) == (Outcome.UNKNOWN, CoverageClass.NO_BASIS)
    assert found.unknown
    assert found.unknown.why is WhyUnknown.NO_BASIS_FOUND
    assert "Chưa tìm thấy thông tư" in found.unknown.reason
    assert "miễn" not in found.unknown.reason.lower()


def test_procedure_outside_the_survey() -> None:
    found = quote("9.999999", NOW)
    assert found.unknown
    assert found.unknown.why is WhyUnknown.NOT_SURVEYED


def test_before_the_first_circular_nothing_is_known() -> None:
    found = quote(PETROL_SHOP, date(2016, 12, 31))
    assert found.unknown
    assert found.unknown.why is WhyUnknown.NOT_IN_FORCE


def test_bounds_of_a_percentage_are_no_amounts() -> None:
    found = quote("1.013239", NOW)
    assert (found.outcome, found.lines) == (Outcome.PERCENTAGE, ())
    assert found.bounds
    assert (found.bounds.minimum, found.bounds.maximum) == (500_000, 150_000_000)


def test_conflicts_are_told() -> None:
    exchange = quote("1.003314", NOW, area=Area.URBAN)
    assert [line.amount for line in exchange.lines] == [100_000]
    assert "200.000" in (exchange.lines[0].rule.note or "")
    assert [remark.key for remark in quote("1.003522", NOW).remarks] == ["code_note"]


def test_a_past_reduction_is_mentioned_and_not_applied() -> None:
    found = quote(PETROL_SHOP, date(2024, 10, 1), Applicant.ENTERPRISE, Area.URBAN)
    assert [line.amount for line in found.lines] == [1_200_000]
    assert "43/2024/TT-BTC" in next(r.text for r in found.remarks if r.key == "past_reduction")


def test_foreign_owned_enterprises_pay_as_enterprises() -> None:
    for applicant in (Applicant.FOREIGN_INVESTED, Applicant.FOREIGN_TRADER):
        found = quote(PETROL_SHOP, NOW, applicant, Area.URBAN)
        assert [line.amount for line in found.lines] == [600_000]


def book_with_cases() -> FeeBook:
    """Make a book in which one procedure has a rate for new and one for extended papers."""
    real = fee_book()
    new = replace(real.rules["tt143-2016-capmoi"], codes=("9.000001",))
    extended = replace(real.rules["tt143-2016-giahan"], codes=("9.000001",))
    return FeeBook(real.circulars, [new, extended])


def test_case_decides_where_the_table_tells_cases_apart() -> None:
    book = book_with_cases()
    assert quote("9.000001", NOW, book=book).needs == (Need.CASE,)
    extended = quote("9.000001", NOW, case=Case.EXTEND, book=book)
    assert [line.amount for line in extended.lines] == [1_500_000]
    other = quote("9.000001", NOW, case=Case.REVOKE, book=book)
    assert len(other.lines) == 2
    assert [remark.key for remark in other.remarks] == ["case_not_listed"]


def test_two_reductions_never_stack() -> None:
    real = fee_book()
    rule = replace(real.rules["tt36-2023-cap"], codes=("9.000001",))
    half = next(item for item in real.reductions if item.reduces == rule.id)
    online = replace(half, id="online", percent=60, amount=24_000, filed_online_only=True)
    book = FeeBook(real.circulars, [rule], [half, online])
    assert [line.amount for line in quote("9.000001", NOW, book=book).lines] == [30_000]
    assert [line.amount for line in quote("9.000001", NOW, filed_online=True, book=book).lines] == [24_000]


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0 đồng"), (15_000, "15.000 đồng"), (1_200_000, "1.200.000 đồng")]
)
def test_money_as_text(amount: int, text: str) -> None:
    assert format_vnd(amount) == text
