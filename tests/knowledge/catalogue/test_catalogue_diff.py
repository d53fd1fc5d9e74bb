"""The differences of two releases, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from knowledge.catalogue.diff import CatalogueDiff, ChangeKind, compare
from knowledge.catalogue.records import (
    Catalogue,
    Channel,
    Deadline,
    Decision,
    Document,
    DocumentCase,
    LegalText,
    Level,
    OnlineLevel,
    Procedure,
    ReleaseInfo,
    Status,
    TimeUnit,
)

MakeProcedure = Callable[..., Procedure]


def catalogue(number: int, *procedures: Procedure) -> Catalogue:
    release = ReleaseInfo(number, "thử", date(2026, 7, 17 + number), "x", len(procedures), 0)
    return Catalogue(release, {item.code: item for item in procedures})


def difference(old: Procedure, new: Procedure) -> CatalogueDiff:
    return compare(catalogue(1, old), catalogue(2, new))


def texts(old: Procedure, new: Procedure) -> list[str]:
    return [change.text for change in difference(old, new).changes]


def limits(value: int, *channels: Channel, unit: TimeUnit = TimeUnit.WORKING_DAY) -> tuple[Deadline, ...]:
    words = "ngày làm việc" if unit is TimeUnit.WORKING_DAY else "ngày"
    return tuple(Deadline(channel, value, unit, f"{value} {words}") for channel in channels or Channel)


def test_a_shorter_time_limit_reads_as_officers_say_it(make_procedure: MakeProcedure) -> None:
    old = make_procedure("2.000648", name="Cấp Giấy chứng nhận", deadlines=limits(20, Channel.ONLINE))
    new = replace(old, deadlines=limits(15, Channel.ONLINE))
    (change,) = difference(old, new).changes
    assert str(change) == (
        "2.000648 – Cấp Giấy chứng nhận: thời hạn giải quyết (Trực tuyến) 20 → 15 ngày làm việc"
    )
    assert change.kind is ChangeKind.DEADLINE


def test_channels_with_the_same_change_make_one_entry(make_procedure: MakeProcedure) -> None:
    old, new = make_procedure(deadlines=limits(20)), make_procedure(deadlines=limits(15))
    assert texts(old, new) == [
        "thời hạn giải quyết (Trực tuyến, Dịch vụ bưu chính, Trực tiếp) 20 → 15 ngày làm việc"
    ]


def test_units_are_named_where_they_differ(make_procedure: MakeProcedure) -> None:
    old = make_procedure(deadlines=limits(20, Channel.POST, unit=TimeUnit.DAY))
    new = make_procedure(deadlines=limits(15, Channel.POST))
    assert texts(old, new) == ["thời hạn giải quyết (Dịch vụ bưu chính) 20 ngày → 15 ngày làm việc"]


def test_limits_come_and_go(make_procedure: MakeProcedure) -> None:
    old = make_procedure(deadlines=limits(5, Channel.ONLINE))
    case = replace(limits(7, Channel.IN_PERSON)[0], case="Trường hợp cấp lại")
    assert texts(old, make_procedure(deadlines=(case,))) == [
        "thời hạn giải quyết (Trực tuyến): bỏ 5 ngày làm việc",
        "thời hạn giải quyết (Trực tiếp, Trường hợp cấp lại): thêm 7 ngày làm việc",
    ]


def test_a_new_note_on_a_limit_is_told(make_procedure: MakeProcedure) -> None:
    old = make_procedure(deadlines=limits(5, Channel.ONLINE))
    new = make_procedure(deadlines=(replace(old.deadlines[0], note="Kể từ ngày thẩm định"),))
    assert texts(old, new) == ["thời hạn giải quyết (Trực tuyến): sửa lời giải thích"]


def test_documents(make_procedure: MakeProcedure) -> None:
    def dossier(*items: Document) -> Procedure:
        return make_procedure(document_cases=(DocumentCase("Trường hợp cấp mới", items),))

    old = dossier(
        Document("Đơn đề nghị theo Mẫu số 3", 1, 0, ("Mẫu 3.docx",)),
        Document("Hợp đồng thuê", 1, 0),
        Document("Giấy xác nhận đủ sức khỏe của chủ cơ sở", 0, 1),
    )
    new = dossier(
        Document("Đơn đề nghị theo Mẫu số 3", 1, 0, ("Mẫu 3a.docx",)),
        Document("Hợp đồng thuê", 0, 1),
        Document("Giấy xác nhận đủ sức khoẻ của chủ cơ sở", 0, 1),
        Document("Bản vẽ mặt bằng", 1, 0),
    )
    assert sorted(texts(old, new)) == sorted(
        [
            "hồ sơ (Trường hợp cấp mới): mẫu của “Đơn đề nghị theo Mẫu số 3” Mẫu 3.docx → Mẫu 3a.docx",
            "hồ sơ (Trường hợp cấp mới): “Hợp đồng thuê” 1 bản chính, 0 bản sao → 0 bản chính, 1 bản sao",
            (
                "hồ sơ (Trường hợp cấp mới): “Giấy xác nhận đủ sức khỏe của chủ cơ sở”"
                " → “Giấy xác nhận đủ sức khoẻ của chủ cơ sở”"
            ),
            "hồ sơ (Trường hợp cấp mới): thêm “Bản vẽ mặt bằng”",
        ]
    )
    assert "hồ sơ (Trường hợp cấp mới): bỏ “Bản vẽ mặt bằng”" in texts(new, old)


def test_every_other_fact(make_procedure: MakeProcedure) -> None:
    old = make_procedure(
        name="Tên cũ",
        online_level=OnlineLevel.PARTIAL,
        agencies=("Sở Công Thương",),
        results=("Giấy phép",),
        legal_texts=(LegalText("1/2020/NĐ-CP"),),
        decision=Decision("1/QĐ-BCT"),
    )
    new = replace(
        old,
        name="Tên mới",
        field="Điện lực",
        levels=(Level.COMMUNE,),
        online_level=OnlineLevel.FULL,
        agencies=("Ủy ban nhân dân cấp xã",),
        applicants=("Doanh nghiệp",),
        results=("Giấy chứng nhận",),
        legal_texts=(LegalText("2/2026/NĐ-CP"),),
        decision=Decision("2/QĐ-BCT", date(2026, 5, 2)),
        portal_fee_texts=("Theo quy định",),
        caution="Hãy hỏi lại",
    )
    found = difference(old, new)
    assert {change.text for change in found.changes} == {
        "đổi tên từ “Tên cũ”",
        "lĩnh vực: Hóa chất → Điện lực",
        "cấp thực hiện: Tỉnh → Xã",
        "mức độ trực tuyến: một phần → toàn trình",
        "cơ quan thực hiện: Sở Công Thương → Ủy ban nhân dân cấp xã",
        "đối tượng thực hiện: không có → Doanh nghiệp",
        "kết quả: bỏ “Giấy phép”",
        "kết quả: thêm “Giấy chứng nhận”",
        "căn cứ pháp lý: bỏ 1/2020/NĐ-CP",
        "căn cứ pháp lý: thêm 2/2026/NĐ-CP",
        "quyết định công bố: 1/QĐ-BCT → 2/QĐ-BCT ngày 02/05/2026",
        "phí, lệ phí (theo Cổng): không có → Theo quy định",
        "lưu ý: không có → Hãy hỏi lại",
    }
    told = {ChangeKind.ADDED, ChangeKind.WITHDRAWN, ChangeKind.RELISTED}
    assert set(found.counts()) == set(ChangeKind) - told - {ChangeKind.DEADLINE, ChangeKind.DOCUMENTS}


def test_procedures_come_go_and_come_back(make_procedure: MakeProcedure) -> None:
    stays, comes, goes = (make_procedure(f"1.00000{number}") for number in (1, 2, 3))
    back = make_procedure("1.000004", status=Status.NO_LONGER_LISTED, last_seen=date(2025, 11, 27))
    marked = make_procedure("1.000005")
    left = replace(marked, status=Status.NO_LONGER_LISTED, last_seen=date(2026, 7, 1))
    found = compare(
        catalogue(1, stays, goes, back, marked),
        catalogue(2, stays, comes, replace(back, status=Status.LISTED, last_seen=None), left),
    )
    assert {change.code: change.text for change in found.changes} == {
        "1.000002": "thủ tục mới",
        "1.000003": "không còn trong danh mục (thấy lần cuối ngày 18/07/2026)",
        "1.000004": "có lại trong danh mục",
        "1.000005": "không còn trong danh mục (thấy lần cuối ngày 01/07/2026)",
    }
    assert found.in_both == 1


def test_the_text_starts_with_counts_and_groups_by_field(make_procedure: MakeProcedure) -> None:
    old = make_procedure("1.000001", field="Hóa chất", deadlines=limits(20))
    gone = make_procedure("1.000002", field="Điện lực")
    new = replace(old, deadlines=limits(15), name="Tên mới")
    added = make_procedure("1.000003", field="Điện lực")
    lines = list(compare(catalogue(1, old, gone), catalogue(2, new, added)).lines())
    assert lines[:6] == [
        "So sánh bản phát hành 1 (dữ liệu ngày 18/07/2026) với bản 2 (dữ liệu ngày 19/07/2026)",
        (
            "Có 1 thủ tục ở cả hai bản, 1 thủ tục mới, 1 thủ tục không còn trong danh mục,"
            " 1 thủ tục thay đổi nội dung."
        ),
        "  Thủ tục mới: 1 thủ tục",
        "  Thủ tục không còn trong danh mục: 1 thủ tục",
        "  Đổi tên: 1 thủ tục",
        "  Đổi thời hạn giải quyết: 1 thủ tục",
    ]
    fields = [line for line in lines if line.startswith("Lĩnh vực")]
    assert fields == ["Lĩnh vực Điện lực", "Lĩnh vực Hóa chất"]


def test_equal_releases_and_a_first_release(full_procedure: Procedure) -> None:
    same = compare(catalogue(1, full_procedure), catalogue(2, full_procedure))
    assert same.changes == ()
    assert list(same.lines())[1] == "Hai bản giống nhau, không có thay đổi nào."
    first = compare(None, catalogue(1, full_procedure))
    assert [change.kind for change in first.changes] == [ChangeKind.ADDED]
    assert "chưa có bản nào" in next(first.lines())
