"""Signing in, with the second factor when the account has one, and out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from aiohttp import web

from bot.staff.access import PUBLIC, needs
from bot.staff.forms import form_of
from bot.staff.guard import change, mark_audited, see_other
from bot.staff.keys import DESK, PAGES, RULES, SEALER, SIGN_INS
from bot.staff.limits import client_address
from bot.staff.visitor import COOKIE, account_of, browser_token, now, officer, set_cookie
from knowledge.staff.accounts import account_name, has_accounts
from knowledge.staff.sessions import end_session
from knowledge.staff.sign_in import Attempt, Step, try_code, try_password

ROUTES = web.RouteTableDef()
CODE_TIME = timedelta(minutes=5)
"""How long after the password the code may be typed."""


@ROUTES.get("/sign-in")
@needs(PUBLIC)
async def show(request: web.Request) -> web.StreamResponse:
    """The form, or the board when somebody is signed in."""
    if account_of(request) is not None:
        return see_other("/staff/")
    return await _form(request)


async def _form(request: web.Request, status: int = 200, error: str = "", ticket: str = "") -> web.Response:
    wanted = request.query.get("next", "") or (
        "" if request.method == "GET" else form_of(request).text("next")
    )
    pages = request.config_dict[PAGES]
    response = pages.page(
        request,
        "sign_in.html",
        status,
        error=pages.texts["sign_in"]["errors"][error] if error else "",
        ticket=ticket,
        wanted=_inside(wanted),
        is_new=not await request.config_dict[DESK].run(has_accounts),
    )
    set_cookie(request, response, browser_token(request))
    return response


def _inside(path: str) -> str:
    """Return a path of the console, whatever was asked for: nobody is led elsewhere after signing in."""
    parts = urlsplit(path)
    good = not parts.scheme and not parts.netloc and parts.path.startswith("/staff/") and "\\" not in path
    return path if good and path.isprintable() else "/staff/"


@ROUTES.post("/sign-in")
@needs(PUBLIC)
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check a password or a code. The session gets a token that no browser has seen before."""
    form, address = form_of(request), client_address(request)
    mark_audited(request)  # `try_password` and `try_code` write the log themselves
    ticket = _read_ticket(request, form.text("ticket"))
    name = f"account {ticket}" if ticket is not None else account_name(form.text("name"))
    if not request.config_dict[SIGN_INS].allows(address, name):
        return await _form(request, 429, "too_many")
    rules, desk = request.config_dict[RULES], request.config_dict[DESK]
    if ticket is not None:
        attempt = await desk.run(
            try_code,
            rules,
            request.config_dict[SEALER],
            account_id=ticket,
            code=form.text("code"),
            address=address,
            now=now(),
        )
    else:
        attempt = await desk.run(
            try_password, rules, name=name, password=form.text("password"), address=address, now=now()
        )
    return await _answer(request, attempt, ticket is not None)


async def _answer(request: web.Request, attempt: Attempt, was_code: bool) -> web.StreamResponse:
    form = form_of(request)
    if attempt.step is Step.NEEDS_CODE:
        return await _form(request, ticket=_ticket(request, attempt.account_id))
    if attempt.step is Step.REFUSED or attempt.token is None:
        return await _form(request, 422, "code" if was_code else "refused", form.text("ticket"))
    response = see_other(_inside(form.text("next")))
    set_cookie(request, response, attempt.token)
    return response


def _ticket(request: web.Request, account_id: int | None) -> str:
    """Say to the form of the code whose password was right, in this browser and for some minutes."""
    until = int((now() + CODE_TIME).timestamp())
    return request.config_dict[SEALER].seal(f"{account_id}|{until}|{browser_token(request)}")


def _read_ticket(request: web.Request, ticket: str) -> int | None:
    opened = request.config_dict[SEALER].open(ticket) if ticket else None
    if opened is None:
        return None
    account_id, until, token = opened.split("|", 2)
    is_late = datetime.fromtimestamp(int(until), timezone.utc) < now()
    return None if is_late or token != browser_token(request) else int(account_id)


@ROUTES.post("/sign-out")
@needs("own.account")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session and forget its token."""
    token = browser_token(request)
    await change(
        request, lambda session: end_session(session, token), "sign_out", f"account {officer(request).id}"
    )
    response = see_other("/staff/sign-in")
    response.del_cookie(COOKIE, path="/staff")
    return response
