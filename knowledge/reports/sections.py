"""The parts of reports, each from figures read for it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from knowledge.cases.policy import case_policy
from knowledge.reports import reform
from knowledge.reports.charts_data import factor_chart, settlement_chart, share_chart
from knowledge.reports.content import Section, Table
from knowledge.reports.definitions import Definitions
from knowledge.reports.models import DimProcedure, RollupDossier
from knowledge.reports.numbers import vietnamese
from knowledge.reports.periods import months_before
from knowledge.reports.results import Reading, Result
from knowledge.reports.tables import indicator_table, result_name, settlement_form, share_table
from knowledge.reports.targets import Standing, standing
from knowledge.reports.verbatims import bad_comments

MOST_QUOTES = 8
CHANNELS = {"web": "Trang web", "zalo": "Zalo", "zalo_bot": "Zalo Bot", "telegram": "Telegram"}
MOST_ROWS = 60
SELF_SELECTED = (
    "Số liệu hài lòng dưới đây là khảo sát nội bộ, mẫu tự chọn: chỉ gồm người tự nguyện trả lời qua trợ lý, "
    "không thay cho kết quả điều tra xã hội học của cơ quan có thẩm quyền. Khoảng tin cậy 95% (Wilson) chỉ "
    "nói về sai số ngẫu nhiên, không nói gì về người không trả lời."
)
NO_TOTAL = (
    "Tiêu chí 2 (thời gian của từng cơ quan tham gia) và tiêu chí 4 (số cơ quan phải liên hệ) cần dữ liệu "
    "quy trình nội bộ, ở đây không có; vì vậy không cộng điểm và không xếp loại."
)
_COUNTED = (
    "received", "received_online", "received_direct", "received_post", "carried_over", "early", "on_time",
    "late", "open", "open_overdue", "due_unknown", "finish_estimated", "refused",
)  # fmt: skip
ESTIMATES = ("index766", "nine")
"""Groups of indicators that estimate official ones: they are told apart, and never a ground for alerts."""
ESTIMATE = "Các chỉ tiêu dưới đây là ước tính nội bộ từ dữ liệu của Sở, không phải kết quả chính thức."


@dataclass(frozen=True)
class Material:
    """What sections are made from."""

    reading: Reading
    definitions: Definitions
    renamed: dict[str, str]
    """Former name of a unit -> its present name."""

    def results(self, *groups: str) -> list[Result]:
        """Work out the indicators of groups."""
        return self.reading.results(self.definitions.group(*groups))

    def standings(self, results: list[Result]) -> dict[int, Standing]:
        """Compare results with their targets."""
        fixed = frozenset(
            name for name, measure in self.definitions.measures.items() if measure.source == "dim_procedure"
        )
        found = {id(result): standing(result, fixed) for result in results}
        return {key: value for key, value in found.items() if value is not None}

    def table(self, name: str, caption: str, results: list[Result]) -> Table:
        """Make the table of some results."""
        return indicator_table(name, caption, results, self.standings(results))


def settlement(material: Material, results: list[Result]) -> list[Section]:
    """What was received and settled, in the official form and in shares."""
    counter = material.reading.now
    form = settlement_form(counter, "field", {})
    values = counter.values(_COUNTED)
    count = {name: vietnamese(value) for name, value in values.items()}
    text = (
        f"Trong kỳ tiếp nhận {count['received']} hồ sơ (trực tuyến {count['received_online']}, trực tiếp "
        f"{count['received_direct']}, bưu chính công ích {count['received_post']}), kỳ trước chuyển sang "
        f"{count['carried_over']} hồ sơ. Đã giải quyết: trước hạn {count['early']}, đúng hạn "
        f"{count['on_time']}, quá hạn {count['late']}. Đang giải quyết {count['open']} hồ sơ, trong đó quá "
        f"hạn {count['open_overdue']}."
    )
    notes = (
        f"Chất lượng số liệu: {count['refused']} hồ sơ kết thúc không có kết quả (từ chối, rút, dừng) được "
        f"tính là đã giải quyết; {count['due_unknown']} hồ sơ đã giải quyết không có ngày hẹn trả được tính "
        f"là đúng hạn; {count['finish_estimated']} hồ sơ không ghi ngày xong, lấy ngày cập nhật cuối."
    )
    by_unit = settlement_form(counter, "unit", material.renamed)
    table = material.table("Chỉ tiêu giải quyết", "Các chỉ tiêu giải quyết hồ sơ", results)
    return [
        Section(
            "Kết quả giải quyết thủ tục hành chính",
            (text, notes),
            (form, by_unit, table),
            settlement_chart(form),
        ),
        late(material),
    ]


def late(material: Material) -> Section:
    """Where dossiers were late."""
    counter = material.reading.now
    ranked = reform.late_procedures(counter, reform.procedure_names(counter))
    if not ranked:
        return Section("Hồ sơ quá hạn", ("Trong kỳ không có hồ sơ quá hạn.",))
    table = share_table(
        "Quá hạn theo thủ tục",
        "Thủ tục có nhiều hồ sơ quá hạn nhất",
        ("Thủ tục", "Quá hạn", "Đã và đang giải quyết", "Tỷ lệ (%)"),
        [(row.name, row.bad, row.all) for row in ranked],
    )
    return Section("Hồ sơ quá hạn", (), (table,))


def online(material: Material, results: list[Result]) -> list[Section]:
    """Online service, payment and post; procedures nobody used."""
    window = material.reading.window
    paragraphs = []
    if window.release is None:
        paragraphs.append("Chưa công bố danh mục TTHC trong hệ thống: các chỉ tiêu về số TTHC để trống.")
    elif window.releases:
        paragraphs.append(
            f"Trong kỳ có {window.releases} lần công bố danh mục mới; số TTHC lấy theo danh mục có hiệu lực "
            f"ngày {window.end:%d/%m/%Y}."
        )
    table = material.table("Dịch vụ trực tuyến", "Các chỉ tiêu dịch vụ công trực tuyến", results)
    sections = [
        Section(
            "Cung cấp và sử dụng dịch vụ công trực tuyến", tuple(paragraphs), (table,), share_chart(results)
        )
    ]
    counter = material.reading.now
    if counter.values(("procedures_unused",))["procedures_unused"]:
        rows = unused_procedures(material)
        sections.append(
            Section(
                "Thủ tục không phát sinh hồ sơ trong 36 tháng, đề xuất rà soát",
                tuple(f"{name} ({code})" for code, name in rows),
            )
        )
    return sections


def unused_procedures(material: Material) -> list[tuple[str, str]]:
    """Return code and name of the procedures without a dossier in 36 months."""
    window = material.reading.window
    used = sa.select(RollupDossier.procedure_code).where(
        RollupDossier.received > 0,
        RollupDossier.day > months_before(window.end, 36),
        RollupDossier.day <= window.end,
    )
    unused = (
        sa.select(DimProcedure.procedure_code, DimProcedure.name)
        .where(DimProcedure.release_id == window.release, DimProcedure.procedure_code.not_in(used))
        .order_by(DimProcedure.procedure_code)
    )
    scope = material.reading.now.scope
    if scope.fields:
        unused = unused.where(DimProcedure.field.in_(scope.fields))
    if scope.procedures:
        unused = unused.where(DimProcedure.procedure_code.in_(scope.procedures))
    return [(row.procedure_code, row.name) for row in material.reading.now.connection.execute(unused)]


def satisfaction(material: Material, results: list[Result]) -> list[Section]:
    """What people said, how many were asked, and what to reform first."""
    counter = material.reading.now
    asked = counter.values(
        ("surveys_asked", "surveys_answered", "surveys_refused", "surveys_not_asked", "comments")
    )
    count = {name: vietnamese(value) for name, value in asked.items()}
    method = (
        f"Mời khảo sát {count['surveys_asked']} lượt: trả lời {count['surveys_answered']}, từ chối "
        f"{count['surveys_refused']}, còn lại không trả lời; không mời {count['surveys_not_asked']} lượt "
        f"theo quy tắc không làm phiền. Có {count['comments']} ý kiến viết bằng lời."
    )
    intervals = tuple(_interval(result) for result in results if result.now.interval)
    table = material.table("Hài lòng", "Mức độ hài lòng (khảo sát nội bộ, mẫu tự chọn)", results)
    factors = [result for result in results if result.part]
    return [
        Section(
            "Ý kiến của người dân, doanh nghiệp",
            (SELF_SELECTED, method, *intervals),
            (table,),
            factor_chart(factors),
        ),
        _first(material, results),
    ]


def _interval(result: Result) -> str:
    n, interval = vietnamese(result.now.denominator), result.now.interval
    bounds = f"từ {vietnamese(interval.low)}% đến {vietnamese(interval.high)}%" if interval else "không có"
    return f"{result_name(result)}: n = {n}, khoảng tin cậy 95% {bounds}."


def _first(material: Material, results: list[Result]) -> Section:
    counter = material.reading.now
    names = reform.procedure_names(counter)
    paragraphs = reform.proposals(list(material.standings(results).values()))
    disliked = reform.disliked_procedures(counter, names)
    tables: tuple[Table, ...] = ()
    if disliked:
        tables = (
            share_table(
                "Chưa hài lòng theo TTHC",
                "Thủ tục có nhiều lượt chấm chưa hài lòng nhất",
                ("Thủ tục", "Chưa hài lòng", "Lượt chấm", "Tỷ lệ (%)"),
                [(row.name, row.bad, row.all) for row in disliked],
            ),
        )
    quotes = tuple(found.text for found in bad_comments(counter, MOST_QUOTES))
    if not paragraphs and not disliked:
        paragraphs = ["Chưa có số liệu cho thấy nội dung cần ưu tiên cải thiện."]
    return Section("Nội dung cần cải thiện trước", tuple(paragraphs), tables, (), quotes)


def cases(material: Material, results: list[Result]) -> list[Section]:
    """Complaints and petitions by stage."""
    stages = material.reading.now.by(("stage",), ("cases",))
    names = {stage.id: stage.name for stage in case_policy().stages.values()}
    total = sum(values["cases"] or 0 for values in stages.values())
    rows = [
        (names.get(key, key), values["cases"] or 0, total)
        for (key,), values in stages.items()
        if values["cases"]
    ]
    tables = [material.table("Phản ánh", "Tiếp nhận, xử lý phản ánh, kiến nghị", results)]
    if rows:
        heads = ("Tình trạng hiện nay", "Số vụ việc", "Tổng số", "Tỷ lệ (%)")
        tables.append(
            share_table(
                "Phản ánh theo bước", "Phản ánh, kiến nghị tiếp nhận trong kỳ theo tình trạng", heads, rows
            )
        )
    return [Section("Phản ánh, kiến nghị qua trợ lý", (), tuple(tables))]


def bot(material: Material, results: list[Result]) -> list[Section]:
    """The assistant's own figures, by channel and by what was asked."""
    reading = material.reading
    names = reform.procedure_names(reading.now)
    topics = reading.now.by(("procedure_code",), ("questions",))
    asked = sorted(
        ((code, values["questions"] or 0) for (code,), values in topics.items() if code),
        key=lambda row: (-row[1], row[0]),
    )[:10]
    channels = reading.now.by(("channel",), ("questions_answered", "questions"))
    total = sum(values["questions"] or 0 for values in topics.values())
    tables = [
        material.table("Trợ lý", "Hoạt động của trợ lý", results),
        share_table(
            "Theo kênh",
            "Câu hỏi được trả lời theo kênh",
            ("Kênh", "Được trả lời", "Câu hỏi", "Tỷ lệ (%)"),
            [
                (CHANNELS.get(key, key), v["questions_answered"] or 0, v["questions"] or 0)
                for (key,), v in channels.items()
            ],
        ),
        share_table(
            "Được hỏi nhiều",
            "Thủ tục được hỏi nhiều nhất",
            ("Thủ tục", "Câu hỏi", "Tổng số câu hỏi", "Tỷ lệ (%)"),
            [(reform.named(code, names), count, total) for code, count in asked],
        ),
    ]
    surging = reform.alerts([], reform.surging_topics(reading, names))
    return [Section("Trợ lý hỏi đáp", tuple(surging), tuple(table for table in tables if table.rows))]


