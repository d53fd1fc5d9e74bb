"""Settings that are safe to change while the assistant runs."""

from __future__ import annotations

from aiohttp import web

from bot.staff.access import needs
from bot.staff.forms import form_of
from bot.staff.guard import change, see_other
from bot.staff.keys import DESK, PAGES
from bot.staff.visitor import officer
from knowledge.preferences.store import (
    OFF,
    PreferenceError,
    all_preferences,
    change_preferences,
    present_values,
)

ROUTES = web.RouteTableDef()


@ROUTES.get("/preferences")
@needs("preferences.work")
async def show(request: web.Request) -> web.StreamResponse:
    """All of them with their values."""
    return await _page(request)


async def _page(request: web.Request, error: str = "") -> web.Response:
    return request.config_dict[PAGES].page(
        request,
        "preferences.html",
        422 if error else 200,
        items=list(all_preferences().values()),
        values=await request.config_dict[DESK].run(present_values),
        wrong=error,
    )


@ROUTES.post("/preferences")
@needs("preferences.work")
async def save(request: web.Request) -> web.StreamResponse:
    """Change what differs."""
    form, account = form_of(request), officer(request)
    values = {
        name: form.fields.get(name, OFF)
        for name, item in all_preferences().items()
        if item.kind == "flag" or name in form.fields
    }
    try:
        await change(
            request,
            lambda session: change_preferences(session, values, account.name),
            "preferences.change",
            **values,
        )
    except PreferenceError as error:
        return await _page(request, str(error))
    return see_other("/staff/preferences?done=saved")
