"""The factory of the console, a sub-application for the path ``/staff``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from aiohttp import web

from bot.staff.access import check_routes
from bot.staff.desk import Desk
from bot.staff.guard import guard, show_errors
from bot.staff.keys import (
    CATALOGUE,
    DESK,
    HOURS,
    MEASURING,
    PAGES,
    PROFILE,
    REPORT_RUNNER,
    RULES,
    SEALER,
    SETTINGS,
    SIGN_INS,
)
from bot.staff.limits import SignInLimits
from bot.staff.measuring import Measuring, in_a_process
from bot.staff.pages import MODULES
from bot.staff.rendering import Pages, secure
from bot.staff.report_runner import ReportRunner
from knowledge.cases.hours import read_hours
from knowledge.catalogue.store import CatalogueStore
from knowledge.database.engine import open_engine
from knowledge.department.profile import Profile
from knowledge.privacy.sealing import open_sealer
from knowledge.settings import Settings
from knowledge.staff.sessions import Lifetime
from knowledge.staff.sign_in import LockOut, SignInRules


def init_staff(settings: Settings, profile: Profile) -> web.Application:
    """Make the console; it opens the database when it starts.

    Raises:
        UndeclaredRouteError: a route declares no permission.
    """
    app = web.Application(middlewares=[show_errors, guard])
    app[SETTINGS] = settings
    app[PROFILE] = profile
    app[PAGES] = Pages(profile)
    app[HOURS] = read_hours(profile.working_hours)
    app[SIGN_INS] = SignInLimits(settings.staff.sign_ins_per_minute)
    app[RULES] = sign_in_rules(settings)
    app.on_response_prepare.append(secure)
    app.cleanup_ctx.append(_database)
    for module in MODULES:
        app.router.add_routes(module.ROUTES)
    check_routes(app)
    return app


def sign_in_rules(settings: Settings) -> SignInRules:
    """Return what the settings say of signing in."""
    staff = settings.staff
    return SignInRules(
        LockOut(staff.lock_after, timedelta(minutes=staff.lock_minutes)),
        Lifetime(timedelta(minutes=staff.idle_minutes), timedelta(hours=staff.session_hours)),
    )


async def _database(app: web.Application) -> AsyncIterator[None]:
    app[SEALER] = open_sealer(app[SETTINGS])
    app[DESK] = Desk(open_engine(app[SETTINGS].database_url))
    app[CATALOGUE] = CatalogueStore(app[DESK].sessions)
    app[MEASURING] = Measuring(in_a_process(app[SETTINGS]))
    app[REPORT_RUNNER] = ReportRunner(app[SETTINGS], app[DESK])
    yield
    await app[REPORT_RUNNER].close()
    await app[MEASURING].stop()
    app[DESK].close()