def estimates(material: Material, results: list[Result]) -> list[Section]:
    """The computable indicators of Decision 766 and the nine criteria."""
    split: dict[str, list[Result]] = {"index766": [], "nine": []}
    for result in results:
        split[result.indicator.group].append(result)
    notes = sorted({found.indicator.note for found in results if found.indicator.note})
    return [
        Section(
            "Bộ chỉ số theo Quyết định 766/QĐ-TTg (ước tính nội bộ)",
            (ESTIMATE, *notes),
            (material.table("766 ước tính", "Chỉ tiêu 766 tính được từ dữ liệu của Sở", split["index766"]),),
        ),
        Section(
            "Chín tiêu chí đánh giá việc giải quyết TTHC (tham khảo)",
            (
                ESTIMATE,
                NO_TOTAL,
            ),
            (material.table("Chín tiêu chí", "Các tiêu chí có dữ liệu", split["nine"]),),
        ),
    ]


def warnings(material: Material, results: list[Result]) -> list[Section]:
    """What fell, what surges, and every target that is not reached."""
    names = reform.procedure_names(material.reading.now)
    own = [found for found in results if found.indicator.group not in ESTIMATES]
    told = reform.alerts(own, reform.surging_topics(material.reading, names))
    missed = reform.proposals(list(material.standings(results).values()))
    return [
        Section(
            "Cảnh báo so với kỳ trước", tuple(told) or ("Không có chỉ tiêu nào giảm từ 5 điểm phần trăm.",)
        ),
        Section(
            "Chỉ tiêu chưa đạt và việc cần làm",
            tuple(missed) or ("Các chỉ tiêu có mục tiêu và có số liệu đều đạt.",),
        ),
    ]
