"""The description of the chat API, kept as YAML next to the handlers and served as JSON."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from bot.gateway.json_response import json_response


@cache
def load_document() -> dict[str, Any]:
    """Read ``openapi.yml``."""
    document: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("openapi.yml").read_text(encoding="utf-8")
    )
    return document


async def document(_request: web.Request) -> web.Response:
    """``GET /api/openapi.json``."""
    return json_response(load_document())
