"""Makes pages from templates and texts, and serves the console's own files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import yaml
from aiohttp import web

from bot.staff.visitor import account_of, csrf_token
from knowledge.department.profile import Profile
from knowledge.staff.roles import load_roles

HERE = Path(__file__).parent
CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FOR_EVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class TextsFirst(jinja2.Environment):
    """Looks into a mapping before its methods: a text may be named ``clear`` or ``update``."""

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - jinja's own signature
        """Return what ``obj.attribute`` means in a template."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Pages:
    """The console's templates with the department's name and the Vietnamese texts."""

    def __init__(self, profile: Profile) -> None:
        self.texts: dict[str, Any] = {}
        for path in sorted((HERE / "texts").glob("*.yml")):
            self.texts[path.stem] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._files = {
            path.name: (path.read_bytes(), CONTENT_TYPES[path.suffix])
            for path in sorted((HERE / "static").iterdir())
            if path.suffix in CONTENT_TYPES
        }
        digest = hashlib.sha256()
        for name, (body, _kind) in self._files.items():
            digest.update(name.encode() + b"\0" + body)
        self._version = digest.hexdigest()[:12]
        self._environment = TextsFirst(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(moment=moment, day=day, sentence=sentence)
        self._environment.globals.update(
            t=self.texts,
            profile=profile,
            assets=f"/staff/assets/{self._version}",
            roles=load_roles().titles,
        )

    def page(self, request: web.Request, template: str, status: int = 200, **values: object) -> web.Response:
        """Return a page. What the one signed in may not do is known to it as ``may``."""
        account = account_of(request)
        role = account.role if account is not None else ""
        html = self._environment.get_template(template).render(
            account=account,
            csrf=csrf_token(request),
            may=lambda permission: load_roles().allows(role, permission),
            done=self._done(request),
            path=request.path,
            **values,
        )
        return web.Response(text=html, content_type="text/html", status=status)

    def error(self, request: web.Request, status: int, reason: str = "") -> web.Response:
        """Return the page of an error."""
        texts: Mapping[str, str] = self.texts["errors"]
        text = texts.get(reason) or texts.get(str(status)) or texts["500" if status >= 500 else "400"]
        return self.page(request, "error.html", status, message=text)

    def _done(self, request: web.Request) -> str:
        """The sentence of what was just done, named in the address after a form."""
        done: Mapping[str, str] = self.texts["done"]
        return done.get(request.query.get("done", ""), "")

    def file(self, version: str, name: str) -> web.Response | None:
        """Return one of the console's own files; today's, not to be kept, for a version no longer ours."""
        found = self._files.get(name)
        if found is None:
            return None
        cache = FOR_EVER if version == self._version else "no-cache"
        response = web.Response(body=found[0], headers={"Cache-Control": cache})
        response.content_type, response.charset = found[1], "utf-8"
        response.enable_compression()
        return response


async def secure(request: web.Request, response: web.StreamResponse) -> None:
    """Headers of every answer of the console: own files only, framed by nobody, kept by no cache."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "DENY"
    response.headers.setdefault("Cache-Control", "no-store")


def moment(value: datetime | None) -> str:
    """A moment in Vietnam's time."""
    return value.astimezone(TIME_ZONE).strftime("%d/%m/%Y %H:%M") if value is not None else ""


def day(value: date | datetime | None) -> str:
    """A day in Vietnam's calendar."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(TIME_ZONE)
    return value.strftime("%d/%m/%Y")


def sentence(text: str) -> str:
    """A text with a capital at its start and the rest as it is (Roman numbers stay)."""
    return text[:1].upper() + text[1:]
