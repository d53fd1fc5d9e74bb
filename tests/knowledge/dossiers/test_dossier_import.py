"""Exports as they come: what is taken, what is refused and in which words."""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime, timezone

import pytest
from openpyxl import Workbook

from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.importing.report import FileFaultError
from knowledge.dossiers.importing.run import import_file, read_file
from knowledge.dossiers.register import Register, Stored
from knowledge.dossiers.statuses import Status
from tests.knowledge.dossiers.conftest import TODAY


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def texts(lines):
    return [str(line) for line in lines]


@pytest.fixture
def messy_workbook(tmp_path):
    """A title over all columns, headers of two lines, a line of numbers, group headings, a sum."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "SỞ CÔNG THƯƠNG: SỔ THEO DÕI HỒ SƠ"
    sheet.merge_cells("A1:I1")
    sheet["A2"] = "Từ 01/11/2026 đến 26/11/2026"
    for column, header in zip(
        "ABCDEGHI",
        ["STT", "Mã hồ sơ (*)", "Tên TTHC", "Trạng thái", "Ngày", "Đơn vị xử lý", "Số điện thoại", "Ghi chú"],
        strict=True,
    ):
        sheet[f"{column}4"] = header
    sheet.merge_cells("E4:F4")
    sheet["E5"], sheet["F5"] = "tiếp nhận", "hẹn trả"
    for number, column in enumerate("ABCDEFGHI", start=1):
        sheet[f"{column}6"] = f"({number})"
    rows = [
        ["Lĩnh vực: Lưu thông hàng hóa trong nước"],
        [
            1,
            "H27.12-261102-0001",
            "Cấp giấy phép bán buôn rượu",
            "Đang xử lý",
            "02/11/2026",
            "20/11/2026",
            "Phòng QLTM",
            "0912345678",
            "",
        ],
        [
            2,
            "h27.12 – 261103 – 0002",
            unicodedata.normalize("NFD", "Cấp lại giấy phép"),
            unicodedata.normalize("NFD", "Chờ bổ sung"),
            datetime(2026, 11, 3, 8, 30),  # noqa: DTZ001 - as Excel has it
            datetime(2026, 11, 25),  # noqa: DTZ001
            None,
            912345679,
            None,
        ],
        [],
        [3, None, "Thiếu mã", "Đang xử lý", "02/11/2026", "20/11/2026", "Phòng QLTM", "0912345678", ""],
        [4, "H27.12-261131-0004", "Ngày sai", "Đang xử lý", "02/11/2026", None, None, "0912345678", ""],
        [
            5,
            "H27.12-261104-0005",
            "Trạng thái lạ",
            "Đang ngâm cứu",
            "04/11/2026",
            None,
            None,
            "0912345678",
            "",
        ],
        [6, "H27.12-261104-0006", "Ngày lạ", "Đang xử lý", "mùng 4", None, None, "0912345678", ""],
        [7, "H27.12-261104-0007", "Không số", "Đã trả kết quả", None, None, None, None, ""],
        [
            8,
            "H27.12-261102-0001",
            "Cấp giấy phép bán buôn rượu",
            "Đã xử lý xong",
            "02/11/2026",
            "20/11/2026",
            "Phòng QLTM",
            "0912345678",
            "",
        ],
        [None, "Tổng cộng", None, None, None, None, None, None, None],
    ]
    for row in rows:
        sheet.append(row)
    path = tmp_path / "so-theo-doi.xlsx"
    book.save(path)
    return path


def test_a_messy_workbook_is_read_and_every_row_accounted_for(messy_workbook, sqlite_sessions, sealer):
    engine = sqlite_sessions.kw["bind"]

    report = import_file(messy_workbook, engine, sealer, source="one_stop", today=TODAY)

    assert report.stored == Stored(new=3)
    assert texts(report.refused) == [
        "dòng 11: không có mã hồ sơ",
        "dòng 12: ngày trong mã hồ sơ (261131) không có thật",
        "dòng 13: trạng thái “Đang ngâm cứu” chưa có trong bảng đối chiếu (statuses.yml)",
        "dòng 14: cột Ngày tiếp nhận: “mùng 4” không đọc được thành ngày",
    ]
    assert (
        "dòng 15: …-0007: không có số điện thoại hay số giấy tờ, người dân sẽ không tra được hồ sơ này"
        in texts(report.notices)
    )
    assert "dòng 16: mã …-0001 lặp lại, nội dung khác nhau: lấy dòng cập nhật sau" in texts(report.notices)
    register = Register(engine)
    first = register.lookup(parse_code("H27.12-261102-0001")).view
    assert (first.status, first.received_at, first.due_at) == (
        Status.DONE,
        utc(2026, 11, 1, 17),
        utc(2026, 11, 20, 16, 59, 59),
    )
    second = register.lookup(parse_code("H27.12-261103-0002")).view
    assert (second.status, second.procedure_name) == (Status.SUPPLEMENT, "Cấp lại giấy phép")
    assert second.received_at == utc(2026, 11, 3, 1, 30)
    again = import_file(messy_workbook, engine, sealer, source="one_stop", today=TODAY)
    assert again.stored == Stored(unchanged=3)


NATIONAL = {
    "MaHoSo": "H27.12-261102-0001",
    "MaTTHC": "2.000648",
    "TenTTHC": "Cấp giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu",
    "TenLinhVuc": "Lưu thông hàng hóa trong nước",
    "KenhThucHien": "2",
    "SoGiayToChuHoSo": "079123456789",
    "ChuHoSo": "Nguyễn Văn A",
    "SoDienThoai": "0912345678",
    "NgayTiepNhan": "20261102083000",
    "NgayHenTra": "20261120170000",
    "TrangThaiHoSo": "5",
    "NgayTra": "",
    "HinhThuc": "1",
    "DonViXuLy": "Phòng Quản lý thương mại",
    "DanhSachLePhi": [{"TenPhiLePhi": "Phí thẩm định", "Gia": "1200000"}],
    "DanhSachHoSoBoSung": [
        {"NoiDungBoSung": "Bổ sung bản vẽ"},
        {"NoiDungBoSung": "Bổ sung giấy tờ, gọi 0987654321"},
    ],
}
IGATE = {
    "code": "H27.12-261105-0975",
    "dossierStatus": {"id": 2, "name": "Đang xử lý"},
    "dossierTaskStatus": {"name": "Chờ bổ sung"},
    "procedure": {"translate": {"name": "Cấp giấy phép"}},
    "applicant": {"data": {"fullname": "Trần Thị B", "phoneNumber": "0912345678"}},
    "acceptedDate": "2026-11-05T08:30:00.000+0700",
    "appointmentDate": "2026-11-20T17:00:00.000+0700",
    "completedDate": None,
}


@pytest.mark.parametrize("shape", ["list", "result", "lines", "bom"])
def test_objects_of_systems_are_read_in_any_wrapping(tmp_path, shape):
    path = tmp_path / ("hoso.jsonl" if shape == "lines" else "hoso.json")
    items = [NATIONAL, IGATE, "not a dossier"]
    if shape == "lines":
        path.write_text("\n".join(json.dumps(item) for item in items), encoding="utf-8")
    else:
        content = {"error_code": 0, "result": items} if shape == "result" else items
        path.write_text(
            json.dumps(content, ensure_ascii=False), encoding="utf-8-sig" if shape == "bom" else "utf-8"
        )

    report, (national, igate) = read_file(path, TODAY)

    assert texts(report.refused) == ["mục 3: không phải là một hồ sơ"]
    assert (national.procedure_code, national.status, national.submitted_via, national.returned_via) == (
        "2.000648",
        5,
        "online",
        "post",
    )
    assert (national.phone, national.identity, national.has_fee) == ("5678", "6789", True)
    assert (national.received_at, national.due_at) == (utc(2026, 11, 2, 1, 30), utc(2026, 11, 20, 10))
    assert (national.supplement_rounds, national.supplement_note) == (
        2,
        "Bổ sung giấy tờ, gọi [số điện thoại]",
    )
    assert (igate.status, igate.procedure_name, igate.phone) == (Status.SUPPLEMENT, "Cấp giấy phép", "5678")
    assert igate.due_at == utc(2026, 11, 20, 10)
    assert "Nguyễn" not in repr((national, igate))


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ";"), ("utf-8", ","), ("utf-16", "\t")])
def test_csv_in_the_forms_that_excel_saves(tmp_path, encoding, delimiter):
    path = tmp_path / "hoso.csv"
    lines = [
        ["Mã hồ sơ", "Trạng thái", "Ngày hẹn trả", "Thanh toán trực tuyến", "Lệ phí", "SĐT"],
        ["H27.12-261102-0001", "4", "20/11/2026 17:00", "Có", "1.200.000", "0912345678"],
        ["H27.12-261102-0002", "Đã trả", "2026-11-20T17:00:00+0700", "", "0", "0912345678"],
    ]
    path.write_text("\r\n".join(delimiter.join(line) for line in lines), encoding=encoding)
    _, (first, second) = read_file(path, TODAY)
    assert first.due_at == second.due_at == utc(2026, 11, 20, 10)
    assert (first.paid_online, first.has_fee) == (True, True)
    assert (second.paid_online, second.has_fee, second.status) == (None, False, 10)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hoso.pdf", b"%PDF", "chỉ nhận .xlsx, .csv, .json"),
        ("hoso.xlsx", b"not a zip", "không mở được như một tệp Excel"),
        ("hoso.csv", "tên;tuổi\nA;3".encode(), "không thấy dòng tiêu đề"),
        ("hoso.csv", "Mã hồ sơ".encode("cp1258", "ignore") + b"\xff\xfe\xfa", "UTF-8"),
        ("hoso.json", b"{", "không phải JSON hợp lệ"),
        ("hoso.json", b'{"a": 1}', "không thấy danh sách hồ sơ"),
        ("none.csv", None, "không có tệp này"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_one_sentence(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FileFaultError, match=words):
        read_file(tmp_path / name, TODAY)


def test_values_of_the_file_are_shown_masked(tmp_path):
    path = tmp_path / "hoso.csv"
    path.write_text("Mã hồ sơ,Trạng thái\n0912345678,4\n", encoding="utf-8")
    report, _ = read_file(path, TODAY)
    assert texts(report.refused) == [
        "dòng 2: “[số điện thoại]” không phải mã hồ sơ (dạng H27.12-230412-0001)"
    ]
