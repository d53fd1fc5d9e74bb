"""An officer's morning in Chromium; every page is checked by axe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from knowledge.learning.models import Lesson
from knowledge.messaging.events import append_event
from tests.bot.staff.conftest import PASSWORD, Console
from tests.bot.staff.records import CODE, NOW, add_case, add_conversation, add_missed, add_rating

pytestmark = pytest.mark.browser
PAGES = (
    "/",
    "/live",
    "/cases",
    "/cases/1",
    "/feedback",
    "/feedback/1",
    "/conversations",
    "/conversations/1",
    "/live/1",
    "/questions",
    "/lessons",
    "/names?text=xang",
    "/names/2.000648",
    "/indicators",
    "/indicators/rows?id=satisfaction",
    "/reports",
    "/catalogue",
    "/notices",
    "/preferences",
    "/users",
    "/users/1",
    "/audit",
    "/account",
    "/no-such-page",
)


async def checked(page: Page, pictures: Path, name: str) -> None:
    await page.screenshot(path=pictures / f"{name}.png", full_page=True)
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"


async def signed_in(browser: Browser, console: Console, role: str) -> Page:
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(f"{console.url}/staff/")
    await page.get_by_label("Tên đăng nhập").fill(role)
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Hôm nay")
    return page


@pytest.fixture
def filled(console: Console, published: None) -> Console:
    with console.sessions.begin() as session:
        conversation = add_conversation(session).id
        add_case(session, conversation)
        add_missed(session, conversation, 1, "giấy bán dầu ở bản")
        lesson = {"wordings": ["cây dầu đầu làng"], "created_at": NOW, "created_by": "Lan"}
        session.add(Lesson(target="procedure", value=CODE, **lesson))
        for number in range(1, 6):
            add_rating(session, number, conversation_id=conversation, unit="Phòng Quản lý thương mại")
    return console


async def test_every_page_is_accessible(browser: Browser, filled: Console, tmp_path: Path) -> None:
    page = await browser.new_page()
    await page.goto(f"{filled.url}/staff/sign-in")
    await checked(page, tmp_path, "sign-in")
    page = await signed_in(browser, filled, "administrator")
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        await page.goto(f"{filled.url}/staff{path}")
        await checked(page, tmp_path, re.sub(r"\W+", "-", path.strip("/")) or "board")
    assert [text for text in problems if "404" not in text] == []


async def test_a_complaint_is_answered_and_a_talk_taken_over(browser: Browser, filled: Console) -> None:
    page = await signed_in(browser, filled, "officer")
    await page.get_by_role("link", name="PA-261126-0001").click()
    await page.get_by_label("Nội dung").fill("Hồ sơ chỉ cần nộp một lần.")
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Trả lời", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Đã trả lời")
    await page.goto(f"{filled.url}/staff/live/1")
    await page.get_by_role("button", name="Nhận cuộc trò chuyện").click()
    with filled.sessions.begin() as session:
        append_event(session.connection(), 1, {"author": "system", "text": "Tin vừa đến"})
    await expect(page.get_by_text("Tin vừa đến")).to_be_visible()
    await page.get_by_label("Tin nhắn cho người dân").fill("Chào bác.")
    await page.get_by_role("button", name="Gửi").click()
    await expect(page.locator("#talk")).to_contain_text("Chào bác.")


async def test_the_console_is_used_by_keyboard_alone(browser: Browser, filled: Console) -> None:
    page = await signed_in(browser, filled, "officer")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


async def test_lists_are_printed_without_what_cannot_be_used_on_paper(
    browser: Browser, filled: Console
) -> None:
    page = await signed_in(browser, filled, "officer")
    for path, row in (("/feedback", "Chưa rõ phí 3"), ("/cases", "PA-261126-0001")):
        await page.goto(f"{filled.url}/staff{path}")
        await page.emulate_media(media="print")
        await expect(page.get_by_text(row)).to_be_visible()
        await expect(page.get_by_role("button", name="Lọc")).to_be_hidden()
        await expect(page.get_by_role("button", name="Thực hiện")).to_be_hidden()
        await page.emulate_media(media="screen")
