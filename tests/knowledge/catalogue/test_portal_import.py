"""Import of the portal's JSON: what is read, and how everything odd is rejected with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalogue.importers.any_file import import_file
from knowledge.catalogue.importers.portal import import_portal
from knowledge.catalogue.importers.report import ImportReport
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

Edit = Callable[[dict[str, Any]], None]

ANSWER: dict[str, Any] = {
    "id": "0001",
    "code": "1.009999",
    "name": "Thủ tục cấp Giấy phép thử nghiệm",
    "detail": {
        "code": "1.009999",
        "name": "Thủ tục cấp Giấy phép thử nghiệm",
        "executionMethods": [
            {
                "submissionMethod": "ONLINE",
                "processingTime": 7.0,
                "processingTimeUnit": "WORKING_DAY",
                "description": "",
                "fees": [{"type": "FEE", "value": 0, "description": "Theo quy định của Bộ Tài chính"}],
            },
            {
                "submissionMethod": "DIRECT",
                "processingTime": "0",
                "processingTimeUnit": "OTHER",
                "description": "Không quy định",
                "fees": [],
            },
        ],
        "executionCases": [
            {"name": "", "profileComponents": []},
            {
                "name": "",
                "profileComponents": [
                    {"name": "+ Bản vẽ;", "originalQty": 0, "copyQty": 1, "attachments": []},
                    {
                        "name": "+ Đơn đề nghị;",
                        "originalQty": 1,
                        "copyQty": 0,
                        "attachments": [{"fileName": "Mau 1 (2).docx"}],
                    },
                ],
            },
        ],
        "isProvince": True,
        "isWard": True,
        "isMinistry": False,
        "isFullProcess": False,
        "categoriesDetails": [{"name": "Hóa chất", "code": "G02-CT09"}],
        "departmentsExecuting": [{"name": "Sở Công thương"}],
        "unitGroupsExecuting": [{"name": "Ủy ban nhân dân cấp xã"}],
        "legalBasisesDetails": [{"name": "Về hóa chất", "code": "Nghị định 26/2026/NĐ-CP"}],
        "resultsDetails": [{"name": "Giấy phép"}],
        "subjectTypesDetails": [{"name": "Tổ chức (không bao gồm doanh nghiệp, HTX)"}],
        "procedureProposal": {
            "proposalNumber": "1040/QĐ-BCT",
            "decisionDate": 1777654800000,
            "publicationDate": 1780638398097,
            "issuingAgency": {"name": "Bộ Công thương"},
        },
        "updatedAt": 1780638214788,
        "somethingNew": {"of": ["no", "concern"]},
    },
}


def answer(*edits: Edit) -> dict[str, Any]:
    value = copy.deepcopy(ANSWER)
    for edit in edits:
        edit(value)
    return value


def detail(**values: object) -> Edit:
    return lambda value: value["detail"].update(values)


def without(*names: str) -> Edit:
    def edit(value: dict[str, Any]) -> None:
        for name in names:
            value["detail"].pop(name)

    return edit


def with_code(code: str) -> Edit:
    def edit(value: dict[str, Any]) -> None:
        value["code"] = value["detail"]["code"] = code

    return edit


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def import_value(folder: Path, value: object) -> ImportReport:
    return import_portal(write(folder / "a.json", value))


def the_rejection(report: ImportReport) -> tuple[str, str]:
    assert report.accepted == ()
    (rejection,) = report.rejected
    return rejection.place, rejection.reason


def test_reads_every_fact_of_an_answer(tmp_path: Path) -> None:
    report = import_value(tmp_path, ANSWER)
    assert report.rejected == ()
    assert report.accepted == (
        Procedure(
            code="1.009999",
            name="Cấp Giấy phép thử nghiệm",
            field="Hóa chất",
            levels=(Level.PROVINCE, Level.COMMUNE),
            agencies=("Sở Công Thương", "Ủy ban nhân dân cấp xã"),
            online_level=OnlineLevel.PARTIAL,
            applicants=("Tổ chức", "Doanh nghiệp"),
            deadlines=(
                Deadline(Channel.ONLINE, 7, TimeUnit.WORKING_DAY, "7 ngày làm việc"),
                Deadline(Channel.IN_PERSON, None, TimeUnit.OTHER, "Không quy định"),
            ),
            document_cases=(
                DocumentCase(
                    None, (Document("Đơn đề nghị", 1, 0, ("Mau 1.docx",)), Document("Bản vẽ", 0, 1))
                ),
            ),
            results=("Giấy phép",),
            legal_texts=(LegalText("26/2026/NĐ-CP", "Về hóa chất"),),
            decision=Decision("1040/QĐ-BCT", date(2026, 5, 2), date(2026, 6, 5), "Bộ Công Thương"),
            portal_fee_texts=("Theo quy định của Bộ Tài chính",),
            updated_on=date(2026, 6, 5),
        ),
    )
    assert {change.rule for change in report.cleaned} >= {"name-prefix", "document-application-first"}


def test_moments_are_days_in_vietnam(tmp_path: Path) -> None:
    """17:00 UTC of the first of May is midnight of the second in Asia/Ho_Chi_Minh."""
    report = import_value(tmp_path, answer(detail(updatedAt=1777654800000)))
    assert report.accepted[0].updated_on == date(2026, 5, 2)
    report = import_value(tmp_path, answer(detail(updatedAt=1777654799999)))
    assert report.accepted[0].updated_on == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("edits", "level"),
    [
        ([detail(isFullProcess=True)], OnlineLevel.FULL),
        ([], OnlineLevel.PARTIAL),
        ([lambda value: value["detail"]["executionMethods"].pop(0)], OnlineLevel.NONE),
    ],
)
def test_online_level(tmp_path: Path, edits: list[Edit], level: OnlineLevel) -> None:
    assert import_value(tmp_path, answer(*edits)).accepted[0].online_level is level


def test_a_bare_detail_and_a_list_are_read(tmp_path: Path) -> None:
    assert len(import_value(tmp_path, ANSWER["detail"]).accepted) == 1
    assert len(import_value(tmp_path, [ANSWER, answer(with_code("1.009998"))]).accepted) == 2


def test_what_is_absent_stays_unknown(tmp_path: Path) -> None:
    left_out = ("executionMethods", "executionCases", "resultsDetails", "procedureProposal", "updatedAt")
    (procedure,) = import_value(tmp_path, answer(without(*left_out))).accepted
    assert procedure.deadlines == procedure.document_cases == procedure.results == ()
    assert procedure.decision is None
    assert procedure.updated_on is None


def first_method(**values: object) -> Edit:
    return lambda value: value["detail"]["executionMethods"][0].update(values)


def first_document(**values: object) -> Edit:
    return lambda value: value["detail"]["executionCases"][1]["profileComponents"][0].update(values)


@pytest.mark.parametrize(
    ("edit", "place", "reason"),
    [
        (with_code("1.014955-Xoa"), "trường detail.code", "đuôi “-Xoa”"),
        (with_code("1.0149"), "trường detail.code", "thiếu chữ số"),
        (with_code("2.000648' OR 1=1"), "trường detail.code", "không đúng dạng"),
        (with_code(""), "trường detail.code", "Thiếu giá trị"),
        (detail(code="1.000001"), "trường detail.code", "khác với mã ở ngoài"),
        (detail(name=" "), "trường detail.name", "Thiếu giá trị"),
        (detail(name=7), "trường detail.name", "Cần chữ"),
        (detail(name="x" * 30_000), "trường detail.name", "Quá dài"),
        (detail(name="\ud800"), "trường detail.name", "ký tự hỏng"),
        (detail(isProvince=False, isWard=False), "isWard", "Không có cấp thực hiện"),
        (detail(isProvince="yes"), "trường detail.isProvince", "đúng/sai"),
        (detail(categoriesDetails=[]), "trường detail.categoriesDetails", "Thiếu giá trị"),
        (detail(executionMethods={"a": 1}), "trường detail.executionMethods", "một danh sách"),
        (detail(resultsDetails=["x"]), "trường detail.resultsDetails[0]", "một đối tượng"),
        (detail(resultsDetails=[{"name": "x"}] * 2_001), "trường detail.resultsDetails", "quá nhiều"),
        (first_method(submissionMethod="FAX"), "executionMethods[0].submissionMethod", "ONLINE, POSTAL"),
        (first_method(processingTimeUnit="WEEK"), "executionMethods[0].processingTimeUnit", "WORKING_DAY"),
        (first_method(processingTime=7.5), "executionMethods[0].processingTime", "số nguyên"),
        (first_method(processingTime=-1), "executionMethods[0].processingTime", "từ 0 trở lên"),
        (first_method(processingTime="bảy"), "executionMethods[0].processingTime", "số nguyên"),
        (first_method(processingTime=True), "executionMethods[0].processingTime", "một số"),
        (first_method(processingTime=float("nan")), "executionMethods[0].processingTime", "số nguyên"),
        (first_method(processingTime=10**400), "executionMethods[0].processingTime", "số nguyên"),
        (first_method(processingTime=10**7), "executionMethods[0].processingTime", "quá lớn"),
        (first_document(copyQty="hai"), "profileComponents[0].copyQty", "số nguyên"),
        (first_document(attachments=[{"fileName": 1}]), "attachments[0].fileName", "Cần chữ"),
        (detail(updatedAt="hôm qua"), "trường detail.updatedAt", "một số"),
        (detail(updatedAt=10**18), "trường detail.updatedAt", "thời điểm"),
        (detail(updatedAt=-(10**13)), "trường detail.updatedAt", "thời điểm"),
        (detail(procedureProposal=[]), "trường detail.procedureProposal", "một đối tượng"),
    ],
)
def test_a_malformed_value_is_rejected_with_its_place(
    tmp_path: Path, edit: Edit, place: str, reason: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(answer(edit)), encoding="utf-8")
    found_place, found_reason = the_rejection(import_portal(path))
    assert place in found_place
    assert reason in found_reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "JSON sai ở dòng 1, cột 1"),
        (b'{"code": "1.000001",\n oops}', "JSON sai ở dòng 2"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"7", "Cần một đối tượng JSON"),
        (b"[]", "Cần một đối tượng JSON"),
        (b"[" * 200_000, "lồng quá nhiều tầng"),
        (b'{"code": ' + b"1" * 5_000 + b"}", "số.sáu_chữ_số|Cần|Không đọc được|Thiếu"),
    ],
)
def test_a_malformed_file_is_rejected(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    _place, found = the_rejection(import_portal(path))
    assert any(part in found for part in reason.split("|"))


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ANSWER).encode())
    assert len(import_portal(path).accepted) == 1


def test_the_good_ones_are_known_although_others_are_rejected(tmp_path: Path) -> None:
    write(tmp_path / "a.json", ANSWER)
    write(tmp_path / "b.json", [answer(with_code("1.009998")), answer(with_code("1.1"))])
    (tmp_path / ".hidden.json").write_text("{")
    report = import_file(tmp_path)
    assert {item.code for item in report.accepted} == {"1.009998", "1.009999"}
    (rejection,) = report.rejected
    assert str(rejection).startswith("b.json: thủ tục thứ 2, trường detail.code: Mã thủ tục “1.1” thiếu")
    assert not report.is_complete


def test_a_code_that_comes_twice_is_rejected_the_second_time(tmp_path: Path) -> None:
    write(tmp_path / "a.json", ANSWER)
    write(tmp_path / "b.json", ANSWER)
    report = import_portal(tmp_path)
    assert len(report.accepted) == 1
    (rejection,) = report.rejected
    assert rejection.file == "b.json"
    assert "đã có ở a.json" in rejection.reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(ANSWER["detail"])), value=JSON)
def test_no_value_of_any_field_breaks_the_import(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: object
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.json"
    path.write_text(json.dumps(answer(detail(**{name: value}))), encoding="utf-8")
    report = import_portal(path)
    assert len(report.accepted) + len(report.rejected) == 1
