"""Lists of ratings, cases and conversations: filters, pages, bulk work, exports; citizens' words are text."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.staff.export import plain
from knowledge.cases.models import CaseFile, CaseLabel
from knowledge.feedback.models import Rating, RatingLabel
from knowledge.jobs.models import JobRun
from knowledge.messaging.models import OutboxMessage
from tests.bot.staff.records import NOW, SCRIPT, add_case, add_conversation, add_missed, add_rating


async def test_pages_hold_every_rating_once(console):
    with console.sessions.begin() as session:
        for number in range(120):
            add_rating(session, number)
    browser = await console.as_("officer")
    seen, path = [], "/feedback?channel=web"
    while path:
        page = await (await browser.get(path)).text()
        seen += re.findall(r'name="id" value="(\d+)"', page)
        following = re.search(r'rel="next" href="/staff([^"]+)"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=ro+phi+3", 1),
        ("score=2", 0),
        ("procedure_code=2.000648", 5),
        ("procedure_code=2.000648'+OR+1=1--", 0),
        ("text=%25", 0),
        ("channel=%27%3B+DROP+TABLE+rating--", 0),
        ("since=2999-01-01", 0),
        ("since=khong-phai-ngay", 5),
        ("reviewed=1", 0),
        ("after=", 5),
    ],
)
async def test_filters(console, query, found):
    with console.sessions.begin() as session:
        for number in range(1, 6):
            add_rating(session, number)
    page = await (await (await console.as_("officer")).get(f"/feedback?{query}")).text()
    assert len(re.findall(r'name="id" value="\d+"', page)) == found


async def test_a_cursor_that_was_made_up_is_refused(console):
    browser = await console.as_("officer")
    for path in ("/feedback?after=x", "/cases?after=%00", "/conversations?after=MQ", "/live?after=zz"):
        assert (await browser.get(path)).status == 400


async def test_bulk_work_on_ratings(console, accounts):
    with console.sessions.begin() as session:
        ids = [add_rating(session, number).id for number in range(3)]
    browser = await console.as_("officer")
    chosen = [("id", str(number)) for number in ids[:2]]
    officer = accounts["officer"]
    for fields in (
        [("action", "assign"), ("account", str(officer))],
        [("action", "label"), ("value", "Phí, lệ phí")],
        [("action", "reviewed")],
    ):
        response = await browser.post("/feedback/bulk", [*chosen, *fields, ("back", "score=1")])
        assert response.headers["Location"] == "/staff/feedback?score=1&done=feedback"
    with console.sessions() as session:
        ratings = [session.get(Rating, number) for number in ids]
        assert [rating.assigned_to for rating in ratings] == [officer, officer, None]
        assert [rating.reviewed_at is not None for rating in ratings] == [True, True, False]
        assert session.query(RatingLabel).count() == 2
    assert {entry.action for entry in console.log("feedback.")} == {
        "feedback.assign",
        "feedback.label",
        "feedback.reviewed",
    }
    assert (await browser.post("/feedback/bulk", [*chosen, ("action", "delete")])).status == 400


async def test_notes_on_a_rating(console):
    with console.sessions.begin() as session:
        rating = add_rating(session).id
    browser = await console.as_("officer")
    await browser.post(f"/feedback/{rating}/note", {"text": f"Đã gọi lại {SCRIPT}"})
    page = await (await browser.get(f"/feedback/{rating}")).text()
    assert "Đã gọi lại &lt;script&gt;" in page


async def test_what_a_citizen_wrote_is_never_markup(console):
    with console.sessions.begin() as session:
        conversation = add_conversation(session, SCRIPT).id
        add_rating(session, comment=SCRIPT, comment_plain="x", unit=SCRIPT, field=SCRIPT)
        case = add_case(session, conversation, subject=SCRIPT, text=SCRIPT, unit=SCRIPT).id
    browser = await console.as_("administrator")
    for path in (
        "/",
        "/feedback",
        "/feedback/1",
        f"/feedback?text={SCRIPT}&label={SCRIPT}",
        "/cases",
        f"/cases/{case}",
        "/conversations",
        f"/conversations/{conversation}",
        f"/live/{conversation}",
        "/audit",
        f"/audit?actor={SCRIPT}",
    ):
        page = await (await browser.get(path)).text()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


async def test_every_text_of_a_page_is_a_text(console):
    browser = await console.as_("administrator")
    for path in ("/feedback", "/cases", "/conversations", "/audit", "/catalogue", "/users", "/questions"):
        page = await (await browser.get(path)).text()
        assert "&lt;" not in page, path


async def test_overdue_cases_come_first(console):
    with console.sessions.begin() as session:
        for number, days in ((1, 5), (2, -3), (3, 1)):
            add_case(session, None, number, due_at=NOW + timedelta(days=days))
        add_case(session, None, 4, due_at=None, stage="closed")
    browser = await console.as_("viewer")
    page = await (await browser.get("/cases")).text()
    assert re.findall(r"PA-261126-(\d{4})</a>", page) == ["0002", "0003", "0001"]
    page = await (await browser.get("/cases?overdue=1")).text()
    assert re.findall(r"PA-261126-(\d{4})</a>", page) == ["0002"]
    page = await (await browser.get("/cases?view=all")).text()
    assert len(re.findall(r"PA-261126-(\d{4})</a>", page)) == 4


FORMULAS = ("=1+1", "+84 912", "-5", "@SUM(A1)", "\t=1", "  =HYPERLINK(1)")


async def test_exports_hold_no_formulas(console):
    with console.sessions.begin() as session:
        for number, text in enumerate(FORMULAS):
            add_rating(session, number, comment=text, comment_plain="x")
    browser = await console.as_("officer")
    response = await browser.http.get(f"{browser.url}/staff/feedback/export.csv")
    rows = list(csv.reader(io.StringIO((await response.read()).decode("utf-8-sig"))))
    assert [row[8] for row in rows[1:]] == [f"'{text}" for text in FORMULAS]
    response = await browser.http.get(f"{browser.url}/staff/feedback/export.xlsx")
    content = await response.read()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [row[8] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [f"'{text}" for text in FORMULAS]
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert len(console.log("view:feedback.export")) == 2


async def test_exports_follow_the_filter(console):
    with console.sessions.begin() as session:
        add_rating(session, 1, score=2)
        add_rating(session, 2, score=1)
        add_case(session, None)
    browser = await console.as_("officer")
    response = await browser.http.get(f"{browser.url}/staff/feedback/export.csv?score=2")
    assert (await response.text()).count("\n") == 2
    response = await browser.http.get(f"{browser.url}/staff/cases/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(await response.read())).active
    assert sheet["A2"].value == "PA-261126-0001"


@given(st.text())
def test_no_text_begins_like_a_formula(text):
    value = plain(text)
    assert not value.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


async def test_bulk_work_on_cases(console, accounts):
    with console.sessions.begin() as session:
        ids = [add_case(session, None, number).id for number in (1, 2)]
    browser = await console.as_("officer")
    chosen = [("id", str(number)) for number in ids]
    await browser.post("/cases/bulk", [*chosen, ("action", "unit"), ("value", "Phòng Công nghiệp")])
    await browser.post("/cases/bulk", [*chosen, ("action", "assign"), ("account", str(accounts["officer"]))])
    with console.sessions() as session:
        for number in ids:
            case = session.get(CaseFile, number)
            assert (case.unit, case.assigned_to) == ("Phòng Công nghiệp", accounts["officer"])


async def test_why_the_assistant_answered_so(console):
    with console.sessions.begin() as session:
        conversation = add_conversation(session).id
    page = await (await (await console.as_("officer")).get(f"/conversations/{conversation}")).text()
    assert "thủ tục 2.000648" in page
    assert "0.93" in page
    assert "documents" in page


@pytest.mark.parametrize(
    ("path", "role", "found"),
    [
        ("/conversations/export.csv?channel=web", "officer", 2),
        ("/conversations/export.csv?channel=zalo", "officer", 1),
        ("/questions/export.csv", "officer", 4),
        ("/audit/export.csv?actor=viewer", "administrator", 1),
        ("/audit/export.csv?action=sign_in", "administrator", 2),
    ],
)
async def test_every_filtered_list_is_exported(console, path, role, found):
    with console.sessions.begin() as session:
        conversation = add_conversation(session).id
        for number in range(3):
            add_missed(session, conversation, number, "=1+1 giấy bán xăng ở quê")
    browser = await console.as_(role)
    response = await browser.http.get(f"{browser.url}/staff{path}")
    rows = list(csv.reader(io.StringIO((await response.read()).decode("utf-8-sig"))))
    assert (response.status, len(rows)) == (200, found)
    assert all(not cell.startswith("=") for row in rows for cell in row)
    response = await browser.http.get(f"{browser.url}/staff{path.replace('.csv', '.xlsx')}")
    sheet = openpyxl.load_workbook(io.BytesIO(await response.read())).active
    assert [cell.value for cell in sheet[1]] == rows[0]


async def test_one_rating_is_worked_on_on_its_own_page(console, accounts):
    with console.sessions.begin() as session:
        rating = add_rating(session).id
    browser = await console.as_("officer")
    fields = {"id": str(rating), "one": "1", "action": "assign", "account": str(accounts["officer"])}
    response = await browser.post("/feedback/bulk", fields)
    assert response.headers["Location"] == f"/staff/feedback/{rating}?done=one_feedback"
    assert "Cán bộ xử lý" in await (await browser.get(f"/feedback/{rating}")).text()


async def test_labels_of_cases_are_taken_away_and_choosing_nothing_is_told(console):
    with console.sessions.begin() as session:
        case = add_case(session, None).id
    browser = await console.as_("officer")
    for action, count in (("label", 1), ("unlabel", 0)):
        await browser.post("/cases/bulk", {"id": str(case), "action": action, "value": "Phí"})
        with console.sessions() as session:
            assert session.query(CaseLabel).count() == count
    for path in ("/cases/bulk", "/feedback/bulk"):
        response = await browser.post(path, {"action": "label", "value": "Phí"})
        assert (response.status, "Chưa chọn dòng nào" in await response.text()) == (400, True)


async def test_the_board_says_what_has_to_be_done_now(console):
    with console.sessions.begin() as session:
        conversation = add_conversation(session).id
        add_missed(session, conversation, 1, "giấy gì đó")
        add_rating(session, 1)
        add_rating(session, 2, reviewed_at=NOW)
        add_rating(session, 3, created_at=NOW - timedelta(days=60))
        session.add(JobRun(name="send-notices", next_at=NOW, failures=2, error="OSError"))
        for number, values in enumerate(
            ({"due_at": NOW}, {"state": "dead", "done_at": NOW}, {"done_at": NOW})
        ):
            session.add(
                OutboxMessage(
                    conversation_id=conversation,
                    origin=f"turn:{number}",
                    channel="zalo",
                    created_at=NOW - timedelta(hours=1),
                    **values,
                )
            )
    page = await (await (await console.as_("officer")).get("/")).text()
    shown = {label: int(value) for value, label in re.findall(r"<strong>(\d+)</strong> <span>([^<]+)", page)}
    assert shown["Đánh giá xấu chưa ai xem"] == 1
    assert shown["Câu chưa trả lời được"] == 1
    assert shown["Tin chưa gửi được cho người dân"] == 2
    assert "send-notices" in page
