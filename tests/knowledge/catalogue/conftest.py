"""Small procedures for tests of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from knowledge.catalogue.records import (
    Channel,
    Deadline,
    Decision,
    Document,
    DocumentCase,
    LegalText,
    Level,
    OnlineLevel,
    Procedure,
    TimeUnit,
)

FULL = Procedure(
    code="2.000648",
    name="Cấp Giấy chứng nhận cửa hàng bán lẻ xăng dầu",
    field="Lưu thông hàng hóa trong nước",
    levels=(Level.PROVINCE, Level.MINISTRY),
    agencies=("Sở Công Thương",),
    online_level=OnlineLevel.FULL,
    applicants=("Tổ chức", "Doanh nghiệp"),
    deadlines=(
        Deadline(Channel.ONLINE, 20, TimeUnit.WORKING_DAY, "20 ngày làm việc"),
        Deadline(
            Channel.IN_PERSON,
            20,
            TimeUnit.WORKING_DAY,
            "20 ngày làm việc",
            case="Trường hợp cấp mới",
            note="Kể từ khi có kết quả thẩm định",
        ),
        Deadline(Channel.IN_PERSON, None, TimeUnit.OTHER, "Không quy định", case="Trường hợp cấp lại"),
    ),
    document_cases=(
        DocumentCase(
            "Trường hợp cấp mới",
            (
                Document("Đơn đề nghị theo Mẫu số 3", 1, 0, ("Mẫu số 3.docx", "Mẫu số 3.pdf")),
                Document("Hợp đồng thuê cửa hàng", 0, 1),
                Document("Hồ sơ đóng thành quyển", is_note=True),
            ),
        ),
        DocumentCase("Trường hợp cấp lại", (Document("Đơn đề nghị cấp lại", 1, 0),)),
    ),
    results=("Giấy chứng nhận",),
    legal_texts=(
        LegalText("83/2014/NĐ-CP", "Về kinh doanh xăng dầu", date(2014, 9, 3), "Chính phủ"),
        LegalText("95/2021/NĐ-CP"),
    ),
    decision=Decision("1040/QĐ-BCT", date(2026, 5, 2), date(2026, 6, 5), "Bộ Công Thương"),
    portal_fee_texts=("Theo quy định của Bộ Tài chính",),
    caution="Hãy hỏi lại Sở Công Thương",
    updated_on=date(2026, 6, 5),
)

MakeProcedure = Callable[..., Procedure]


@pytest.fixture
def full_procedure() -> Procedure:
    """A procedure in which every field is filled."""
    return FULL


@pytest.fixture
def make_procedure() -> MakeProcedure:
    """Make a bare procedure; keyword arguments fill it."""

    def make(code: str = "1.000001", **values: Any) -> Procedure:
        bare = Procedure(code, f"Thẩm định {code}", "Hóa chất", (Level.PROVINCE,))
        return replace(bare, **values)

    return make
