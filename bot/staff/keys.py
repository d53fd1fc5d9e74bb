"""Typed keys of what the console carries, and how a request reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from knowledge.cases.hours import OfficeHours
from knowledge.catalogue.store import CatalogueStore
from knowledge.department.profile import Profile
from knowledge.privacy.sealing import Sealer
from knowledge.settings import Settings
from knowledge.staff.sign_in import SignInRules

if TYPE_CHECKING:
    from bot.staff.desk import Desk
    from bot.staff.limits import SignInLimits
    from bot.staff.measuring import Measuring
    from bot.staff.rendering import Pages
    from bot.staff.report_runner import ReportRunner

SETTINGS = web.AppKey("staff_settings", Settings)
PROFILE = web.AppKey("staff_profile", Profile)
SEALER = web.AppKey("staff_sealer", Sealer)
HOURS = web.AppKey("staff_hours", OfficeHours)
RULES = web.AppKey("staff_rules", SignInRules)
CATALOGUE = web.AppKey("staff_catalogue", CatalogueStore)
DESK: web.AppKey[Desk] = web.AppKey("staff_desk")
PAGES: web.AppKey[Pages] = web.AppKey("staff_pages")
MEASURING: web.AppKey[Measuring] = web.AppKey("staff_measuring")
SIGN_INS: web.AppKey[SignInLimits] = web.AppKey("staff_sign_ins")
REPORT_RUNNER: web.AppKey[ReportRunner] = web.AppKey("staff_report_runner")
