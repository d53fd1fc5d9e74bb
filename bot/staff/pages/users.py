"""Accounts of officers, for administrators."""

from __future__ import annotations

from aiohttp import web

from bot.staff.access import needs
from bot.staff.forms import form_of
from bot.staff.guard import mark_audited, see_other
from bot.staff.keys import DESK, PAGES
from bot.staff.visitor import actor, now
from knowledge.staff.accounts import (
    AccountError,
    change_account,
    create_account,
    get_account,
    list_accounts,
    reset_password,
)

ROUTES = web.RouteTableDef()


@ROUTES.get("/users")
@needs("users.work")
async def show(request: web.Request) -> web.StreamResponse:
    """All accounts and the form of a new one."""
    return await _list(request)


async def _list(
    request: web.Request, error: str = "", told: tuple[str, str] | None = None, status: int = 200
) -> web.Response:
    pages = request.config_dict[PAGES]
    return pages.page(
        request,
        "users.html",
        status,
        accounts=await request.config_dict[DESK].run(list_accounts),
        error=pages.texts["users"]["errors"][error] if error else "",
        told=told,
        now=now(),
    )


@ROUTES.post("/users")
@needs("users.work")
async def create(request: web.Request) -> web.StreamResponse:
    """Make an account and show its first password, this once."""
    form = form_of(request)
    try:
        account, password = await request.config_dict[DESK].run(
            create_account,
            actor(request),
            name=form.text("name"),
            full_name=form.text("full_name"),
            role=form.text("role"),
        )
    except AccountError as error:
        return await _list(request, error.reason, status=422)
    mark_audited(request)
    return await _list(request, told=(account.name, password))


@ROUTES.get(r"/users/{id:\d{1,9}}")
@needs("users.work")
async def edit(request: web.Request) -> web.StreamResponse:
    """One account."""
    return await _one(request)


async def _one(request: web.Request, error: str = "", status: int = 200) -> web.Response:
    pages, account_id = request.config_dict[PAGES], int(request.match_info["id"])
    try:
        shown = await request.config_dict[DESK].run(get_account, account_id)
    except AccountError as unknown:
        raise web.HTTPNotFound from unknown
    text = pages.texts["users"]["errors"][error] if error else ""
    return pages.page(request, "user.html", status, shown=shown, error=text, now=now())


@ROUTES.post(r"/users/{id:\d{1,9}}")
@needs("users.work")
async def save(request: web.Request) -> web.StreamResponse:
    """Change an account."""
    form = form_of(request)
    try:
        await request.config_dict[DESK].run(
            change_account,
            actor(request),
            int(request.match_info["id"]),
            full_name=form.text("full_name"),
            role=form.text("role"),
            is_active=form.is_on("is_active"),
        )
    except AccountError as error:
        return await _one(request, error.reason, 422)
    mark_audited(request)
    return see_other("/staff/users?done=saved")


@ROUTES.post(r"/users/{id:\d{1,9}}/password")
@needs("users.work")
async def reset(request: web.Request) -> web.StreamResponse:
    """Give an account a new first password and show it, this once."""
    account_id = int(request.match_info["id"])
    desk = request.config_dict[DESK]
    try:
        password = await desk.run(reset_password, actor(request), account_id)
        account = await desk.run(get_account, account_id)
    except AccountError as unknown:
        raise web.HTTPNotFound from unknown
    mark_audited(request)
    return await _list(request, told=(account.name, password))
