"""The chat page as it is served: names, dates, escaping, files, and nothing inline."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web.pages import HERE, WebPages
from knowledge.department.profile import load_profile
from tests.fixtures.gateway import PROFILE, RunningGateway


class Page(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"} and data.strip():
            self.inline.append(data)

    def links(self) -> list[str]:
        return [
            str(attrs.get("href") or attrs.get("src"))
            for _, attrs in self.tags
            if {"href", "src"} & attrs.keys()
        ]


async def page_with(tmp_path: Path, as_of: date | None, content: str = PROFILE) -> str:
    profile = tmp_path / "profile.yml"
    profile.write_text(content, encoding="utf-8")

    async def catalogue_date() -> date | None:
        return as_of

    app = web.Application()
    WebPages(load_profile(profile), catalogue_date, 2000).add_routes(app.router)
    async with TestClient(TestServer(app)) as client:
        return await (await client.get("/chat")).text()


async def test_the_page_names_the_department_escaped(gateway: RunningGateway) -> None:
    response = await gateway.client.get("/")
    html = await response.text()

    assert response.content_type == "text/html"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Sở Công Thương tỉnh &lt;Mẫu&gt;" in html
    assert "<Mẫu>" not in html
    assert "Bản chạy thử" in html


async def test_the_page_tells_the_catalogues_date(tmp_path: Path) -> None:
    assert "18/07/2026" in await page_with(tmp_path, date(2026, 7, 18))


async def test_without_a_catalogue_the_page_claims_no_date(tmp_path: Path) -> None:
    html = await page_with(tmp_path, None)

    assert "None" not in html
    assert not re.search(r"\d\d/\d\d/\d{4}", html)


@pytest.mark.parametrize("path", ["/", "/chat"])
async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(gateway: RunningGateway, path: str) -> None:
    page = Page(await (await gateway.client.get(path)).text())

    assert page.inline == []
    assert not [name for _, attrs in page.tags for name in attrs if name == "style" or name.startswith("on")]
    assert all(link.startswith(("/assets/", "#")) for link in page.links())


async def test_the_page_is_labelled_for_everyone(gateway: RunningGateway) -> None:
    page = Page(await (await gateway.client.get("/")).text())
    tags = {tag for tag, _ in page.tags}
    labelled = {attrs.get("for") for tag, attrs in page.tags if tag == "label"}

    assert {"header", "main", "h1", "form", "noscript"} <= tags
    assert ("html", {"lang": "vi"}) in page.tags
    assert "message" in labelled
    assert any(attrs.get("role") == "log" and attrs.get("aria-live") == "polite" for _, attrs in page.tags)


async def test_every_file_of_the_page_is_served_for_ever_and_compressed(gateway: RunningGateway) -> None:
    page = Page(await (await gateway.client.get("/")).text())
    for link in [link for link in page.links() if link.startswith("/assets/")]:
        response = await gateway.client.get(link)
        assert response.status == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert (await response.read()) == (HERE / "static" / Path(link).name).read_bytes()


async def test_an_older_version_gets_todays_file_uncached(gateway: RunningGateway) -> None:
    response = await gateway.client.get(
        "/assets/000000000000/chat.js", headers={"Accept-Encoding": "identity"}
    )

    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(
    "name", ["../page.yml", "..%2fpage.yml", "%2e%2e%2fpages.py", "nothing.js", "chat.html"]
)
async def test_only_the_pages_own_files_are_served(gateway: RunningGateway, name: str) -> None:
    response = await gateway.client.get(f"/assets/x/{name}")

    assert response.status == 404


async def test_the_script_gets_every_word_it_uses(gateway: RunningGateway) -> None:
    page = Page(await (await gateway.client.get("/")).text())
    config = json.loads(
        next(str(attrs["content"]) for tag, attrs in page.tags if attrs.get("name") == "chat-config")
    )
    used = {
        name
        for script in (HERE / "static").glob("*.js")
        for name in re.findall(r"texts\.(\w+)", script.read_text(encoding="utf-8"))
    }

    assert config["maxChars"] == 2000
    assert used == set(config["texts"])


def test_the_welcome_offers_four_to_six_questions() -> None:
    words = yaml.safe_load((HERE / "page.yml").read_text(encoding="utf-8"))

    assert 4 <= len(words["suggestions"]) <= 6


async def test_a_trial_copy_lists_the_sample_dossiers_with_their_digits(gateway: RunningGateway) -> None:
    html = await (await gateway.client.get("/")).text()
    assert html.count("H00.12-") == 30
    assert "<code>H00.12-261102-0010</code>" in html


async def test_a_real_department_lists_none(tmp_path: Path) -> None:
    html = await page_with(tmp_path, None, PROFILE.replace("sample: true", "sample: false"))
    assert "H00.12" not in html
    assert "hồ sơ mẫu" not in html.lower()
