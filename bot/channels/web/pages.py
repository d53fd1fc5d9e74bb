"""Serves the chat page, its files under a versioned path, and the embed script."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jinja2
import yaml
from aiohttp import web

from knowledge.department.profile import Profile
from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.samples import Sample, load_samples
from knowledge.dossiers.statuses import words_of

HERE = Path(__file__).parent
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "no-cache"
EMBED_MAX_AGE = "public, max-age=3600"


@dataclass(frozen=True)
class Asset:
    """A file of the page, ready to send."""

    body: bytes
    packed: bytes
    content_type: str

    @classmethod
    def read(cls, path: Path) -> Asset:
        """Read and compress the file at ``path``."""
        body = path.read_bytes()
        return cls(body, gzip.compress(body, mtime=0), CONTENT_TYPES[path.suffix])

    def response(self, request: web.Request, cache: str) -> web.Response:
        """The file as an answer, compressed for whoever takes it."""
        headers = {"Content-Type": self.content_type, "Cache-Control": cache, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=self.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=self.body, headers=headers)


@dataclass(frozen=True)
class SampleLine:
    """A sample dossier as a trial copy lists it."""

    code: str
    digits: str
    status: str

    @classmethod
    def of(cls, sample: Sample) -> SampleLine:
        """The line of one sample."""
        return cls(sample.code, sample.digits, words_of(sample.row.status).name)


def _today() -> date:
    return datetime.now(LOCAL).date()


class WebPages:
    """The pages of one department.

    Args:
        profile: whose assistant it is.
        catalogue_date: asks for the date that the published catalogue holds for (None: nothing published).
        max_text_chars: how much of a message is read; the page counts towards it.
        notices: asks for what the department wants visitors to know today.
    """

    def __init__(
        self,
        profile: Profile,
        catalogue_date: Callable[[], Awaitable[date | None]],
        max_text_chars: int,
        notices: Callable[[], Awaitable[list[str]]] | None = None,
    ) -> None:
        self._profile = profile
        self._catalogue_date = catalogue_date
        self._notices = notices
        self._max_text_chars = max_text_chars
        self._page: dict[str, Any] = yaml.safe_load((HERE / "page.yml").read_text(encoding="utf-8"))
        self._assets = {
            path.name: Asset.read(path)
            for path in sorted((HERE / "static").iterdir())
            if path.suffix in CONTENT_TYPES
        }
        digest = hashlib.sha256()
        for name, asset in self._assets.items():
            digest.update(name.encode() + b"\0" + asset.body)
        self._version = digest.hexdigest()[:12]
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("chat.html")
        self._samples = [SampleLine.of(one) for one in load_samples(_today())] if profile.sample else []

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the page at ``/`` and ``/chat``, its files and ``/embed.js``."""
        router.add_get("/", self.chat_page)
        router.add_get("/chat", self.chat_page)
        router.add_get("/embed.js", self.embed_script)
        router.add_get("/assets/{version}/{name}", self.asset)

    async def chat_page(self, request: web.Request) -> web.Response:
        """The chat page, made for this department and the catalogue's date."""
        as_of = await self._catalogue_date()
        html = self._template.render(
            page=self._page,
            profile=self._profile,
            samples=self._samples,
            announcements=await self._notices() if self._notices is not None else [],
            as_of=as_of.strftime("%d/%m/%Y") if as_of is not None else None,
            assets=f"/assets/{self._version}",
            config=json.dumps(
                {"texts": self._page["script"], "maxChars": self._max_text_chars}, ensure_ascii=False
            ),
        )
        return web.Response(text=html, content_type="text/html", headers={"Cache-Control": FOR_NOW})

    async def asset(self, request: web.Request) -> web.Response:
        """A file of the page; a version that is no longer ours gets today's file, not cached."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        current = request.match_info["version"] == self._version
        return asset.response(request, FOR_EVER if current else FOR_NOW)

    async def embed_script(self, request: web.Request) -> web.Response:
        """The script that a department's own site includes: the one file other origins may load."""
        response = self._assets["embed.js"].response(request, EMBED_MAX_AGE)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
