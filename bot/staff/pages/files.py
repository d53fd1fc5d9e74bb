"""The console's own style, script and icon."""

from __future__ import annotations

from aiohttp import web

from bot.staff.access import PUBLIC, needs
from bot.staff.keys import PAGES

ROUTES = web.RouteTableDef()


@ROUTES.get("/assets/{version}/{name}")
@needs(PUBLIC)
async def asset(request: web.Request) -> web.StreamResponse:
    """A file of the console."""
    found = request.config_dict[PAGES].file(request.match_info["version"], request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    return found
