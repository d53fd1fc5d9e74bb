"""The page of figures, the rows behind each, and reports made at the console."""

import asyncio
import io
import re
import zipfile
from datetime import timedelta

import pytest

from knowledge.department.profile import load_profile
from knowledge.privacy.sealing import Sealer
from knowledge.reports.models import ReportRun
from knowledge.reports.refresh import refresh
from tests.bot.staff.records import SCRIPT
from tests.knowledge.reports.conftest import MODELS, NOW, ROOT, add, case, dossier, rating

QUARTER = "year=2026&part=Q3"


@pytest.fixture
def quarter(console):
    """Three dossiers of a quarter, one of them late, two scores and a complaint."""
    engine = console.sessions.kw["bind"]
    rows = {
        "dossiers": [
            dossier("2026-07-01", "2026-07-10", "2026-07-08"),
            dossier("2026-07-02", "2026-07-10", "2026-07-20", submitted_via="direct"),
            dossier("2026-08-02", "2026-12-10", unit=SCRIPT),
        ],
        "ratings": [rating("2026-07-05", 3), rating("2026-07-05", 1)],
        "cases": [case("2026-07-05", handled="2026-07-09")],
    }
    for kind, found in rows.items():
        add(engine, MODELS[kind], *found)
    refresh(engine, load_profile(ROOT / "department.yml"), Sealer("a secret of the tests, long enough"), NOW)
    return console


def line_of(page, name):
    """The row of an indicator, without markup."""
    row = next(found for found in page.split("<tr>") if name in found)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))


async def test_figures_with_numerator_denominator_and_target(quarter):
    page = await (await (await quarter.as_("viewer")).get(f"/indicators?{QUARTER}")).text()
    assert "66,67% 2 / 3" in line_of(page, "Tỷ lệ hồ sơ tiếp nhận trực tuyến")
    assert "50,00%" in line_of(page, "giải quyết trước hạn")
    assert "<script>alert" not in page


async def test_a_unit_narrows_every_figure(quarter):
    viewer = await quarter.as_("viewer")
    page = await (
        await viewer.get(f"/indicators?{QUARTER}", params={"unit": "Phòng Quản lý thương mại"})
    ).text()
    assert "50,00% 1 / 2" in line_of(page, "Tỷ lệ hồ sơ tiếp nhận trực tuyến")


async def test_an_empty_period_shows_no_shares(quarter):
    page = await (await (await quarter.as_("viewer")).get("/indicators?year=2024&part=Q1")).text()
    assert "– 0 / 0" in line_of(page, "Tỷ lệ hồ sơ tiếp nhận trực tuyến")


@pytest.mark.parametrize(
    "query", ["year=2026&part=13", "year=x", "since=2026-07-01", "since=2026-07-02&until=2026-07-01"]
)
async def test_a_period_that_is_none_is_told(console, query):
    response = await (await console.as_("viewer")).get(f"/indicators?{query}")
    assert response.status == 400
    assert "Kỳ báo cáo chưa đúng" in await response.text()


async def test_rows_behind_a_figure(quarter):
    officer = await quarter.as_("officer")
    page = await (await officer.get(f"/indicators/rows?{QUARTER}&id=settled_late")).text()
    assert page.count("H27.12-") == 1
    assert "Quá hạn" in page
    (view,) = quarter.log("view:reports.rows")
    assert view.subject == "indicators"
    assert view.detail["id"] == "settled_late"
    for query in ("id=nothing", "id=settled_late&measure=turns", ""):
        assert (await officer.get(f"/indicators/rows?{QUARTER}&{query}")).status == 404


async def test_every_indicator_has_a_page_of_its_rows(quarter):
    officer = await quarter.as_("officer")
    page = await (await officer.get(f"/indicators?{QUARTER}")).text()
    links = {
        found.replace("&amp;", "&") for found in re.findall(r'href="/staff(/indicators/rows[^"]+)"', page)
    }
    assert len(links) > 40
    for link in links:
        assert (await officer.get(link)).status == 200, link


async def made(console, browser, fields):
    """Ask for a report and wait for its files."""
    response = await browser.post("/reports", [*fields, ("year", "2026"), ("part", "Q3")])
    assert "done=report_asked" in response.headers["Location"]
    for _ in range(300):
        await asyncio.sleep(0.2)
        page = await (await browser.get("/reports")).text()
        if "Đang" not in page.partition("<tbody>")[2]:
            return page
    raise TimeoutError


async def test_a_report_is_made_beside_the_gateway_and_downloaded(quarter):
    officer = await quarter.as_("officer")
    page = await made(quarter, officer, [("what", "settlement"), ("form", "csv"), ("form", "xlsx")])
    assert "Xong" in page
    links = re.findall(r'href="/staff(/reports/\d+/\d+)"', page)
    assert len(links) == 2
    viewer = await quarter.as_("viewer")
    response = await viewer.http.get(f"{viewer.url}/staff{links[0]}")
    assert 'filename="bao-cao-settlement-2026-q3-calendar.xlsx"' in response.headers["Content-Disposition"]
    assert zipfile.is_zipfile(io.BytesIO(await response.read()))
    actions = [(entry.actor, entry.action) for entry in quarter.log("reports.")]
    assert actions == [("viewer", "reports.download"), ("officer", "reports.make")]
    assert (await viewer.get("/reports/1/7")).status == 404


async def test_what_cannot_be_made_is_refused(console):
    officer = await console.as_("officer")
    for fields in (
        [("what", "weather"), ("form", "csv")],
        [("what", "all")],
        [("what", "all"), ("form", "exe")],
    ):
        assert (await officer.post("/reports", fields)).status == 400
    assert console.log("reports.") == []


async def test_few_reports_wait_and_silent_ones_have_failed(console):
    with console.sessions.begin() as session:
        for number in range(6):
            session.add(
                ReportRun(
                    what="all",
                    period="2026-Q3",
                    days="calendar",
                    unit="",
                    field="",
                    forms=["csv"],
                    asked_at=NOW,
                    state="running",
                    step="count",
                    steps_done=1,
                    steps=3,
                    progress_at=NOW + timedelta(days=3650 if number else 0),
                    files=[],
                )
            )
    officer = await console.as_("officer")
    page = await (await officer.get("/reports")).text()
    assert page.count("Không làm được") == 1
    response = await officer.post("/reports", [("what", "all"), ("form", "csv")])
    assert response.headers["Location"] == "/staff/reports?done=report_too_many"
