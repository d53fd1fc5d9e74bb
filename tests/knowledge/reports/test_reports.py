"""Published figures come out of the register; empty periods, one rating, renamed units, two releases."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook
from sqlalchemy import Engine

from knowledge.department.profile import Profile
from knowledge.department.reporting import OwnTarget, Reporting
from knowledge.reports.content import Report, value_of
from knowledge.reports.making import KINDS, make_report, scope_of
from knowledge.reports.measures import Scope
from knowledge.reports.models import DimProcedure, DimRelease, FactRating, RollupDossier
from knowledge.reports.numbers import percent
from knowledge.reports.periods import Kind, parse_period
from knowledge.reports.render.forms import FORMS, write_form
from knowledge.yaml_fields import DataError
from tests.knowledge.reports.conftest import NOW, Fill, case, dossier, local, rating, request

Q3 = parse_period("2026-Q3")


def made(
    engine: Engine, kind: str = "all", period: Any = Q3, reporting: Reporting | None = None, **scope: Any
) -> Report:
    own = reporting or Reporting()
    with engine.connect() as connection:
        return make_report(connection, kind, period, NOW, own, scope_of(own, **scope))


def figures(report: Report) -> dict[str, tuple[int | None, int | None, Decimal | None]]:
    return {
        f"{found.indicator.id} {found.part}".strip(): (
            found.now.numerator,
            found.now.denominator,
            found.now.value,
        )
        for found in report.results
    }


def form(report: Report, place: int = 0) -> list[list[Any]]:
    return [[value_of(cell) for cell in row] for row in report.sections[0].tables[place].rows]


def list_procedures(engine: Engine, release: int, since: str, *levels: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(DimRelease).values(release_id=release, since=date.fromisoformat(since)))
        for number, level in enumerate(levels):
            connection.execute(
                sa.insert(DimProcedure).values(
                    release_id=release,
                    procedure_code=f"1.{number:06}",
                    name=f"Thủ tục {number}",
                    field="Hóa chất",
                    online_level=level,
                    statutory_days=10,
                    committed_days=7,
                    is_complete=1,
                )
            )


def test_the_form_carries_over_and_checks(engine: Engine, fill: Fill) -> None:
    fill(
        dossiers=[
            dossier("2026-06-20", "2026-07-10", "2026-07-09"),  # from the period before
            dossier("2026-06-20", "2026-06-25", "2026-06-24"),  # done before
            dossier("2026-07-01", "2026-07-10", "2026-07-10", submitted_via="post"),
            dossier("2026-07-01", "2026-07-10", "2026-07-11", submitted_via="direct"),
            dossier("2026-09-01", "2026-09-20"),  # overdue at the end
            dossier("2026-09-01", "2026-10-20", "2026-10-01"),  # open at the end, done later
            dossier("2026-10-05", "2026-10-20"),  # after the period
        ]
    )
    total = form(made(engine))[0]
    assert total[2:] == [5, 2, 2, 1, 3, 1, 1, 1, 2, 1, 1, "Khớp"]
    administrative = form(made(engine, period=parse_period("2026-Q3", Kind.ADMINISTRATIVE)))[0]
    assert administrative[2:] == [6, 4, 2, 0, 4, 2, 1, 1, 2, 2, 0, "Khớp"]


def test_published_settlement(engine: Engine, fill: Fill) -> None:
    """45 020 dossiers, 44 524 online, 44 994 done in time, 26 in progress: a hundredth of each."""
    online = [dossier("2026-07-01", "2026-07-10", "2026-07-09") for _ in range(44)]
    fill(dossiers=[*online, dossier("2026-07-01", "2026-10-30", submitted_via="direct")])
    found = figures(made(engine))
    assert found["online_reception"] == (44, 45, Decimal("97.78"))
    assert found["settled_on_time"] == (44, 44, Decimal("100.00"))
    assert found["open_in_time"] == (1, None, Decimal(1))


def test_published_settlement_in_full(engine: Engine, fill: Fill) -> None:
    fill()
    none = dict.fromkeys((column.name for column in RollupDossier.__table__.columns), 0)
    place = {"day": date(2026, 7, 1), "unit": "Sở", "field": "", "procedure_code": ""}
    with engine.begin() as connection:
        for channel, received, settled in (("online", 44_524, 44_498), ("direct", 496, 496)):
            counted = {"channel": channel, "received": received, "on_time": settled}
            connection.execute(sa.insert(RollupDossier).values({**none, **place, **counted}))
    report = made(engine)
    found = figures(report)
    assert found["online_reception"] == (44_524, 45_020, Decimal("98.90"))
    assert found["settled_on_time"] == (44_994, 44_994, Decimal("100.00"))
    assert found["open_in_time"] == (26, None, Decimal(26))
    assert found["settled_late"] == (0, 44_994, Decimal("0.00"))
    total = [value_of(cell) for cell in report.sections[0].tables[0].rows[0]]
    assert (total[2], total[6], total[10], total[13]) == (45_020, 44_994, 26, "Khớp")


def test_published_factors_in_full(engine: Engine, fill: Fill) -> None:
    fill()
    rows = [
        {
            "id": 10_000 * place + number,
            "source_at": NOW,
            "unit": "",
            "field": "",
            "procedure_code": "",
            "channel": "web",
            "day": date(2026, 7, 1),
            "occasion": "survey",
            "factor": factor,
            "score": 3,
            "scale": 3,
            "satisfied": int(number < satisfied),
            "reason": "",
            "has_comment": 0,
            "about_dossier": 0,
        }
        for place, (factor, satisfied) in enumerate(FACTORS.items())
        for number in range(10_000)
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(FactRating), rows)
    report = made(engine, "satisfaction")
    found = figures(report)
    for factor, satisfied in FACTORS.items():
        assert found[f"satisfaction_by_factor {factor}"] == (satisfied, 10_000, percent(satisfied, 10_000))
    words = " ".join(text for section in report.sections for text in section.paragraphs)
    for printed, gap in (("70,69", "14,31"), ("78,61", "6,39"), ("84,56", "0,44"), ("82,16", "2,84")):
        assert f"= {printed}%, mục tiêu 85,00%, còn thiếu {gap} điểm phần trăm" in words


def test_procedures_by_the_list_in_force_at_the_end(engine: Engine, fill: Fill) -> None:
    fill(dossiers=[dossier("2026-07-01", procedure_code=f"1.{number:06}") for number in range(7)])
    list_procedures(engine, 1, "2026-01-01", *["full"] * 32, *["partial"] * 69)
    list_procedures(engine, 2, "2026-08-15", *["full"] * 11, "none")
    before = figures(made(engine, period=parse_period("2026-07")))
    assert before["level_full"] == (32, 101, Decimal("31.68"))
    assert before["level_partial"] == (69, 101, Decimal("68.32"))
    crossing = made(engine)
    assert figures(crossing)["procedures_with_online_dossiers"] == (7, 11, Decimal("63.64"))
    words = " ".join(text for section in crossing.sections for text in section.paragraphs)
    assert "Trong kỳ có 1 lần công bố danh mục mới" in words
    assert "63,64%, mục tiêu 80,00%, còn thiếu 16,36 điểm phần trăm; cần thêm 2 trong số hiện có" in words


def test_unused_procedures_need_thirty_six_months(engine: Engine, fill: Fill) -> None:
    list_procedures(engine, 1, "2022-01-01", "full", "full", "full")
    fill(dossiers=[dossier("2026-07-01", procedure_code="1.000000")])
    list_procedures(engine, 1, "2022-01-01")
    assert figures(made(engine))["procedures_unused_36_months"] == (None, None, None)
    old = dossier("2023-09-30", procedure_code="1.000001", updated_at=NOW)  # one day too long ago
    fill(dossiers=[old])
    list_procedures(engine, 1, "2022-01-01")
    assert figures(made(engine))["procedures_unused_36_months"] == (2, None, Decimal(2))


FACTORS = {"access": 7069, "procedure": 7861, "officials": 8456, "result": 8216}


def test_four_factors_against_their_target(engine: Engine, fill: Fill) -> None:
    scores = []
    for factor, share in FACTORS.items():
        satisfied = round(share / 100)
        scores += [rating("2026-07-01", 3 if number < satisfied else 1, factor) for number in range(100)]
    fill(ratings=scores, requests=[request("2026-07-01", "answered"), request("2026-07-01", "refused")])
    report = made(engine, "satisfaction")
    found = figures(report)
    assert found["satisfaction_by_factor officials"][2] == Decimal("85.00")
    assert found["satisfaction_by_factor access"][2] == Decimal("71.00")
    assert found["response_rate"] == (1, 2, Decimal("50.00"))
    words = " ".join(text for section in report.sections for text in section.paragraphs)
    assert "mẫu tự chọn" in words
    assert "SIPAS" not in words
    assert "Tiếp cận dịch vụ (khảo sát nội bộ, mẫu tự chọn): 71/100 = 71,00%, mục tiêu 85,00%" in words
    assert "cần thêm ít nhất 94 trường hợp đạt" in words  # (71 + 94) / (100 + 94) is 85.05, one less is 84.97


def test_one_rating(engine: Engine, fill: Fill) -> None:
    fill(ratings=[rating("2026-07-01", 1, comment="Gọi 0912345678 không ai nghe")])
    report = made(engine, "satisfaction")
    result = next(found for found in report.results if found.indicator.id == "satisfaction")
    assert (result.now.numerator, result.now.denominator, result.now.value) == (0, 1, Decimal("0.00"))
    assert result.now.interval is not None
    assert result.now.interval.high == Decimal("79.35")
    quotes = [quote for section in report.sections for quote in section.quotes]
    assert len(quotes) == 1
    assert "0912345678" not in quotes[0]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_period_is_a_report_too(engine: Engine, fill: Fill, profile: Profile, kind: str) -> None:
    fill()
    report = made(engine, kind, parse_period("2028-02"))
    assert all(value is None or value == 0 for _, _, value in figures(report).values())
    for name in FORMS:
        assert write_form(name, report, profile)


def test_renamed_units_are_one(engine: Engine, fill: Fill) -> None:
    fill(dossiers=[dossier("2026-07-01", unit="Phòng Thương mại"), dossier("2026-08-01", unit="Phòng QLTM")])
    reporting = Reporting(renamed_units={"Phòng QLTM": ("Phòng Thương mại",)})
    rows = form(made(engine, reporting=reporting), 1)
    assert [(row[1], row[2]) for row in rows] == [("Tổng cộng", 2), ("Phòng QLTM", 2)]
    assert form(made(engine, reporting=reporting, units=("Phòng QLTM",)))[0][2] == 2
    assert form(made(engine, units=("Phòng QLTM",)))[0][2] == 1


def test_a_scope_the_store_cannot_tell_apart_says_so(engine: Engine, fill: Fill) -> None:
    fill(dossiers=[dossier("2026-07-01")])
    found = figures(made(engine, units=("Phòng Quản lý thương mại",)))
    assert found["received_total"][0] == 1
    assert found["bot_questions"] == (None, None, None)


def test_cases_on_time(engine: Engine, fill: Fill) -> None:
    fill(
        cases=[
            case("2026-07-01", "2026-07-10", "2026-07-22"),
            case("2026-07-01", "2026-07-23", "2026-07-22"),
            case("2026-07-02", None, "2026-07-22"),
            case("2026-07-02", None, "2026-07-22", stage="withdrawn"),
            case("2026-07-02", "2026-07-03", kind="low_rating"),
        ]
    )
    found = figures(made(engine, "satisfaction"))
    assert found["cases_received"][0] == 4
    assert found["cases_on_time"] == (1, 2, Decimal("50.00"))
    assert found["cases_open_at_end"][0] == found["cases_open_late"][0] == 1


def test_a_period_that_runs_is_compared_with_as_much_of_the_last(engine: Engine, fill: Fill) -> None:
    fill(dossiers=[dossier("2026-07-05"), dossier("2026-09-29"), dossier("2026-10-02")])
    report = made(engine, period=parse_period("2026-Q4"))  # it is 26 November
    received = next(found for found in report.results if found.indicator.id == "received_total")
    assert report.as_of == date(2026, 11, 26)
    assert (received.now.numerator, received.before.numerator) == (1, 1)


def test_own_targets_must_name_an_indicator(engine: Engine, fill: Fill) -> None:
    fill()
    wrong = OwnTarget("happiness", Decimal(1), date(2026, 1, 1), None, "…")
    with pytest.raises(DataError, match="there is no indicator 'happiness'"):
        made(engine, reporting=Reporting(targets=(wrong,)))


def test_document_layout(engine: Engine, fill: Fill, profile: Profile) -> None:
    fill(dossiers=[dossier("2026-07-01", "2026-07-10", "2026-07-09")])
    own = Reporting("UBND TỈNH MẪU", "BC-SCT", "Hà Tĩnh", "GIÁM ĐỐC", "Nguyễn Văn A", ("UBND tỉnh",))
    report = made(engine, reporting=own)
    document = Document(io.BytesIO(write_form("docx", report, replace(profile, reporting=own))))
    page = document.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 20]
    assert document.styles["Normal"].font.name == "Times New Roman"
    head = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert "UBND TỈNH MẪU" in head[0]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in head[1]
    assert "/BC-SCT" in head[2]
    assert head[3] == "Hà Tĩnh, ngày 26 tháng 11 năm 2026"
    signed = next(place for place, table in enumerate(document.tables) if "Nơi nhận" in table.cell(0, 0).text)
    annexes = document.tables[signed + 1 :]
    assert [len(table.columns) for table in annexes] == [14, 14]
    assert document.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    assert sum(found.text.startswith("PHỤ LỤC") for found in document.paragraphs) == 2
    foot = [cell.text for cell in document.tables[signed].rows[0].cells]
    assert "Nơi nhận:\n- UBND tỉnh;" in foot[0]
    assert foot[1].startswith("GIÁM ĐỐC")
    assert foot[1].endswith("Nguyễn Văn A")


def test_workbook_has_live_formulas_and_texts_stay_texts(
    engine: Engine, fill: Fill, profile: Profile
) -> None:
    fill(dossiers=[dossier("2026-07-01", "2026-07-10", "2026-07-09", field="=1+1")])
    book = load_workbook(io.BytesIO(write_form("xlsx", made(engine), profile)))
    sheet = book["II.06a lĩnh vực"]
    assert [sheet.cell(6, column).value for column in (3, 7, 11)] == ["=D6+E6+F6", "=H6+I6+J6", "=L6+M6"]
    assert sheet["N6"].value == '=IF(AND(C6=G6+K6,MIN(C6:M6)>=0),"Khớp","Lệch")'
    assert (sheet["B7"].value, sheet["B7"].data_type) == ("=1+1", "s")
    page = write_form("html", made(engine, "settlement"), profile).decode()
    assert "<script" not in page
    assert "data:image/png;base64," in page


def test_moments_near_midnight_belong_to_the_day_in_vietnam(engine: Engine, fill: Fill) -> None:
    late = datetime(2026, 6, 30, 17, 30, tzinfo=timezone.utc)  # half past midnight, 1 July
    fill(dossiers=[dossier("2026-07-01", received_at=late)])
    assert figures(made(engine))["received_total"][0] == 1
    assert local("2026-07-01", 0) < late
    assert Scope().chosen == {}
