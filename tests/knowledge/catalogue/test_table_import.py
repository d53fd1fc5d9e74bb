"""Import of the departments' table: the template, the round trip, and every fault with its cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from knowledge.catalogue.importers import table, workbook
from knowledge.catalogue.importers.any_file import import_file
from knowledge.catalogue.importers.report import ImportReport
from knowledge.catalogue.importers.table import import_table
from knowledge.catalogue.importers.table_cells import READERS, read_row, write_row
from knowledge.catalogue.importers.table_columns import find_column, load_columns
from knowledge.catalogue.importers.table_template import csv_template, xlsx_template
from knowledge.catalogue.records import (
    Document,
    DocumentCase,
    Level,
    OnlineLevel,
    Procedure,
    Status,
)
from knowledge.catalogue.shipped import load_shipped

HEADERS = [column.header for column in load_columns()]
ROW = {
    "Mã thủ tục": "1.009999",
    "Tên thủ tục": "Cấp Giấy phép thử nghiệm",
    "Lĩnh vực": "Hóa chất",
    "Cấp thực hiện": "Tỉnh",
}


def xlsx(
    path: Path, rows: list[list[Any]], sheet: str = "Thủ tục", edit: Callable[[Any], None] | None = None
) -> Path:
    book = Workbook()
    page = book.active
    page.title = sheet
    for number, row in enumerate(rows, 1):
        for position, value in enumerate(row, 1):
            page.cell(number, position, value)
    if edit:
        edit(page)
    book.save(path)
    return path


def row(**cells: Any) -> list[Any]:
    values = {**ROW, **{header.replace("_", " "): value for header, value in cells.items()}}
    return [values.get(header) for header in HEADERS]


def the_rejection(report: ImportReport) -> tuple[str, str]:
    assert report.accepted == ()
    (rejection,) = report.rejected
    return rejection.place, rejection.reason


@pytest.mark.parametrize(("kind", "write"), [("xlsx", xlsx_template), ("csv", csv_template)])
def test_the_whole_catalogue_survives_the_table(
    tmp_path: Path, kind: str, write: Callable[[list[Procedure]], bytes]
) -> None:
    listed = [item for item in load_shipped() if item.status is Status.LISTED]
    path = tmp_path / f"list.{kind}"
    path.write_bytes(write(listed))
    report = import_file(path)
    assert report.rejected == ()
    assert report.accepted == tuple(listed)


def test_every_field_survives_a_row(full_procedure: Procedure) -> None:
    procedure, errors = read_row(write_row(full_procedure), lambda key: key)
    assert errors == []
    assert procedure == full_procedure


def test_the_template_has_the_columns_the_reader_knows(tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(xlsx_template()))
    assert book.sheetnames == ["Thủ tục", "Hướng dẫn"]
    headers = [cell.value for cell in book["Thủ tục"][1]]
    assert [find_column(header) for header in headers] == list(load_columns())
    assert {column.key for column in load_columns()} == set(READERS)
    guide = list(book["Hướng dẫn"].iter_rows(min_row=2, values_only=True))
    assert [line[0] for line in guide] == HEADERS
    assert all(line[2] for line in guide)
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx_template())
    assert "Không có thủ tục nào" in the_rejection(import_table(path))[1]


def test_the_examples_of_the_guide_can_be_imported(tmp_path: Path) -> None:
    report = import_table(xlsx(tmp_path / "a.xlsx", [HEADERS, [column.example for column in load_columns()]]))
    assert report.rejected == ()
    (procedure,) = report.accepted
    assert procedure.document_cases == (
        DocumentCase(
            "Trường hợp cấp mới",
            (
                Document("Đơn đề nghị theo Mẫu số 3", 1, 0, ("Mẫu số 3.docx",)),
                Document("Hợp đồng thuê cửa hàng", 0, 1),
                Document("Hồ sơ đóng thành quyển", is_note=True),
            ),
        ),
    )
    assert procedure.legal_texts[0].issued == date(2014, 9, 3)


def test_headers_are_known_in_other_spellings_and_under_a_title(tmp_path: Path) -> None:
    rows = [
        ["SỞ CÔNG THƯƠNG TỈNH"],
        [],
        ["STT", "MÃ TTHC", " tên  thủ tục hành chính *", "Linh vuc:", "Cấp thực hiện", "Mức độ"],
        [1, "1.009999", "Cấp Giấy phép", "Hóa chất", "tỉnh; XÃ", "Toàn trình"],
    ]
    report = import_table(xlsx(tmp_path / "a.xlsx", rows, sheet="Sheet1"))
    assert report.rejected == ()
    (procedure,) = report.accepted
    assert procedure.levels == (Level.PROVINCE, Level.COMMUNE)
    assert procedure.online_level is OnlineLevel.FULL
    assert report.notices == ("Bỏ qua cột “STT” (không có trong mẫu).",)


def test_empty_rows_and_other_sheets_are_passed_over(tmp_path: Path) -> None:
    def add_sheet(page: Any) -> None:
        other = page.parent.create_sheet("Ghi chú")
        other["A1"] = "Người lập"
        hidden = page.parent.create_sheet("Ẩn")
        hidden["A1"] = "x"
        hidden.sheet_state = "hidden"

    rows = [HEADERS, [], row(), [None] * 5, row(Mã_thủ_tục="1.009998"), []]
    report = import_table(xlsx(tmp_path / "a.xlsx", rows, edit=add_sheet))
    assert [item.code for item in report.accepted] == ["1.009999", "1.009998"]
    assert report.rejected == ()
    assert report.notices == ("Bỏ qua sheet “Ghi chú”.",)


def test_what_excel_makes_of_codes_and_dates_is_understood(tmp_path: Path) -> None:
    rows = [HEADERS, row(Mã_thủ_tục=1.01247, Ngày_cập_nhật=datetime(2026, 6, 5))]  # noqa: DTZ001 - as Excel gives it
    (procedure,) = import_table(xlsx(tmp_path / "a.xlsx", rows)).accepted
    assert procedure.code == "1.012470"
    assert procedure.updated_on == date(2026, 6, 5)


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("Mã thủ tục", "1.01247", "thiếu chữ số"),
        ("Mã thủ tục", "TTHC-7", "không đúng dạng"),
        ("Mã thủ tục", None, "Thiếu giá trị bắt buộc"),
        ("Tên thủ tục", "  ", "Thiếu giá trị bắt buộc"),
        ("Lĩnh vực", None, "Thiếu giá trị bắt buộc"),
        ("Cấp thực hiện", "Huyện", "Bộ, Tỉnh, Xã"),
        ("Mức độ trực tuyến", "Mức độ 4", "toàn trình, một phần, chưa cung cấp"),
        ("Thời hạn giải quyết", "chừng mươi ngày", "Không hiểu thời hạn"),
        ("Thời hạn giải quyết", "Fax | 5 ngày", "Không hiểu thời hạn"),
        ("Thời hạn giải quyết", "Trực tiếp", "Không hiểu thời hạn"),
        ("Thời hạn giải quyết", "Trực tiếp | 5 ngày | a | b | c", "Không hiểu thời hạn"),
        ("Thời hạn giải quyết", "Trực tiếp | 9999999 ngày", "quá lớn"),
        ("Thành phần hồ sơ", "Đơn | hai bản", "Không hiểu số bản"),
        ("Thành phần hồ sơ", " | 1 bản chính", "thiếu tên giấy tờ"),
        ("Căn cứ pháp lý", "83/2014/NĐ-CP | x | năm 2014", "không phải là ngày"),
        ("Ngày quyết định", "31/02/2026", "không phải là ngày"),
        ("Ngày cập nhật", "01/01/1066", "không phải là ngày"),
        ("Ngày cập nhật", "=TODAY()", "Ô chứa công thức"),
        ("Cơ quan thực hiện", "#N/A", "Ô báo lỗi #N/A"),
        ("Tên thủ tục", "x" * 30_000 + "y" * 2_700, None),
    ],
)
def test_a_wrong_cell_is_rejected_by_its_address(
    tmp_path: Path, header: str, value: object, reason: str | None
) -> None:
    values = dict(zip(HEADERS, row(), strict=True)) | {header: value}
    report = import_table(xlsx(tmp_path / "a.xlsx", [HEADERS, list(values.values())]))
    if reason is None:
        assert len(report.accepted) == 1
        return
    place, found = the_rejection(report)
    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[HEADERS.index(header)]
    assert place == f"Sheet 'Thủ tục', ô {letter}2"
    assert reason in found


def test_all_faults_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    report = import_table(
        xlsx(tmp_path / "a.xlsx", [HEADERS, row(Mã_thủ_tục="x", Cấp_thực_hiện="Huyện"), row()])
    )
    assert [item.place for item in report.rejected] == ["Sheet 'Thủ tục', ô A2", "Sheet 'Thủ tục', ô D2"]
    assert [item.code for item in report.accepted] == ["1.009999"]


def test_a_code_twice_is_rejected_with_both_places(tmp_path: Path) -> None:
    report = import_table(xlsx(tmp_path / "a.xlsx", [HEADERS, row(), row()]))
    (rejection,) = report.rejected
    assert rejection.place == "Sheet 'Thủ tục', ô A3"
    assert "a.xlsx, Sheet 'Thủ tục', ô A2" in rejection.reason


def test_merged_cells_are_rejected(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        [HEADERS, row(), row(Mã_thủ_tục="1.009998"), row(Mã_thủ_tục="1.009997")],
        edit=lambda page: page.merge_cells("C2:C3"),
    )
    report = import_table(path)
    (rejection,) = report.rejected
    assert rejection.reason.startswith("Các ô C2:C3 bị gộp")
    assert [item.code for item in report.accepted] == ["1.009997"]


def test_merged_titles_do_no_harm(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx", [["Danh mục"], HEADERS, row()], edit=lambda page: page.merge_cells("A1:D1")
    )
    assert len(import_table(path).accepted) == 1


@pytest.mark.parametrize(
    ("headers", "reasons"),
    [
        (["Số", "Tên"], ["Không tìm thấy dòng tiêu đề"]),
        (
            ["Mã thủ tục", "Tên thủ tục"],
            ["Thiếu cột bắt buộc “Lĩnh vực”", "Thiếu cột bắt buộc “Cấp thực hiện”"],
        ),
        ([*HEADERS, "Mã TTHC"], ["xuất hiện hai lần"]),
    ],
)
def test_a_table_without_its_headers_is_rejected(
    tmp_path: Path, headers: list[str], reasons: list[str]
) -> None:
    report = import_table(xlsx(tmp_path / "a.xlsx", [headers, row()]))
    assert report.accepted == ()
    assert len(report.rejected) == len(reasons)
    for rejection, reason in zip(report.rejected, reasons, strict=True):
        assert reason in rejection.reason


def csv_file(path: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_as_different_programs_save_it(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [delimiter.join(ROW), delimiter.join(ROW.values()), delimiter * 3]
    report = import_file(csv_file(tmp_path / "a.csv", "\r\n".join(lines), encoding))
    assert [item.code for item in report.accepted] == ["1.009999"]
    assert report.rejected == ()


def test_csv_faults_name_line_and_column(tmp_path: Path) -> None:
    text = ",".join(ROW) + '\n1.009999,"Tên\ndài",Hóa chất,Huyện\n'
    place, reason = the_rejection(import_table(csv_file(tmp_path / "a.csv", text)))
    assert place == "dòng 2, cột 'Cấp thực hiện'"
    assert "Huyện" in reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Mã thủ tục".encode("cp1258", "ignore") + b"\xff", "UTF-8"),
        (b'"Ma thu tuc","Ten\n', "CSV sai"),
        (b"", "tiêu đề"),
        (b"a" * 200_000, "CSV sai"),
    ],
)
def test_a_malformed_csv_is_rejected(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert reason in the_rejection(import_table(path))[1]


def test_what_is_no_workbook_is_rejected(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04", b"<html>", zip_of({"x.txt": b"x"})):
        path = tmp_path / "a.xlsx"
        path.write_bytes(content)
        assert "Không mở được tệp Excel" in the_rejection(import_table(path))[1]
    (tmp_path / "a.xls").write_bytes(b"x")
    assert "theo mẫu" in the_rejection(import_table(tmp_path / "a.xls"))[1]
    assert "Không tìm thấy" in the_rejection(import_table(tmp_path / "no.xlsx"))[1]


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_entities_and_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(zip_of({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}))
    assert "DOCTYPE" in the_rejection(import_table(path))[1]
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", 1_000)
    path.write_bytes(zip_of({"xl/workbook.xml": b" " * 2_000}))
    assert "quá lớn" in the_rejection(import_table(path))[1]


def test_limits_on_size_and_rows_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [HEADERS, *(row(Mã_thủ_tục=f"1.00000{number}") for number in range(4))]
    book = xlsx(tmp_path / "a.xlsx", rows)
    text = csv_file(tmp_path / "a.csv", "\n".join([",".join(ROW), *[",".join(ROW.values())] * 30]))
    with monkeypatch.context() as patch:
        patch.setattr(table, "MAX_ROWS", 3)
        assert "quá nhiều dòng" in the_rejection(import_table(book))[1]
        assert "quá nhiều dòng" in the_rejection(import_table(text))[1]
    with monkeypatch.context() as patch:
        patch.setattr(table, "MAX_FILE_BYTES", 10)
        assert "quá lớn" in the_rejection(import_table(book))[1]
    with monkeypatch.context() as patch:
        patch.setattr(workbook, "MAX_SHEET_ROWS", 3)
        assert "quá nhiều dòng" in the_rejection(import_table(book))[1]
