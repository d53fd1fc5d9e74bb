"""Typed keys of what the application carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from knowledge.settings import Settings

if TYPE_CHECKING:
    from bot.gateway.dispatcher import Dispatcher
    from bot.gateway.events import EventFeed
    from bot.gateway.inbox import Inbox
    from bot.gateway.limits import Limits
    from bot.gateway.metrics import Metrics
    from bot.gateway.rasa_client import RasaClient

SETTINGS = web.AppKey("settings", Settings)
INBOX: web.AppKey[Inbox] = web.AppKey("inbox")
RASA: web.AppKey[RasaClient] = web.AppKey("rasa")
DISPATCHER: web.AppKey[Dispatcher] = web.AppKey("dispatcher")
METRICS: web.AppKey[Metrics] = web.AppKey("metrics")
LIMITS: web.AppKey[Limits] = web.AppKey("limits")
FEED: web.AppKey[EventFeed] = web.AppKey("feed")
