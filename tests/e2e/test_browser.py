"""The real page in Chromium with the real service behind it, on a phone's screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from benchmarks.service import Service

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

PHONE = ViewportSize(width=360, height=740)
QUESTION = "Mình muốn mở cây xăng thì cần giấy tờ gì, nộp ở đâu, bao lâu có?"
ANSWER_MS = 20_000


class Visit:
    """A page, the errors that happened on it, and the addresses elsewhere that it asked for."""

    def __init__(self, page: Page, service: Service) -> None:
        self.page = page
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda sent: self._note(sent.url, service.url))

    def _note(self, url: str, own: str) -> None:
        if not url.startswith(own):
            self.elsewhere.append(url)

    @property
    def messages(self) -> Locator:
        return self.page.locator("#log article")

    async def type_and_send(self, text: str) -> None:
        """Type on the keyboard only: the field has the focus, or one gets there by Tab."""
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")

    async def wait_for_messages(self, count: int) -> Locator:
        await expect(self.messages).to_have_count(count, timeout=ANSWER_MS)
        return self.messages.nth(count - 1)


@pytest.fixture
async def visit(browser: Browser, service: Service) -> AsyncIterator[Visit]:
    context = await browser.new_context(viewport=PHONE, locale="vi-VN", reduced_motion="reduce")
    opened = Visit(await context.new_page(), service)
    await opened.page.goto(service.url)
    yield opened
    await context.close()


async def focus_the_field_by_keyboard(page: Page) -> None:
    for _ in range(30):
        if await page.evaluate("document.activeElement.id") == "message":
            return
        await page.keyboard.press("Tab")
    pytest.fail("the field cannot be reached with the Tab key")


async def violations(page: Page) -> str:
    results = await Axe().run(page)
    return results.generate_report() if results.violations_count else ""


async def test_the_first_conversation_on_a_phone(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    assert await violations(page) == ""

    await focus_the_field_by_keyboard(page)
    await visit.type_and_send(QUESTION)
    answer = await visit.wait_for_messages(2)

    for fact in ("2.000648", "15 ngày làm việc", "1040/QĐ-BCT", "18/07/2026", "dichvucong.gov.vn"):
        await expect(answer).to_contain_text(fact)
    await expect(page.locator("#log[aria-live=polite]")).to_have_count(1)
    await page.screenshot(path=tmp_path / "first-answer.png")
    assert await violations(page) == ""

    await page.get_by_role("button", name="Phí, lệ phí").click()
    fee = await visit.wait_for_messages(4)
    await expect(fee).to_contain_text("Thông tư 168/2016/TT-BTC")
    await expect(visit.messages.nth(2)).to_contain_text("Phí, lệ phí")
    await page.screenshot(path=tmp_path / "fee.png")

    await visit.page.locator("#message").focus()
    await visit.type_and_send("thế cấp lại?")
    again = await visit.wait_for_messages(6)
    await expect(again).to_contain_text("2.000647")
    assert await violations(page) == ""

    said = await visit.messages.all_inner_texts()
    await page.reload()
    await visit.wait_for_messages(6)
    assert await visit.messages.all_inner_texts() == said
    await page.screenshot(path=tmp_path / "after-reload.png")

    await visit.page.locator("#message").focus()
    await visit.type_and_send("bao lâu có?")
    later = await visit.wait_for_messages(8)
    await expect(later).to_contain_text("2.000647")
    assert visit.errors == []
    assert visit.elsewhere == []
    print(f"screenshots: {tmp_path}")  # noqa: T201 - where to look at them


async def test_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    await visit.page.locator("#message").focus()
    await visit.type_and_send("sử dụng vật liệu nổ công nghiệp căn cứ pháp lý, giấy tờ gì")
    await visit.wait_for_messages(2)

    assert await visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await visit.page.evaluate("document.getElementById('scroll').scrollWidth") <= PHONE["width"]


async def test_markup_in_a_question_stays_text(visit: Visit) -> None:
    await visit.page.locator("#message").focus()
    await visit.type_and_send("<img src=x onerror=alert(1)> mở cây xăng")
    await visit.wait_for_messages(2)

    await expect(visit.messages.first).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(visit.page.locator("#log img")).to_have_count(0)
    assert visit.errors == []


async def test_a_choice_is_tapped(visit: Visit) -> None:
    await visit.page.locator("#message").focus()
    await visit.type_and_send("giấy phép cho công ty vốn nước ngoài cần giấy tờ gì")
    await visit.wait_for_messages(2)
    choice = visit.page.locator(".quick button").nth(1)
    chosen = await choice.inner_text()
    await choice.click()
    answer = await visit.wait_for_messages(4)

    await expect(visit.messages.nth(2)).to_contain_text(chosen)
    await expect(answer).to_contain_text("Giấy tờ cần nộp")
