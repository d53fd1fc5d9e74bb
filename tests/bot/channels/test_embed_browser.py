"""The snippet on a department's own site: another origin, with a strict policy of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.fixtures.gateway import RunningGateway, StartGateway

pytestmark = pytest.mark.browser

LABEL = "Hỏi về thủ tục hành chính"
OPEN_SHADOW_TREES = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return attach.call(this, {...options, mode: "open"});
};
"""
"""The snippet closes its shadow tree; the test's eyes need it open."""


@asynccontextmanager
async def host_site(gateway_url: str, port: int) -> AsyncIterator[None]:
    """A site whose policy allows what docs/channels/web.md says it has to, and nothing else."""

    async def home(_request: web.Request) -> web.Response:
        html = (
            "<!DOCTYPE html><html lang='vi'><head><title>Sở Công Thương</title></head><body><main><h1>Sở</h1>"
            "<p><a href='#x'>Liên kết</a></p></main>"
            f"<script src='{gateway_url}/embed.js' defer></script></body></html>"
        )
        policy = f"default-src 'self'; script-src {gateway_url}; frame-src {gateway_url}; style-src 'self'"
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def no_icon(_request: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    app.router.add_get("/", home)
    app.router.add_get("/favicon.ico", no_icon)
    server = TestServer(app, host="localhost", port=port)
    async with server:
        yield


class Site:
    """The host page and what its console complained about."""

    def __init__(self, page: Page, gateway: RunningGateway, address: str) -> None:
        self.page = page
        self.gateway = gateway
        self.address = address
        self.complaints: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def visit(self) -> None:
        await self.page.goto(self.address)

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")


@pytest.fixture
async def site(browser: Browser, start_gateway: StartGateway) -> AsyncIterator[Site]:
    port = unused_port()
    origin = f"http://localhost:{port}"
    gateway = await start_gateway(TTHC_EMBED_ORIGINS=origin)
    context = await browser.new_context(viewport={"width": 1000, "height": 800}, reduced_motion="reduce")
    await context.add_init_script(OPEN_SHADOW_TREES)
    async with host_site(gateway.url, port):
        yield Site(await context.new_page(), gateway, f"{origin}/")
        await context.close()


async def test_a_citizen_asks_from_the_departments_own_site(site: Site) -> None:
    await site.visit()
    await site.page.get_by_role("button", name=LABEL).click()
    box = site.frame.get_by_label("Câu hỏi của anh/chị")
    await expect(box).to_be_focused()
    await box.fill("phí bao nhiêu?")
    await box.press("Enter")

    await expect(site.frame.get_by_text("Đã nghe: phí bao nhiêu?")).to_be_visible()
    assert site.complaints == []


async def test_escape_closes_and_the_focus_returns(site: Site) -> None:
    await site.visit()
    button = site.page.get_by_role("button", name=LABEL)
    await button.focus()
    await site.page.keyboard.press("Enter")
    await expect(site.page.get_by_role("dialog")).to_be_visible()
    await expect(site.frame.get_by_label("Câu hỏi của anh/chị")).to_be_focused()
    await site.page.keyboard.press("Escape")

    await expect(site.page.get_by_role("dialog")).to_be_hidden()
    await expect(button).to_be_focused()
    await site.page.keyboard.press("Enter")
    await expect(site.frame.get_by_label("Câu hỏi của anh/chị")).to_be_focused()
    await site.page.get_by_role("button", name="Đóng trợ lý").click()
    await expect(button).to_be_focused()


async def test_closing_keeps_the_conversation(site: Site) -> None:
    await site.visit()
    await site.page.get_by_role("button", name=LABEL).click()
    box = site.frame.get_by_label("Câu hỏi của anh/chị")
    await expect(box).to_be_focused()
    await box.fill("một")
    await box.press("Enter")
    await expect(site.frame.get_by_text("Đã nghe: một")).to_be_visible()
    await site.page.get_by_role("button", name="Đóng trợ lý").click()
    await site.page.get_by_role("button", name=LABEL).click()

    await expect(site.frame.get_by_text("Đã nghe: một")).to_be_visible()


async def test_the_site_keeps_its_globals_and_loads_nothing_before_it_is_asked(site: Site) -> None:
    asked: list[str] = []
    site.page.on("request", lambda request: asked.append(request.url))
    await site.page.add_init_script("window.before = Object.getOwnPropertyNames(window)")
    await site.visit()
    await expect(site.page.get_by_role("button", name=LABEL)).to_be_visible()

    added = await site.page.evaluate(
        "Object.getOwnPropertyNames(window).filter((n) => !window.before.includes(n))"
    )
    assert added == ["before"]
    assert asked == [site.address, f"{site.gateway.url}/embed.js"]


@pytest.mark.parametrize("width", [360, 1000])
async def test_the_panel_fits_the_screen_and_axe_finds_nothing(site: Site, width: int) -> None:
    await site.page.set_viewport_size({"width": width, "height": 740})
    await site.visit()
    closed = await Axe().run(site.page)
    await site.page.get_by_role("button", name=LABEL).click()
    await expect(site.frame.get_by_label("Câu hỏi của anh/chị")).to_be_focused()
    panel = await site.page.get_by_role("dialog").bounding_box()
    opened = await Axe().run(site.page)

    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= width
    assert panel["y"] + panel["height"] <= 740
    assert await site.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for results in (closed, opened):
        assert results.violations_count == 0, results.generate_report()


async def test_a_site_that_is_not_named_cannot_frame_the_page(
    browser: Browser, start_gateway: StartGateway
) -> None:
    gateway = await start_gateway(TTHC_EMBED_ORIGINS="https://sct.example.gov.vn")
    port = unused_port()
    page = await browser.new_page()
    await page.add_init_script(OPEN_SHADOW_TREES)
    async with host_site(gateway.url, port):
        await page.goto(f"http://localhost:{port}/")
        async with page.expect_event("console", lambda said: "frame-ancestors" in said.text):
            await page.get_by_role("button", name=LABEL).click()
        assert not [frame for frame in page.frames if frame.url.startswith(gateway.url)]
        await page.close()
