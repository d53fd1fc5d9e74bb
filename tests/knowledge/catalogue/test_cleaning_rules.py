"""Cleaning: each rule on a telling example, and that cleaning twice is cleaning once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from knowledge.catalogue.cleaning import clean, load_rules
from knowledge.catalogue.cleaning.journal import Journal
from knowledge.catalogue.records import (
    Channel,
    Deadline,
    Decision,
    Document,
    DocumentCase,
    LegalText,
    Procedure,
    TimeUnit,
)

MakeProcedure = Callable[..., Procedure]


def rules_of(procedure: Procedure) -> set[str]:
    return {change.rule for change in clean(procedure).changes}


def documents(procedure: Procedure) -> list[str]:
    return [item.name for case in clean(procedure).procedure.document_cases for item in case.items]


def dossier(*items: Document, label: str | None = None) -> tuple[DocumentCase, ...]:
    return (DocumentCase(label, items),)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Thủ tục cấp Giấy phép nhập khẩu", "Cấp Giấy phép nhập khẩu"),
        ("Thủ tục Đăng ký hóa chất mới", "Đăng ký hóa chất mới"),
        ("Thủ tục hành chính cấp tỉnh: Phê duyệt kế hoạch", "Phê duyệt kế hoạch"),
        ("cấp lại Giấy phép", "Cấp lại Giấy phép"),
        (". Cấp giấy phép", "Cấp giấy phép"),
        ("+ Cấp  giấy\xa0phép;", "Cấp giấy phép"),
        ("Hóa chất Cấp giấy phép", "Cấp giấy phép"),
        ("Hóa chất cấm: khai báo", "Hóa chất cấm: khai báo"),
        ("Cấp Giấy chứng nhận Cấp Giấy chứng nhận kinh doanh", "Cấp Giấy chứng nhận kinh doanh"),
        (
            "Cấp Giấy phép tạm nhập, tái xuất; Giấy phép tạm nhập, tái xuất; Giấy phép tạm xuất",
            "Cấp Giấy phép tạm nhập, tái xuất; Giấy phép tạm nhập, tái xuất; Giấy phép tạm xuất",
        ),
        ("Sửa đổi, bổ sung/ cấp lại CFS", "Sửa đổi, bổ sung/cấp lại CFS"),
        (unicodedata.normalize("NFD", "Cấp giấy phép"), "Cấp giấy phép"),
        ("Quyết định của của Bộ Công thương", "Quyết định của Bộ Công Thương"),
    ],
)
def test_names(make_procedure: MakeProcedure, name: str, cleaned: str) -> None:
    assert clean(make_procedure(name=name)).procedure.name == cleaned


def test_fields_and_agencies_have_one_name(make_procedure: MakeProcedure) -> None:
    procedure = make_procedure(
        field="Điện", agencies=("Sở Công thương", "Sở Công Thương tỉnh, thành phố trực thuộc trung ương.")
    )
    cleaned = clean(procedure).procedure
    assert cleaned.field == "Điện lực"
    assert cleaned.agencies == ("Sở Công Thương",)


@pytest.mark.parametrize(
    ("applicants", "cleaned"),
    [
        (("Tổ chức (không bao gồm doanh nghiệp, HTX)",), ("Tổ chức", "Doanh nghiệp")),
        (
            ("Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp, HTX)"),
            ("Công dân Việt Nam", "Tổ chức", "Doanh nghiệp"),
        ),
        (
            ("Doanh nghiệp", "Tổ chức (không bao gồm doanh nghiệp, HTX)"),
            ("Doanh nghiệp", "Tổ chức"),
        ),
        (("Người nước ngoài",), ("Người nước ngoài",)),
    ],
)
def test_applicants_never_exclude_enterprises(
    make_procedure: MakeProcedure, applicants: tuple[str, ...], cleaned: tuple[str, ...]
) -> None:
    assert clean(make_procedure(applicants=applicants)).procedure.applicants == cleaned


def limit(case: str | None = None, value: int | None = 7, unit: TimeUnit = TimeUnit.WORKING_DAY) -> Deadline:
    words = {TimeUnit.WORKING_DAY: " ngày làm việc", TimeUnit.DAY: " ngày"}.get(unit, "")
    return Deadline(Channel.ONLINE, value, unit, f"{value}{words}" if value else "", case)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ([limit("Phí: Đồng (Theo quy định)")], [limit()]),
        ([limit("07 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.")], [limit()]),
        ([limit("Nộp trực tiếp tại Trung tâm Phục vụ hành chính công")], [limit()]),
        ([limit("07 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ", 7, TimeUnit.DAY)], [limit()]),
        ([limit("Trường hợp cấp mới")], [limit("Trường hợp cấp mới")]),
        (
            [limit("7 ngày làm việc (chưa gồm thời gian đánh giá)")],
            [replace(limit(), note="7 ngày làm việc (chưa gồm thời gian đánh giá)")],
        ),
        (
            [
                limit(
                    "07 ngày làm việc (trường hợp không phải xin ý kiến);"
                    " 13 ngày làm việc (trường hợp phải xin ý kiến)."
                )
            ],
            [limit("Trường hợp không phải xin ý kiến"), limit("Trường hợp phải xin ý kiến", 13)],
        ),
        (
            [
                limit(
                    "- Trường hợp tại địa phương: 7 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.\n"
                    "- Trường hợp ở địa phương khác: 15 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ."
                )
            ],
            [limit("Trường hợp tại địa phương"), limit("Trường hợp ở địa phương khác", 15)],
        ),
        (
            [limit("a) Trường hợp bị mất\nTrong thời hạn 07 ngày làm việc kể từ khi nhận đơn."), limit()],
            [
                replace(
                    limit("Trường hợp bị mất"), note="Trong thời hạn 07 ngày làm việc kể từ khi nhận đơn"
                ),
                limit(),
            ],
        ),
        ([limit("a) Trường hợp bị mất"), limit("Trường hợp bị mất")], [limit("Trường hợp bị mất")]),
        ([limit(), limit()], [limit()]),
        (
            [limit("không quy định", 0, TimeUnit.OTHER)],
            [Deadline(Channel.ONLINE, None, TimeUnit.OTHER, "Không quy định")],
        ),
        (
            [limit(None, None, TimeUnit.OTHER)],
            [Deadline(Channel.ONLINE, None, TimeUnit.OTHER, "Không quy định")],
        ),
    ],
)
def test_time_limits(make_procedure: MakeProcedure, raw: list[Deadline], cleaned: list[Deadline]) -> None:
    assert list(clean(make_procedure(deadlines=tuple(raw))).procedure.deadlines) == cleaned


def test_a_remark_that_is_the_whole_course_of_settlement_is_left_out(make_procedure: MakeProcedure) -> None:
    procedure = make_procedure(deadlines=(limit("Trong thời hạn 3 ngày làm việc, cơ quan xem xét. " * 40),))
    assert clean(procedure).procedure.deadlines == (limit(),)
    assert "deadline-too-long" in rules_of(procedure)


def test_the_application_comes_first_and_the_rest_keeps_its_order(make_procedure: MakeProcedure) -> None:
    procedure = make_procedure(
        document_cases=dossier(
            Document("+ Bản kê trang thiết bị;", 1),
            Document("+ Bản sao hợp đồng.", 0, 1),
            Document("+ Đơn đề nghị cấp Giấy chứng nhận;", 1, 0, ("Mus3.docx",)),
            Document("Trường hợp hết hiệu lực thì lập hồ sơ như cấp mới", 1),
        )
    )
    assert documents(procedure) == [
        "Đơn đề nghị cấp Giấy chứng nhận",
        "Bản kê trang thiết bị",
        "Bản sao hợp đồng",
        "Trường hợp hết hiệu lực thì lập hồ sơ như cấp mới",
    ]
    assert not any(item.is_note for item in clean(procedure).procedure.document_cases[0].items)


def test_an_order_of_sheets_is_no_application(make_procedure: MakeProcedure) -> None:
    raw = dossier(Document("Hợp đồng", 1), Document("Đơn đặt hàng", 1))
    assert documents(make_procedure(document_cases=raw)) == ["Hợp đồng", "Đơn đặt hàng"]


def test_marked_papers_are_put_in_their_order(make_procedure: MakeProcedure) -> None:
    raw = dossier(
        Document("b) Bản sao giấy phép", 0, 1),
        Document("đ) Ảnh", 1),
        Document("a) Văn bản đề nghị", 1),
        Document("d) Bản cam kết", 1),
        Document("Cơ quan giải quyết TTHC khai thác, sử dụng thông tin đã có", 1),
        Document("c) Báo cáo", 1),
    )
    assert documents(make_procedure(document_cases=raw)) == [
        "Văn bản đề nghị",
        "Bản sao giấy phép",
        "Báo cáo",
        "Bản cam kết",
        "Ảnh",
        "Cơ quan giải quyết TTHC khai thác, sử dụng thông tin đã có",
    ]


def test_marks_stay_where_sections_need_them(make_procedure: MakeProcedure) -> None:
    raw = dossier(
        Document("1. Hồ sơ đăng ký gồm:", 1),
        Document("b) Bản sao", 0, 1),
        Document("a) Đơn đề nghị", 1),
        Document("2. Hồ sơ đề nghị cấp gồm:", 1),
    )
    assert documents(make_procedure(document_cases=raw)) == [item.name for item in raw[0].items]


def test_headings_and_notes_ask_for_no_copies(make_procedure: MakeProcedure) -> None:
    raw = dossier(
        Document("Hồ sơ đề nghị cấp gồm:", 1),
        Document("Bản sao được thay bằng dữ liệu", 0, 0),
        Document("Văn bản đề nghị theo Mẫu số 05", 0, 0),
        Document("Sơ đồ", 0, 0, ("Mẫu sơ đồ.docx",)),
        Document("Danh sách", 1),
    )
    items = clean(make_procedure(document_cases=raw)).procedure.document_cases[0].items
    flags = {item.name: (item.is_note, item.originals) for item in items}
    assert flags == {
        "Hồ sơ đề nghị cấp gồm:": (True, 0),
        "Văn bản đề nghị theo Mẫu số 05": (False, 0),
        "Bản sao được thay bằng dữ liệu": (True, 0),
        "Sơ đồ": (False, 0),
        "Danh sách": (False, 1),
    }
    assert [item.name for item in items][:2] == ["Hồ sơ đề nghị cấp gồm:", "Văn bản đề nghị theo Mẫu số 05"]


def test_repeated_papers_and_forms_are_kept_once(make_procedure: MakeProcedure) -> None:
    raw = dossier(
        Document("Đơn đề nghị;", 1, 0, ("Mẫu (1).docx", "Mẫu.docx")),
        Document("Đơn đề nghị.", 1, 0, ("thuytminh.docx2.docx",)),
    )
    (item,) = clean(make_procedure(document_cases=raw)).procedure.document_cases[0].items
    assert item.forms == ("Mẫu.docx", "thuytminh.docx")


@pytest.mark.parametrize(
    ("label", "cleaned", "papers"),
    [
        ("01 bộ hồ sơ", None, ["Đơn đề nghị"]),
        ("02 bộ hồ sơ", None, ["Đơn đề nghị", "Số bộ hồ sơ phải nộp: 02 bộ"]),
        ("a) Trường hợp bị mất, hồ sơ bao gồm:", "Trường hợp bị mất", ["Đơn đề nghị"]),
        ("Đơn đề nghị: 1 bản chính", None, ["Đơn đề nghị"]),
    ],
)
def test_names_of_cases(
    make_procedure: MakeProcedure, label: str, cleaned: str | None, papers: list[str]
) -> None:
    procedure = make_procedure(document_cases=dossier(Document("Đơn đề nghị", 1), label=label))
    assert clean(procedure).procedure.document_cases[0].label == cleaned
    assert documents(procedure) == papers


@pytest.mark.parametrize(
    ("number", "cleaned"),
    [
        ("Thông tư số 40/2025/TT-BCT", "40/2025/TT-BCT"),
        ("31/2018/NĐ-CP Nghị định 31/2018/NĐ-CP", "31/2018/NĐ-CP"),
        ("nghị định 146/2025", "146/2025/NĐ-CP"),
        ("77/2016/NĐ-CP.", "77/2016/NĐ-CP"),
        ("66.7/2025/NQ-CP", "66.7/2025/NQ-CP"),
        ("20/2013/TTLT-BYT-BCT-BNNPTNT", "20/2013/TTLT-BYT-BCT-BNNPTNT"),
        ("Luật Hóa chất", "Luật Hóa chất"),
    ],
)
def test_numbers_of_legal_texts(make_procedure: MakeProcedure, number: str, cleaned: str) -> None:
    procedure = make_procedure(legal_texts=(LegalText(number),))
    assert clean(procedure).procedure.legal_texts == (LegalText(cleaned),)


def test_a_date_in_place_of_a_number_gives_way_to_the_title(make_procedure: MakeProcedure) -> None:
    text = LegalText("18/12/2025", "Nghị định số 330/2025/NĐ-CP")
    assert clean(make_procedure(legal_texts=(text,))).procedure.legal_texts[0].number == "330/2025/NĐ-CP"


def test_a_legal_text_is_kept_once_with_what_is_known_of_it(make_procedure: MakeProcedure) -> None:
    known = LegalText("83/2014/NĐ-CP", "Về kinh doanh xăng dầu", date(2014, 9, 3), "Chính phủ")
    procedure = make_procedure(legal_texts=(LegalText("Nghị định 83/2014/NĐ-CP"), known))
    assert clean(procedure).procedure.legal_texts == (known,)


def test_a_date_of_another_year_than_the_number_is_dropped(make_procedure: MakeProcedure) -> None:
    wrong = LegalText("127/2007/NĐ-CP", issued=date(2019, 8, 26))
    assert clean(make_procedure(legal_texts=(wrong,))).procedure.legal_texts[0].issued is None


def test_decisions_results_and_fee_texts(make_procedure: MakeProcedure) -> None:
    cleaned = clean(
        make_procedure(
            decision=Decision("628 /QĐ-BCT", issuer="Bộ Công thương"),
            results=(") giấy phép;", "Giấy phép.", "không quy định"),
            portal_fee_texts=("heo quy định của Bộ tài chính", "Theo quy định của Bộ Tài chính"),
        )
    ).procedure
    assert cleaned.decision == Decision("628/QĐ-BCT", issuer="Bộ Công Thương")
    assert cleaned.results == ("Giấy phép",)
    assert cleaned.portal_fee_texts == ("Theo quy định của Bộ Tài chính",)


def test_every_change_says_where_what_and_why(make_procedure: MakeProcedure) -> None:
    (change,) = clean(make_procedure(name="Cấp giấy phép.")).changes
    assert (change.code, change.rule, change.place) == ("1.000001", "trailing-punctuation", "tên thủ tục")
    assert (change.before, change.after) == ("Cấp giấy phép.", "Cấp giấy phép")
    assert change.reason == load_rules()["trailing-punctuation"]


def test_a_rule_without_a_reason_is_refused() -> None:
    with pytest.raises(KeyError, match="surprise"):
        Journal("1.000001").note("surprise", "tên thủ tục", "a", "b")
