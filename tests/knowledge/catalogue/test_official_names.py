"""A procedure asked for by its whole official name is that procedure, also one no longer listed."""

from __future__ import annotations

import pytest

from knowledge.catalogue.search.official import OfficialNames
from knowledge.text.terms import analyse

NAMES = OfficialNames(
    [
        (0, "Chấm dứt hoạt động bán hàng đa cấp", True),
        (1, "Thông báo chấm dứt hoạt động bán hàng đa cấp tại địa phương", False),
        (2, "Cấp Quyết định chỉ định tổ chức đánh giá sự phù hợp", False),
        (3, "Cấp Quyết định chỉ định tổ chức đánh giá sự phù hợp", True),
        (4, "Đăng ký giá", True),
        (5, "Cấp lại Giấy phép kinh doanh khí", True),
        (6, "Cấp lại giấy phép kinh doanh khí", True),
    ]
)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Cho hỏi thủ tục chấm dứt hoạt động bán hàng đa cấp", 0),
        ("cho hoi thu tuc thong bao cham dut hoat dong ban hang da cap tai dia phuong", 1),
        ("cấp quyết định chỉ định tổ chức đánh giá sự phù hợp cần giấy tờ gì?", 3),
        ("chấm dứt bán hàng đa cấp", None),
        ("đăng ký giá ở đâu", None),
        ("cấp lại giấy phép kinh doanh khí", None),
        ("", None),
    ],
)
def test_the_longest_whole_name_is_meant(question: str, place: int | None) -> None:
    assert NAMES.find(analyse(question)) == place
