"""Forms of other sites, headers, uploads: tried and refused."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp import FormData

from bot.staff import guard
from knowledge.preferences.store import OFF, preference


async def test_a_form_without_the_token_changes_nothing(console):
    browser = await console.as_("administrator")
    browser.csrf = ""
    response = await browser.post("/users", {"name": "evil", "full_name": "E", "role": "administrator"})
    assert response.status == 403
    assert console.log("users.create") == []


async def test_the_token_of_another_browser_is_refused(console):
    victim, attacker = await console.as_("administrator"), await console.as_("viewer")
    victim.csrf = attacker.csrf
    response = await victim.post("/users", {"name": "evil", "full_name": "E", "role": "administrator"})
    assert response.status == 403


async def test_a_browser_that_says_the_form_is_of_another_site_is_believed(console):
    browser = await console.as_("administrator")
    response = await browser.post(
        "/users",
        {"name": "evil", "full_name": "E", "role": "viewer"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert response.status == 403


async def test_signing_in_needs_the_token_too(console):
    browser = console.browser()
    response = await browser.post("/sign-in", {"name": "officer", "password": "x"})
    assert response.status == 403


async def test_headers_of_pages_errors_and_files(console):
    browser = await console.as_("viewer")
    page = await (await browser.get("/")).text()
    style = page.split('rel="stylesheet" href="/staff')[1].split('"')[0]
    for path in ("/", "/users", "/no-such-page", style):
        headers = (await browser.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Server"] == "tthc"
    assert (await browser.get("/")).headers["Cache-Control"] == "no-store"
    assert "<style" not in page
    assert " style=" not in page
    assert "onclick" not in page


async def test_a_change_that_is_not_written_down_is_an_error(console, monkeypatch):
    browser = await console.as_("administrator")
    monkeypatch.setattr(guard, "mark_audited", lambda request: None)
    fields = {"text": "Nghỉ lễ", "channel": "all", "starts_on": "2026-12-01", "ends_on": "2026-12-02"}
    assert (await browser.post("/notices", fields)).status == 500


@pytest.mark.parametrize(
    "name", ["../../../../tmp/evil.xlsx", "..\\..\\evil.csv", "/etc/passwd", "a.php", "x" * 300 + ".csv"]
)
async def test_names_of_uploads_lead_nowhere(console, tmp_path, name):
    browser = await console.as_("editor")
    form = FormData()
    form.add_field("csrf", browser.csrf)
    form.add_field("file", b"khong phai danh muc", filename=name)
    response = await browser.http.post(f"{browser.url}/staff/catalogue", data=form, allow_redirects=False)
    assert response.status == 422, await response.text()
    assert "passwd" not in await response.text()


async def test_a_file_before_the_token_is_refused(console):
    browser = await console.as_("editor")
    form = FormData()
    form.add_field("file", b"x" * 1000, filename="a.csv")
    form.add_field("csrf", browser.csrf)
    response = await browser.http.post(f"{browser.url}/staff/catalogue", data=form, allow_redirects=False)
    assert response.status == 403


async def test_uploads_have_their_own_limit(start_gateway, accounts, sqlite_sessions):
    from tests.bot.staff.conftest import Console

    console = Console(await start_gateway(TTHC_STAFF_UPLOAD_MIB="1"), sqlite_sessions)
    try:
        browser = await console.as_("editor")
        for size, status in ((900_000, 422), (1_200_000, 413)):
            form = FormData()
            form.add_field("csrf", browser.csrf)
            form.add_field("file", io.BytesIO(b"x" * size), filename="a.csv")
            response = await browser.http.post(
                f"{browser.url}/staff/catalogue", data=form, allow_redirects=False
            )
            assert response.status == status
        form = FormData()
        form.add_field("csrf", browser.csrf)
        form.add_field("file", b"x", filename="a.csv")
        response = await browser.http.post(f"{browser.url}/staff/notices", data=form)
        assert response.status == 403, "only the routes that say so take files"
    finally:
        await console.close()


async def test_a_notice_stands_on_the_citizens_page_until_it_is_withdrawn(console):
    browser = await console.as_("editor")
    fields = {
        "text": "Nghỉ lễ <b>1/1</b>",
        "channel": "web",
        "starts_on": "2020-01-01",
        "ends_on": "2020-12-31",
    }
    await browser.post("/notices", fields)
    page = await (await console.gateway.client.get("/chat")).text()
    assert "Nghỉ lễ" not in page, "it is over"
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
    await browser.post("/notices", {**fields, "starts_on": today, "ends_on": today})
    page = await (await console.gateway.client.get("/chat")).text()
    assert "Nghỉ lễ &lt;b&gt;1/1&lt;/b&gt;" in page
    assert (await browser.post("/notices/2/withdraw")).status == 303
    assert "Nghỉ lễ" not in await (await console.gateway.client.get("/chat")).text()


async def test_preferences_are_checked_and_written_down(console):
    browser = await console.as_("administrator")
    assert (await browser.post("/preferences", {"greeting_note": "x" * 301})).status == 422
    assert (await browser.post("/preferences", {"greeting_note": "Trực thứ Bảy"})).status == 303
    with console.sessions() as session:
        assert preference(session, "greeting_note") == "Trực thứ Bảy"
        assert preference(session, "ask_for_ratings") == OFF, "its box was not ticked"
    assert len(console.log("preferences.change")) == 1
