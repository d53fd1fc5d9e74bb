"""Who calls: the cookie, the account signed in with it, and the token that forms carry."""

from __future__ import annotations

import hmac
from datetime import datetime, timezone

from aiohttp import web

from bot.staff.keys import DESK, RULES, SEALER
from bot.staff.limits import client_address, is_https
from knowledge.staff.audit import Actor
from knowledge.staff.sessions import SignedIn, find_session, new_token

COOKIE = "tthc_staff"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
_ACCOUNT: web.RequestKey[SignedIn | None] = web.RequestKey("staff_account")
_TOKEN = web.RequestKey("staff_token", str)


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(timezone.utc)


async def identify(request: web.Request) -> SignedIn | None:
    """Find out who is signed in and remember it in the request; who is nobody gets a token for forms."""
    given = request.cookies.get(COOKIE, "")
    account = None
    if given:
        rules = request.config_dict[RULES]
        account = await request.config_dict[DESK].run(
            find_session, given, now(), rules.lifetime, is_use="X-Poll" not in request.headers
        )
    request[_TOKEN] = given or new_token()
    request[_ACCOUNT] = account
    return account


def account_of(request: web.Request) -> SignedIn | None:
    """Return who is signed in."""
    return request.get(_ACCOUNT)


def officer(request: web.Request) -> SignedIn:
    """Return who is signed in, where the middleware has let only them in."""
    account = account_of(request)
    if account is None:
        raise web.HTTPForbidden
    return account


def actor(request: web.Request) -> Actor:
    """Return who acts, for the audit log."""
    account = account_of(request)
    if account is None:
        return Actor(None, "", client_address(request))
    return Actor(account.id, account.name, client_address(request))


def browser_token(request: web.Request) -> str:
    """Return the token of the cookie that this answer sets or that the request had."""
    return str(request.get(_TOKEN, ""))


def csrf_token(request: web.Request) -> str:
    """Return what forms of this browser carry: a keyed hash of its cookie, which other sites cannot read."""
    return request.config_dict[SEALER].hash("csrf", browser_token(request))


def csrf_matches(request: web.Request, given: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(csrf_token(request).encode(), given.encode("utf-8", "replace"))


def set_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the browser its token: for this site's own pages only, unreadable for scripts."""
    response.set_cookie(
        COOKIE, token, path="/staff", httponly=True, samesite="Strict", secure=is_https(request)
    )
