"""A quote in words, as citizens and officers read it."""

from __future__ import annotations

from datetime import date

from knowledge.fees.compute import quote
from knowledge.fees.describe import describe
from knowledge.fees.records import Applicant, Area

NOW = date(2026, 11, 23)


def test_petrol_shop_with_three_points_elsewhere() -> None:
    assert describe(quote("2.000648", NOW, Applicant.ENTERPRISE, Area.OTHER, 3)) == [
        (
            "Phí thẩm định kinh doanh hàng hóa, dịch vụ kinh doanh có điều kiện: "
            "300.000 đồng/điểm kinh doanh/lần thẩm định"
        ),
        "3 điểm kinh doanh: 900.000 đồng",
        "Áp dụng: tổ chức, doanh nghiệp; khu vực khác",
        (
            "Đã giảm 50% theo Thông tư 64/2025/TT-BTC cho hồ sơ nộp từ 01/07/2025 đến hết 31/12/2026; "
            "mức bình thường 600.000 đồng."
        ),
        "Căn cứ: Điều 4 khoản 2 (50% điểm b khoản 1), Thông tư 168/2016/TT-BTC",
        "Thu cho mỗi lần thẩm định tại mỗi điểm kinh doanh; không thu thêm lệ phí cấp giấy.",
        "Từ 01/7/2025 không còn thành phố, thị xã thuộc tỉnh; Sở xác định địa điểm thuộc mức nào.",
    ]


def test_what_is_missing_is_asked_in_one_line() -> None:
    assert "Cần biết thêm: địa điểm kinh doanh thuộc khu vực nào; có mấy điểm kinh doanh." in describe(
        quote("2.000648", NOW, Applicant.ENTERPRISE)
    )


def test_nothing_is_collected_for_a_lost_food_certificate() -> None:
    texts = describe(quote("2.000115", NOW))
    assert "Cấp lại giấy chứng nhận an toàn thực phẩm: không thu" in texts
    assert "Nguồn: Trang thủ tục trên Cổng Dịch vụ công quốc gia (mã 7946)" in texts


def test_no_fee_names_its_source() -> None:
    assert describe(quote("2.000001", NOW)) == [
        "Đăng ký tổ chức hội chợ, triển lãm thương mại và sửa đổi, bổ sung: không thu lệ phí.",
        'Nguồn: Trang của Sở Công Thương Kiên Giang ("Lệ phí: Không")',
    ]


def test_bounds_of_a_percentage() -> None:
    assert describe(quote("1.013239", NOW)) == [
        (
            "Phí thẩm định dự án (báo cáo nghiên cứu khả thi) tính theo tỷ lệ % tổng mức đầu tư: "
            "từ 500.000 đồng đến 150.000.000 đồng"
        ),
        "Căn cứ: Thông tư 28/2023/TT-BTC",
    ]


def test_unknown_amount_names_the_circular_and_whom_to_ask() -> None:
    assert describe(quote("1.013411", NOW)) == [
        (
            "Thủ tục có thu phí theo Thông tư 106/2020/TT-BTC nhưng biểu mức thu chưa đối chiếu được, "
            "nên chưa nêu số tiền. Xin hỏi lại cơ quan tiếp nhận hồ sơ trước khi nộp."
        ),
    ]


def test_article_is_left_out_where_it_was_not_checked() -> None:
    assert "Căn cứ: Thông tư 143/2016/TT-BTC" in describe(quote("2.000063", NOW))
