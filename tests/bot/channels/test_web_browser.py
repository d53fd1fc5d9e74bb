"""The chat page in a real browser, in front of a fake Rasa."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from bot.gateway.keys import INBOX
from knowledge.messaging.models import STAFF, Conversation
from tests.fixtures.gateway import RasaSwitch, RunningGateway, StartGateway
from tests.simulators.fake_rasa import Heard, custom, echo

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
FEE = {"title": "Phí bao nhiêu?", "payload": '/ask{"facet": "fee"}'}
ANSWER = (
    "Giấy tờ cần nộp:\n1. Đơn đề nghị.\n2. Bản kê.\n   - Kèm bản sao.\n\n"
    "Nộp tại https://dichvucong.gov.vn/p/home?x=1.\nNguồn: danh mục ngày 18/07/2026."
)


async def offer(heard: Heard) -> web.Response:
    """Answer a question with the papers and one button, a button with the fee."""
    if heard["message"].startswith("/"):
        return web.json_response([custom("Phí: 1.200.000 đồng.", outcome="answered")])
    return web.json_response([custom(ANSWER, [FEE], outcome="answered")])


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    opened = await browser.new_context(viewport=PHONE, reduced_motion="reduce", locale="vi-VN")
    opened.set_default_timeout(10_000)
    yield opened
    await opened.close()


@pytest.fixture
async def page(context: BrowserContext, gateway: RunningGateway, rasa: RasaSwitch) -> AsyncIterator[Page]:
    """The page on a phone; errors and violations of the policy fail the test."""
    rasa.fake.script = offer
    complaints: list[str] = []
    opened = await context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None,
    )
    await opened.goto(gateway.url)
    yield opened
    assert complaints == []


async def ask(page: Page, text: str) -> None:
    await page.get_by_label("Câu hỏi của anh/chị").fill(text)
    await page.keyboard.press("Enter")


def answers(page: Page):  # type: ignore[no-untyped-def]
    return page.locator(".message:not(.mine)")


async def test_a_conversation_with_a_quick_reply(page: Page, rasa: RasaSwitch) -> None:
    await ask(page, "Mở cây xăng cần gì?")
    await expect(answers(page)).to_have_count(1)
    await page.get_by_role("button", name="Phí bao nhiêu?").click()
    await expect(answers(page)).to_have_count(2)

    assert rasa.fake.messages == ["Mở cây xăng cần gì?", FEE["payload"]]
    await expect(page.locator(".mine").last).to_contain_text("Phí bao nhiêu?")
    await expect(answers(page).last).to_contain_text("1.200.000 đồng")
    await expect(page.locator(".quick")).to_have_count(0)


async def test_an_answer_is_shown_as_lists_links_and_sources(page: Page) -> None:
    await ask(page, "giấy tờ?")
    answer = answers(page).first

    await expect(answer.locator("ol > li")).to_have_count(2)
    await expect(answer.locator("ol > li ul > li")).to_have_text("Kèm bản sao.")
    await expect(answer.locator(".source")).to_have_text("Nguồn: danh mục ngày 18/07/2026.")
    link = answer.get_by_role("link")
    await expect(link).to_have_attribute("href", "https://dichvucong.gov.vn/p/home?x=1")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_an_answer_never_becomes_markup(page: Page, rasa: RasaSwitch) -> None:
    async def hostile(_heard: Heard) -> web.Response:
        text = '<img src=x onerror="document.title=1"> javascript:alert(1) http://plain.vn <b>đậm</b>'
        return web.json_response(
            [custom(text, [{"title": "<i>nút</i>", "payload": "/x"}], outcome="answered")]
        )

    rasa.fake.script = hostile
    await ask(page, "<script>document.title=2</script>")
    answer = answers(page).first

    await expect(answer).to_contain_text('<img src=x onerror="document.title=1">')
    await expect(page.get_by_role("button", name="<i>nút</i>")).to_be_visible()
    await expect(page.locator(".mine")).to_contain_text("<script>")
    assert await page.locator("#log :is(img, b, i, script, a)").count() == 0
    assert "Trợ lý" in await page.title()


async def test_while_an_officer_answers_no_empty_bubble_is_shown(
    page: Page, gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    await ask(page, "gặp cán bộ")
    await expect(answers(page)).to_have_count(1)
    with gateway.app[INBOX].engine.begin() as connection:
        connection.execute(sa.update(Conversation).values(handler=STAFF))
    await ask(page, "alo?")
    await expect(page.locator(".mine")).to_have_count(2)
    await expect(page.locator("#typing")).to_be_hidden()
    await page.reload()

    await expect(page.locator(".mine")).to_have_count(2)
    await expect(answers(page)).to_have_count(1)
    assert rasa.fake.messages == ["gặp cán bộ"]


async def test_a_reload_brings_the_conversation_back(page: Page, rasa: RasaSwitch) -> None:
    await ask(page, "giấy tờ?")
    await expect(answers(page)).to_have_count(1)
    await page.reload()

    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".mine")).to_contain_text("giấy tờ?")
    await page.get_by_role("button", name="Phí bao nhiêu?").click()
    await expect(answers(page)).to_have_count(2)
    assert len(rasa.fake.heard) == 2
    await page.reload()
    await expect(page.locator(".mine").last).to_contain_text("Phí bao nhiêu?")


async def test_a_new_conversation_starts_afresh(page: Page, rasa: RasaSwitch) -> None:
    await ask(page, "một")
    await expect(answers(page)).to_have_count(1)
    await page.get_by_role("button", name="Cuộc trò chuyện mới").click()
    await expect(page.get_by_role("heading", name="Xin chào")).to_be_visible()
    await ask(page, "hai")
    await expect(answers(page)).to_have_count(1)

    assert len({heard["sender"] for heard in rasa.fake.heard}) == 2


async def test_without_a_connection_the_message_waits_and_is_sent_once(
    page: Page, context: BrowserContext, rasa: RasaSwitch
) -> None:
    await context.set_offline(True)
    await ask(page, "giấy tờ?")
    await expect(page.get_by_text("Mất kết nối. Sẽ tự gửi lại…").first).to_be_visible()
    await context.set_offline(False)

    await expect(answers(page)).to_have_count(1)
    assert rasa.fake.messages == ["giấy tờ?"]
    await expect(page.locator(".state")).to_have_count(0)


async def test_a_lost_answer_is_fetched_again_without_acting_twice(page: Page, rasa: RasaSwitch) -> None:
    lost = 0

    async def lose_first(route: Route) -> None:
        nonlocal lost
        if lost:
            await route.continue_()
            return
        lost += 1
        await route.fetch()
        await route.abort("connectionreset")

    await page.route("**/api/chat", lose_first)
    await ask(page, "giấy tờ?")

    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".mine")).to_have_count(1)
    assert lost == 1
    assert rasa.fake.messages == ["giấy tờ?"]


async def test_when_nothing_helps_the_citizen_may_try_again(page: Page, rasa: RasaSwitch) -> None:
    await page.clock.install()
    await rasa.stop()
    await ask(page, "giấy tờ?")
    retry = page.get_by_role("button", name="Thử lại")
    for _ in range(6):
        await expect(page.locator(".state")).to_be_visible()
        await asyncio.sleep(0.2)
        await page.clock.fast_forward(20_000)
    await expect(retry).to_be_visible()
    await expect(page.locator(".state.failed")).to_contain_text("Tin nhắn đã được lưu")

    await rasa.start()
    await retry.click()
    await expect(answers(page)).to_have_count(1)
    assert rasa.fake.messages == ["giấy tờ?"]


async def test_a_message_left_unanswered_is_taken_up_after_a_reload(page: Page, rasa: RasaSwitch) -> None:
    await rasa.stop()
    await ask(page, "giấy tờ?")
    await expect(page.locator(".state")).to_be_visible()
    await rasa.start()
    await page.reload()

    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".mine")).to_have_count(1)
    assert rasa.fake.messages == ["giấy tờ?"]


async def test_a_conversation_the_server_lost_goes_on_in_a_new_one(page: Page, rasa: RasaSwitch) -> None:
    token = "x" * 43
    await page.evaluate(
        f"localStorage.setItem('tthc-chat', JSON.stringify({{token: '{token}', pending: []}}))"
    )
    await page.reload()
    await ask(page, "giấy tờ?")

    await expect(answers(page)).to_have_count(1)
    assert rasa.fake.messages == ["giấy tờ?"]


async def test_what_comes_outside_a_turn_appears_once(page: Page, gateway: RunningGateway) -> None:
    await ask(page, "giấy tờ?")
    await expect(answers(page)).to_have_count(1)
    token = await page.evaluate("JSON.parse(localStorage.getItem('tthc-chat')).token")
    gateway.push(token, "Cán bộ: hồ sơ đã đủ.")
    await expect(page.locator(".outside")).to_have_count(1)
    await expect(page.locator(".outside")).to_contain_text("hồ sơ đã đủ")
    await page.reload()
    await expect(page.locator(".outside")).to_have_count(1)
    gateway.push(token, "Tin thứ hai.", author="system")
    await expect(page.locator(".outside")).to_have_count(2)


async def test_telex_composition_does_not_send_early(page: Page, rasa: RasaSwitch) -> None:
    box = page.get_by_label("Câu hỏi của anh/chị")
    await box.fill("giay")
    press = (
        "(box, how) => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, ...how}))"
    )
    await box.evaluate(press, {"isComposing": True})
    await box.evaluate(press, {"keyCode": 229})
    await box.press("Shift+Enter")
    await expect(box).to_have_value("giay\n")
    assert await page.locator(".mine").count() == 0

    await box.press("Enter")
    await expect(answers(page)).to_have_count(1)
    assert rasa.fake.messages == ["giay"]


async def test_the_keyboard_alone_is_enough(page: Page, rasa: RasaSwitch) -> None:
    async def focused() -> str:
        return str(
            await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )

    visited = []
    for _ in range(4):
        await page.keyboard.press("Tab")
        visited.append(await focused())
    assert visited == ["Đến ô nhập câu hỏi", "restart", "scroll", "Mở cửa hàng xăng dầu cần giấy tờ gì?"]
    await page.keyboard.press("Enter")
    await expect(answers(page)).to_have_count(1)

    for _ in range(12):
        if await focused() == "Phí bao nhiêu?":
            break
        await page.keyboard.press("Tab")
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(answers(page)).to_have_count(2)
    assert await focused() == "scroll"
    assert len(rasa.fake.heard) == 2


async def test_the_skip_link_leads_to_the_question(page: Page) -> None:
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.get_by_label("Câu hỏi của anh/chị")).to_be_focused()


async def test_a_long_question_shows_how_much_is_read(page: Page) -> None:
    box, counter = page.get_by_label("Câu hỏi của anh/chị"), page.locator("#counter")
    await box.fill("x" * 1599)
    await expect(counter).to_be_empty()
    await box.fill("x" * 1600)
    await expect(counter).to_have_text("1600/2000 ký tự")
    await box.fill("x" * 2001)
    await expect(counter).to_contain_text("phần vượt quá sẽ không được đọc")


@pytest.mark.parametrize("width", [360, 320, 1280])
async def test_nothing_is_wider_than_the_screen(page: Page, rasa: RasaSwitch, width: int) -> None:
    async def wide(_heard: Heard) -> web.Response:
        text = f"1. {'dài' * 80}\nhttps://dichvucong.gov.vn/{'x' * 150}"
        return web.json_response(
            [custom(text, [{"title": "nút " * 40, "payload": "/x"}], outcome="answered")]
        )

    rasa.fake.script = wide
    await page.set_viewport_size({"width": width, "height": 740})
    await ask(page, "y" * 200)
    await expect(answers(page)).to_have_count(1)
    overflow = (
        "[...document.querySelectorAll('html, body, .scroll, .bubble, .quick button')]"
        ".filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.tagName)"
    )
    assert await page.evaluate(overflow) == []
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")


async def test_an_answer_can_be_copied(page: Page, context: BrowserContext) -> None:
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    await ask(page, "giấy tờ?")
    await page.get_by_role("button", name="Sao chép").click()

    await expect(page.get_by_role("status")).to_have_text("Đã sao chép câu trả lời.")
    assert await page.evaluate("navigator.clipboard.readText()") == ANSWER


async def test_replies_are_announced_and_restored_ones_are_not(page: Page) -> None:
    await ask(page, "giấy tờ?")
    await expect(page.get_by_role("status")).to_have_text("Trợ lý đang trả lời…")
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    await expect(answers(page)).to_have_count(1)
    await page.add_init_script(
        "addEventListener('DOMContentLoaded', () => new MutationObserver((all) => all.forEach((one) => {"
        " window.heard = [...(window.heard ?? []), one.target.getAttribute('aria-live')]; }))"
        ".observe(document.getElementById('log'), {attributes: true, attributeFilter: ['aria-live']}))"
    )
    await page.reload()
    await expect(answers(page)).to_have_count(1)
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    assert await page.evaluate("window.heard") == ["off", "polite"]


async def test_the_page_asks_no_one_else(
    context: BrowserContext, gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    rasa.fake.script = offer
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = await context.new_page()
    await page.goto(gateway.url)
    await ask(page, "giấy tờ?")
    await expect(answers(page)).to_have_count(1)

    assert len(asked) > 5
    assert [url for url in asked if not url.startswith(f"{gateway.url}/")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(
    browser: Browser, start_gateway: StartGateway, rasa: RasaSwitch, scheme: str
) -> None:
    gateway = await start_gateway()
    rasa.fake.script = offer
    context = await browser.new_context(viewport=PHONE, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(gateway.url)
    found = {"welcome": await Axe().run(page)}
    await ask(page, "giấy tờ? " + "x" * 1700)
    await expect(answers(page)).to_have_count(1)
    token = await page.evaluate("JSON.parse(localStorage.getItem('tthc-chat')).token")
    gateway.push(token, "Cán bộ trả lời.")
    await expect(page.locator(".outside")).to_have_count(1)
    rasa.fake.script = echo
    await rasa.stop()
    await page.get_by_label("Câu hỏi của anh/chị").fill("x" * 2001)
    found["conversation"] = await Axe().run(page)
    await page.keyboard.press("Enter")
    await expect(page.locator(".state")).to_be_visible()
    found["waiting"] = await Axe().run(page)
    await context.close()

    for state, results in found.items():
        assert results.violations_count == 0, f"{state}: {results.generate_report()}"


async def test_the_page_prints_the_conversation(page: Page) -> None:
    await ask(page, "giấy tờ?")
    await expect(answers(page)).to_have_count(1)
    await page.emulate_media(media="print")

    await expect(page.locator("#composer")).to_be_hidden()
    await expect(answers(page)).to_be_visible()
    assert re.match(
        r"rgba?\(0, 0, 0", await page.evaluate("getComputedStyle(document.querySelector('.top')).color")
    )
