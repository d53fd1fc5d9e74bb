"""Dossier codes in every form citizens send them, and what is said of a wrong one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dossiers.codes import CodeFault, DossierCode, Fault, day_of, parse_code, read_code
from knowledge.text.codes import find_dossier_tails, find_procedure_codes

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("H27.12-230412-0001", "H27.12-230412-0001"),
        ("mã hồ sơ của tôi là h27.12-230412-0001 ạ", "H27.12-230412-0001"),
        ("000.00.12.H27-230412-0001", "000.00.12.H27-230412-0001"),
        ("000.00.12.h27 – 230412 — 0001", "000.00.12.H27-230412-0001"),
        ("H27.12 230412 0001", "H27.12-230412-0001"),
        ("H27. 12 - 230412 - 0001", "H27.12-230412-0001"),
        ("H27.12_230412_0001", "H27.12-230412-0001"),
        ("H15.50.05.13-261008-0975.", "H15.50.05.13-261008-0975"),
        ("H15.50-261008-1800123", "H15.50-261008-1800123"),
        ("G09.20-20260609-0092637", "G09.20-20260609-0092637"),
        ("https://dvc.example.gov.vn/tra-cuu?ma=H27.12-230412-0001&v=1", "H27.12-230412-0001"),
        ("https://dvc.example.gov.vn/tra-cuu?ma=H27.12%2D230412%2D0001", "H27.12-230412-0001"),
        ("H27.12-230412-0001|1.005129|12/04/2023", "H27.12-230412-0001"),
        ("Mã hồ sơ:\nH27.12-230412-0001\nNgày nhận: 12/04/2023", "H27.12-230412-0001"),
        ("230412-0001", "230412-0001"),
        ("đuôi 20230412–0001", "230412-0001"),
    ],
)
def test_forms_that_are_understood(said, code):
    found = read_code(said, TODAY)
    assert isinstance(found, DossierCode)
    assert found.text == code
    assert found.is_whole == (code != "230412-0001")


@pytest.mark.parametrize(
    ("said", "reason", "part"),
    [
        ("H27.12-230431-0001", Fault.NO_SUCH_DAY, "230431"),
        ("H27.12-20231345-0001", Fault.NO_SUCH_DAY, "20231345"),
        ("239912-0001", Fault.NO_SUCH_DAY, "239912"),
        ("H27.12-290412-0001", Fault.FUTURE_DAY, "290412"),
        ("H27.12-2304-0001", Fault.DAY_LENGTH, "2304"),
        ("H27.12-2304121-0001", Fault.DAY_LENGTH, "2304121"),
        ("H27.12-230412", Fault.SERIAL_MISSING, ""),
        ("H27.12-230412-", Fault.SERIAL_MISSING, ""),
        ("H27.12-230412-01", Fault.SERIAL_LENGTH, "01"),
        ("H27.12-230412-00012345", Fault.SERIAL_LENGTH, "00012345"),
        ("27.12-230412-0001", Fault.AGENCY, "27.12"),
        ("K27.12-230412-0001", Fault.AGENCY, "K27.12"),
        ("0001", Fault.ONLY_DIGITS, ""),
        ("mã hồ sơ 0001", Fault.ONLY_DIGITS, ""),
        ("2.000648", Fault.PROCEDURE_CODE, "2.000648"),
        ("[số điện thoại]", Fault.PERSONAL_NUMBER, ""),
        ("cccd của tôi [số giấy tờ]", Fault.PERSONAL_NUMBER, ""),
    ],
)
def test_what_is_wrong_is_told_exactly(said, reason, part):
    assert read_code(said, TODAY) == CodeFault(reason, part)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "hồ sơ của tôi tới đâu rồi",
        "phí bao nhiêu",
        "nghị định 83/2014/NĐ-CP",
        "mở 3 cửa hàng",
        "08:30-17:00",
    ],
)
def test_other_words_are_no_code(said):
    assert read_code(said, TODAY) is None


def test_a_code_is_never_taken_for_a_procedure_and_the_other_way_round():
    assert find_procedure_codes("H27.12-230412-0001") == []
    assert read_code("3.000181.000.00.00.H22", TODAY) == CodeFault(Fault.PROCEDURE_CODE, "3.000181")
    assert find_dossier_tails("0912345-6789") == []


AGENCIES = st.from_regex(
    r"[GH]\d{2}(\.[0-9A-Z]{2,3}){0,4}|\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}", fullmatch=True
).filter(str.isascii)
DAYS = st.dates(date(2015, 1, 1), TODAY)
SERIALS = st.from_regex(r"[0-9]{4,7}", fullmatch=True)


@given(AGENCIES, DAYS, SERIALS, st.sampled_from(["%y%m%d", "%Y%m%d"]))
def test_every_code_is_read_again_and_shown_only_by_its_end(agency, day, serial, form):
    code = f"{agency}-{day.strftime(form)}-{serial}"
    found = read_code(f"tra giúp {code.lower()} nhé", TODAY)
    assert isinstance(found, DossierCode)
    assert (found.text, day_of(found)) == (code, day)
    assert parse_code(code) == found
    assert agency not in found.shown
    assert len(found.shown) == 6


@given(AGENCIES, st.integers(2, 400), SERIALS)
def test_a_day_that_has_not_come_is_refused(agency, ahead, serial):
    day = TODAY + timedelta(days=ahead)
    fault = read_code(f"{agency}-{day:%y%m%d}-{serial}", TODAY)
    assert fault == CodeFault(Fault.FUTURE_DAY, f"{day:%y%m%d}")


@given(st.text(max_size=80))
def test_any_text_is_read_without_fault(text):
    read_code(text, TODAY)


@pytest.mark.parametrize(
    "code", ["", "H27.12-230412", " H27.12-230412-0001", "230412-0001", "x H27.12-230412-0001"]
)
def test_systems_must_write_whole_codes(code):
    with pytest.raises(ValueError, match="not a dossier code"):
        parse_code(code)
