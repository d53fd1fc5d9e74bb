"""Every route with every role and with none; what declares nothing does not start."""

import re

import pytest
from aiohttp import web

from bot.staff.access import UndeclaredRouteError, access_of, check_routes, needs
from bot.staff.pages import MODULES
from knowledge.staff.roles import load_roles
from tests.bot.staff.conftest import ROLES

ROUTES = [
    pytest.param(route.method, route.path, access_of(route.handler), id=f"{route.method} {route.path}")
    for module in MODULES
    for route in module.ROUTES
    if not access_of(route.handler).is_public
]


def address(path):
    """An address of a route: of things that do not exist."""
    filled = re.sub(r"\{(id|picture|number):[^}]+\}\}", "99", path)
    filled = re.sub(r"\{code:[^}]+\}\}", "9.999999", filled)
    return re.sub(r"\{(kind|action):([a-z]+)[^}]*\}", r"\2", filled.replace("{action:[a-z_]{3,20}}", "note"))


async def test_every_route_with_every_role_and_none(console):
    nobody = console.browser()
    await nobody.get("/sign-in")
    wrong = []
    for parameter in ROUTES:
        method, path, _access = parameter.values
        response = await (nobody.get if method == "GET" else nobody.post)(address(path))
        expected = 303 if method == "GET" else 401
        if response.status != expected or (
            method == "GET" and "/sign-in" not in response.headers["Location"]
        ):
            wrong.append(("nobody", parameter.id, response.status))
    for role in ROLES:
        browser = await console.as_(role)
        for parameter in ROUTES:
            method, path, access = parameter.values
            if path == "/sign-out":
                continue
            response = await (browser.get if method == "GET" else browser.post)(address(path))
            is_let_in = response.status != 403
            if is_let_in != load_roles().allows(role, access.permission) or response.status >= 500:
                wrong.append((role, parameter.id, response.status))
    assert wrong == []


def test_a_route_without_a_permission_does_not_start():
    async def handler(request):
        return web.Response()

    app = web.Application()
    app.router.add_get("/secret", handler)
    with pytest.raises(UndeclaredRouteError, match="secret"):
        check_routes(app)


def test_a_permission_that_is_not_in_the_table_is_none():
    with pytest.raises(KeyError):
        needs("everything.work")


async def test_menus_offer_only_what_is_allowed(console):
    page = await (await (await console.as_("viewer")).get("/")).text()
    assert "/staff/cases" in page
    assert "/staff/users" not in page
    assert "/staff/live" not in page


async def test_views_of_personal_data_are_written_down_and_others_not(console):
    browser = await console.as_("officer")
    await browser.get("/cases?stage=received&text=0912345678")
    await browser.get("/catalogue")
    (view,) = console.log("view:")
    assert (view.actor, view.action, view.subject) == ("officer", "view:cases.view", "cases")
    assert view.detail == {"stage": "received", "searched": True}
