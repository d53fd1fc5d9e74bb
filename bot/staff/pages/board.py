"""Today's board: what waits for somebody, and what the assistant did."""

from __future__ import annotations

from aiohttp import web

from bot.staff.access import needs
from bot.staff.board import read_board
from bot.staff.keys import DESK, PAGES
from bot.staff.visitor import now, officer

ROUTES = web.RouteTableDef()


@ROUTES.get("/")
@needs("board.view")
async def show(request: web.Request) -> web.StreamResponse:
    """The board."""
    board = await request.config_dict[DESK].run(read_board, officer(request).id, now())
    return request.config_dict[PAGES].page(request, "board.html", board=board)
