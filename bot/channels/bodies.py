"""Bodies of webhooks: read within a time, decoded without trust."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

BODY_SECONDS = 10.0
"""How long a caller may take to send its body; channels send it at once."""


async def read_body(request: web.Request, limit: int | None = None) -> bytes:
    """Return the raw body, as it was signed; ``limit`` is for channels whose bodies are large, in bytes.

    Raises:
        HTTPRequestTimeout: it did not come in time.
        HTTPRequestEntityTooLarge: it is larger than the application takes.
    """
    if limit is not None:
        request = request.clone(client_max_size=limit)
    try:
        return await asyncio.wait_for(request.read(), BODY_SECONDS)
    except asyncio.TimeoutError:
        raise web.HTTPRequestTimeout from None


def json_object(raw: bytes) -> dict[str, Any] | None:
    """Return the JSON object in ``raw``, None when it holds anything else or is not UTF-8."""
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
