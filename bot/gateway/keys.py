"""Typed keys of what the application carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from knowledge.department.profile import Profile
from knowledge.settings import Settings

if TYPE_CHECKING:
    from bot.channels.base import Channel
    from bot.gateway.dispatcher import Dispatcher
    from bot.gateway.events import EventFeed
    from bot.gateway.inbox import Inbox
    from bot.gateway.intake import Intake
    from bot.gateway.limits import Limits
    from bot.gateway.metrics import Metrics
    from bot.gateway.rasa_client import RasaClient
    from knowledge.cases.evidence import EvidenceFolder

SETTINGS = web.AppKey("settings", Settings)
PROFILE = web.AppKey("profile", Profile)
CHANNELS: web.AppKey[Sequence[Channel]] = web.AppKey("channels")
INBOX: web.AppKey[Inbox] = web.AppKey("inbox")
INTAKE: web.AppKey[Intake] = web.AppKey("intake")
RASA: web.AppKey[RasaClient] = web.AppKey("rasa")
DISPATCHER: web.AppKey[Dispatcher] = web.AppKey("dispatcher")
METRICS: web.AppKey[Metrics] = web.AppKey("metrics")
LIMITS: web.AppKey[Limits] = web.AppKey("limits")
EVIDENCE: web.AppKey[EvidenceFolder] = web.AppKey("evidence")
FEED: web.AppKey[EventFeed] = web.AppKey("feed")
