"""One's own account: the password and the second factor."""

from __future__ import annotations

import io

import segno
from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.forms import form_of
from bot.staff.guard import change, mark_audited, see_other
from bot.staff.keys import DESK, PAGES, PROFILE, SEALER
from bot.staff.visitor import COOKIE, actor, now, officer
from knowledge.staff.accounts import AccountError, change_password, get_account
from knowledge.staff.passwords import WeakPasswordError, password_matches
from knowledge.staff.second_factor import enrolment_uri, new_secret, used_step

ROUTES = web.RouteTableDef()


@ROUTES.get("/account")
@needs("own.account")
async def show(request: web.Request) -> web.StreamResponse:
    """The page."""
    return _page(request)


def _page(
    request: web.Request, error: str = "", secret: str = "", status: int | None = None
) -> web.StreamResponse:
    pages = request.config_dict[PAGES]
    drawing = ""
    if secret:
        uri = enrolment_uri(secret, officer(request).name, request.config_dict[PROFILE].short_name)
        out = io.BytesIO()
        segno.make(uri, micro=False).save(out, kind="svg", scale=5, xmldecl=False, svgns=False, title="QR")
        drawing = out.getvalue().decode()
    return pages.page(
        request,
        "account.html",
        status or (422 if error else 200),
        error=pages.texts["account"]["errors"][error] if error else "",
        secret=secret,
        sealed=request.config_dict[SEALER].seal(secret) if secret else "",
        drawing=drawing,
    )


@ROUTES.post("/account/password")
@needs("own.account")
async def set_password(request: web.Request) -> web.StreamResponse:
    """Change the password; afterwards one signs in anew."""
    form, account = form_of(request), officer(request)
    if form.text("wanted") != form.text("again"):
        return _page(request, "different")
    try:
        await request.config_dict[DESK].run(
            change_password,
            actor(request),
            account.id,
            present=form.text("present"),
            wanted=form.text("wanted"),
        )
    except (AccountError, WeakPasswordError) as error:
        return _page(request, error.reason)
    mark_audited(request)
    response = see_other("/staff/sign-in?done=password")
    response.del_cookie(COOKIE, path="/staff")
    return response


@ROUTES.post("/account/second-factor/begin")
@needs("own.account")
async def begin(request: web.Request) -> web.StreamResponse:
    """Show a new secret; nothing is kept before the first code proves that the app has it."""
    mark_audited(request)
    return _page(request, secret=new_secret())


@ROUTES.post("/account/second-factor")
@needs("own.account")
async def turn_on(request: web.Request) -> web.StreamResponse:
    """Keep the secret."""
    form, account = form_of(request), officer(request)
    secret = request.config_dict[SEALER].open(form.text("sealed")) or ""
    step = used_step(secret, form.text("code"), now(), 0) if secret else None
    if step is None:
        return _page(request, "code", secret)
    sealed = request.config_dict[SEALER].seal(secret)

    def keep(session: Session) -> None:
        mine = get_account(session, account.id)
        mine.totp_sealed, mine.totp_step = sealed, step

    await change(request, keep, "own.second_factor_on", f"account {account.id}")
    return see_other("/staff/account?done=second_factor_on")


@ROUTES.post("/account/second-factor/off")
@needs("own.account")
async def turn_off(request: web.Request) -> web.StreamResponse:
    """Give the second factor up; the password is asked for once more."""
    account, password = officer(request), form_of(request).text("present")

    def forget(session: Session) -> None:
        mine = get_account(session, account.id)
        if not password_matches(mine.password_hash, password):
            raise AccountError("wrong_password")
        mine.totp_sealed, mine.totp_step = None, 0

    try:
        await change(request, forget, "own.second_factor_off", f"account {account.id}")
    except AccountError as error:
        return _page(request, error.reason)
    return see_other("/staff/account?done=second_factor_off")
