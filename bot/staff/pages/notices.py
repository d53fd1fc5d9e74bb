"""Dated notices to citizens."""

from __future__ import annotations

from aiohttp import web

from bot.staff.access import needs
from bot.staff.forms import form_of
from bot.staff.guard import change, see_other
from bot.staff.keys import DESK, PAGES
from bot.staff.periods import read_day, today
from bot.staff.visitor import officer
from knowledge.notices.store import CHANNELS, NoticeError, add_notice, list_notices, withdraw_notice

ROUTES = web.RouteTableDef()


@ROUTES.get("/notices")
@needs("notices.view")
async def show(request: web.Request) -> web.StreamResponse:
    """All notices and the form of a new one."""
    return await _page(request)


async def _page(request: web.Request, error: str = "") -> web.Response:
    pages = request.config_dict[PAGES]
    return pages.page(
        request,
        "notices.html",
        422 if error else 200,
        notices=await request.config_dict[DESK].run(list_notices),
        channels=CHANNELS,
        today=today(),
        error=pages.texts["notices"]["errors"][error] if error else "",
        given=form_of(request).fields if error else {},
    )


@ROUTES.post("/notices")
@needs("notices.work")
async def add(request: web.Request) -> web.StreamResponse:
    """Write a notice."""
    form, account = form_of(request), officer(request)
    starts_on, ends_on = read_day(form.text("starts_on")), read_day(form.text("ends_on"))
    if starts_on is None or ends_on is None:
        return await _page(request, "period")
    try:
        await change(
            request,
            lambda session: (
                add_notice(
                    session,
                    channel=form.text("channel"),
                    text=form.text("text"),
                    starts_on=starts_on,
                    ends_on=ends_on,
                    by=account.id,
                ).id
            ),
            "notices.add",
            "notice {result}",
            channel=form.text("channel"),
            text=form.text("text"),
            period=f"{starts_on} – {ends_on}",
        )
    except NoticeError as error:
        return await _page(request, error.reason)
    return see_other("/staff/notices?done=notice_added")


@ROUTES.post(r"/notices/{id:\d{1,9}}/withdraw")
@needs("notices.work")
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Show a notice no longer."""
    notice = int(request.match_info["id"])
    try:
        await change(
            request,
            lambda session: withdraw_notice(session, notice),
            "notices.withdraw",
            f"notice {notice}",
        )
    except NoticeError as error:
        raise web.HTTPNotFound from error
    return see_other("/staff/notices?done=notice_withdrawn")
