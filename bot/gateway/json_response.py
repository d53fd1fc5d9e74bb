"""JSON answers as UTF-8 text: a third of the size of escapes in Vietnamese, and readable in a log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

from aiohttp import web

_dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def json_response(
    content: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return ``content`` as an uncached JSON answer."""
    return web.json_response(
        content, status=status, headers={"Cache-Control": "no-store", **(headers or {})}, dumps=_dumps
    )
