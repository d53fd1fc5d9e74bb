"""The console's one door: who may pass, whose form is ours, and what is written down of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.staff.access import Access, Handler, access_of
from bot.staff.forms import BadFormError, read_form
from bot.staff.keys import DESK, PAGES, SETTINGS
from bot.staff.visitor import account_of, actor, identify
from knowledge.database.paging import CursorError
from knowledge.reports.periods import PeriodError
from knowledge.staff.audit import record
from knowledge.staff.roles import load_roles
from knowledge.staff.sessions import SignedIn

logger = logging.getLogger(__name__)
T = TypeVar("T")
_AUDITED = web.RequestKey("staff_audited", bool)
MIB = 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD"})


async def change(
    request: web.Request,
    operation: Callable[[Session], T],
    action: str,
    subject: str = "",
    **detail: object,
) -> T:
    """Change something and write the audit log in one transaction.

    ``subject`` may hold ``{result}``, which becomes what the operation returned.
    """
    by = actor(request)

    def work(session: Session) -> T:
        result = operation(session)
        record(session, by, action, subject.replace("{result}", str(result)), **detail)
        return result

    done = await request.config_dict[DESK].run(work)
    mark_audited(request)
    return done


async def note(request: web.Request, action: str, subject: str = "", **detail: object) -> None:
    """Write an entry of the audit log by itself."""
    by = actor(request)
    await request.config_dict[DESK].run(lambda session: record(session, by, action, subject, **detail))


def mark_audited(request: web.Request) -> None:
    """Note that this request's change is in the audit log."""
    request[_AUDITED] = True


@web.middleware
async def show_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a page with a Vietnamese sentence."""
    pages = request.config_dict[PAGES]
    try:
        return await handler(request)
    except web.HTTPRedirection:
        raise
    except web.HTTPException as error:
        return pages.error(request, error.status)
    except CursorError:
        return pages.error(request, 400)
    except PeriodError:
        return pages.error(request, 400, "period")
    except SQLAlchemyError:
        logger.exception("the database failed")
        return pages.error(request, 503)
    except ConnectionResetError:
        raise
    except Exception:
        logger.exception("unexpected error in %s", request.match_info.handler.__name__)
        return pages.error(request, 500)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let pass who has the permission of the route; check forms; see that the audit log is written."""
    access = access_of(request.match_info.handler)
    account = await identify(request)
    if access is None:  # no such page, or not with this method: the router says so
        return await handler(request)
    if not access.is_public:
        refusal = _refusal(request, access, account)
        if refusal is not None:
            return refusal
    if request.method in SAFE_METHODS:
        if access.is_personal:
            await _note_view(request, access)
        return await handler(request)
    return await _take_form(request, access, handler)


def _refusal(request: web.Request, access: Access, account: SignedIn | None) -> web.StreamResponse | None:
    pages = request.config_dict[PAGES]
    if account is None:
        if request.method in SAFE_METHODS and "text/event-stream" not in request.headers.get("Accept", ""):
            return see_other(f"/staff/sign-in?next={quote(request.path_qs, safe='')}")
        return pages.error(request, 401)
    if not load_roles().allows(account.role, access.permission):
        return pages.error(request, 403)
    if account.must_change_password and access.permission != "own.account":
        return see_other("/staff/account")
    return None


async def _note_view(request: web.Request, access: Access) -> None:
    """Write down that personal data is about to be shown; without that it is not."""
    parts = " ".join(request.match_info.values())
    subject = f"{request.path.removeprefix('/staff/').split('/')[0]} {parts}".strip()
    filters = {name: value for name, value in request.query.items() if value and name != "text"}
    searched = {"searched": True} if request.query.get("text") else {}
    await note(request, f"view:{access.permission}", subject, **filters, **searched)


async def _take_form(request: web.Request, access: Access, handler: Handler) -> web.StreamResponse:
    pages = request.config_dict[PAGES]
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return pages.error(request, 403)
    most = request.config_dict[SETTINGS].staff.upload_mib * MIB
    try:
        form = await read_form(request, takes_file=access.takes_file, most_bytes=most)
    except BadFormError:
        return pages.error(request, 403, "form")
    try:
        response = await handler(request)
    finally:
        form.close()
    if response.status < 400 and not request.get(_AUDITED):
        logger.error("%s changed something without the audit log", request.match_info.handler.__name__)
        return pages.error(request, 500)
    return response


def see_other(location: str) -> web.Response:
    """Send the browser to another page of ours after a form."""
    return web.Response(status=303, headers={"Location": location})


def may(request: web.Request, permission: str) -> bool:
    """Tell whether who is signed in has a permission: what they may not do is not offered."""
    account = account_of(request)
    return account is not None and load_roles().allows(account.role, permission)
