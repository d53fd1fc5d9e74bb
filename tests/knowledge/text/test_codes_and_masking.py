"""Codes are found and never confused; personal data is masked, codes and amounts stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.codes import find_case_codes, find_dossier_codes, find_dossier_tails, find_procedure_codes
from knowledge.text.masking import mask_for_keeping, mask_personal_data
from knowledge.text.terms import analyse


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("mã 2.000648 là gì", ["2.000648"]),
        ("2,000648", ["2.000648"]),
        ("3.000181.000.00.00.H22", ["3.000181"]),
        ("phí 1.200.000 đồng", []),
        ("0912.000648", []),
        ("H27.12-230412-0001", []),
    ],
)
def test_procedure_codes(text, codes):
    assert [span.code for span in find_procedure_codes(text)] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hồ sơ H27.12-230412-0001", "H27.12-230412-0001"),
        ("000.00.12.h27 – 230412 – 0001", "000.00.12.H27-230412-0001"),
        ("H15.50.05.13-261008-0975.", "H15.50.05.13-261008-0975"),
        ("G09.20-20260609-0092637", "G09.20-20260609-0092637"),
    ],
)
def test_dossier_codes(text, code):
    assert [span.code for span in find_dossier_codes(text)] == [code]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("gọi 0912345678 nhé", "gọi [số điện thoại] nhé"),
        ("gọi +84 912 345 678", "gọi [số điện thoại]"),
        ("cccd 079123456789", "cccd [số giấy tờ]"),
        ("cmnd 123456789 ạ", "cmnd [số giấy tờ] ạ"),
        ("mail a.b@sct.gov.vn", "mail [email]"),
        ("vốn 1.200.000.000 đồng", "vốn 1.200.000.000 đồng"),
        ("hồ sơ H27.12-230412-0001", "hồ sơ H27.12-230412-0001"),
        ("mã 2.000648", "mã 2.000648"),
    ],
)
def test_masking(text, masked):
    assert mask_personal_data(text) == masked


@given(st.text(), st.integers(min_value=10**8, max_value=10**12 - 1), st.text())
def test_no_identity_number_survives(before, number, after):
    digits = f"{number:012d}"
    assert digits not in mask_personal_data(f"{before} {digits} {after}")


@given(st.text())
def test_masking_is_stable(text):
    once = mask_personal_data(text)
    assert mask_personal_data(once) == once


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("H27.12-230412-0001", "[mã hồ sơ]"),
        ("hs 230412-0001 tới đâu rồi", "hs [mã hồ sơ] tới đâu rồi"),
        ("000.00.12.h27–230412–0001 đuôi 4567", "[mã hồ sơ] đuôi [số]"),
        ("1234", "[số]"),
        ("2024", "[số]"),
        ("4 số cuối điện thoại của tôi 2024", "4 số cuối điện thoại của tôi [số]"),
        ("nghị định 83/2014/NĐ-CP năm 2014 còn hiệu lực không", None),
        ("thủ tục 2.000648 năm 2025 cần gì nhỉ", None),
        ("phí 1.200.000 đồng", None),
    ],
)
def test_what_identifies_a_dossier_or_proves_whose_it_is_is_not_kept(said, kept):
    assert mask_for_keeping(said) == (said if kept is None else kept)


def test_the_end_of_a_dossier_code_is_understood_but_a_phone_number_is_not():
    assert mask_personal_data("hồ sơ 230412-0001") == "hồ sơ 230412-0001"
    assert mask_personal_data("gọi 091234-5678") == "gọi [số điện thoại]"


@pytest.mark.parametrize(
    "typed", ["PA-261207-0001", "pa 261207 0001", "PA_261207-0001", "Pa261207\u20110001"]
)
def test_a_case_code_is_found_and_kept(typed):
    said = f"phản ánh {typed} tới đâu rồi 0912345678"
    assert [span.code for span in find_case_codes(said)] == ["PA-261207-0001"]
    assert find_dossier_tails(said) == []
    assert mask_for_keeping(said) == "phản ánh PA-261207-0001 tới đâu rồi [số điện thoại]"


@pytest.mark.parametrize("said", ["SPA-261207-0001", "PA-26120-0001", "PA-261207-0001234", "H27.PA 1"])
def test_what_is_no_case_code_is_not_found(said):
    assert find_case_codes(said) == []


def test_what_stands_for_masked_data_has_no_meaning() -> None:
    typed = "số em 0912345678, mail an@example.com, cccd 012345678901, còn phí thì sao"
    masked = mask_personal_data(typed)
    assert masked.count("[") == 3
    typed_words = dict.fromkeys(masked[term.start : term.end] for term in analyse(masked))
    assert list(typed_words) == ["số", "em", "mail", "cccd", "còn", "phí", "thì", "sao"]
