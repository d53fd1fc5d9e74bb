"""The factory of the gateway's application."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import Engine

from bot.channels.web.pages import WebPages
from bot.gateway import attachments, chat, health, openapi
from bot.gateway.channels import Factory, enabled_channels
from bot.gateway.events import EventFeed, events
from bot.gateway.http_server import server_options
from bot.gateway.inbox import Inbox
from bot.gateway.jobs import JobRunner
from bot.gateway.keys import CHANNELS, EVIDENCE, FEED, INBOX, LIMITS, METRICS, PROFILE, RASA, SETTINGS
from bot.gateway.limits import Limits
from bot.gateway.messaging import open_messaging
from bot.gateway.metrics import Metrics, metrics
from bot.gateway.middlewares import answer_errors, log_access, secure
from bot.gateway.rasa_client import RasaClient
from bot.gateway.tasks import running
from bot.gateway.turns import MAX_PARALLEL
from bot.staff.app import init_staff
from knowledge.cases.evidence import evidence_folder
from knowledge.catalogue.releases import published_release
from knowledge.database.engine import open_engine, session_factory
from knowledge.department.profile import load_profile
from knowledge.jobs import JobContext, all_jobs
from knowledge.notices.store import current_notices
from knowledge.privacy.sealing import open_sealer
from knowledge.settings import Settings

MAX_BODY_BYTES = 64 * 1024
TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def init_app(settings: Settings, factories: Sequence[Factory] | None = None) -> web.Application:
    """Make the application; it opens the database and its connections when it starts.

    ``factories`` are those of the channels besides the web (default: `bot.gateway.channels.FACTORIES`).

    Raises:
        ProfileError: the department's profile is missing or malformed.
    """
    app = web.Application(
        middlewares=[log_access, answer_errors],
        client_max_size=MAX_BODY_BYTES,
        handler_args=server_options(),
    )
    app[SETTINGS] = settings
    app[METRICS] = Metrics()
    app[LIMITS] = Limits(settings)
    app.on_response_prepare.append(secure)
    app.on_shutdown.append(_end_streams)
    app.cleanup_ctx.append(_services)
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", metrics)
    app.router.add_post("/api/conversations", chat.open_conversation)
    app.router.add_post("/api/chat", chat.chat)
    app.router.add_get("/api/conversations/{token}/messages", chat.history)
    app.router.add_get("/api/conversations/{token}/events", events)
    app.router.add_post("/api/conversations/{token}/attachments", attachments.attach)
    app.router.add_get("/api/openapi.json", openapi.document)

    app[CHANNELS] = enabled_channels(settings, factories)
    for channel in app[CHANNELS]:
        app.router.add_routes(channel.routes())
    app[PROFILE] = load_profile(settings.department_file)

    async def catalogue_date() -> date | None:
        return await app[INBOX].run(_published_date, app[INBOX].engine)

    async def notices() -> list[str]:
        return await app[INBOX].run(_notices_today, app[INBOX].engine)

    pages = WebPages(app[PROFILE], catalogue_date, settings.max_text_chars, notices)
    pages.add_routes(app.router)
    app.add_subapp("/staff", init_staff(settings, app[PROFILE]))
    return app


def _published_date(engine: Engine) -> date | None:
    with session_factory(engine)() as session:
        release = published_release(session)
        return release.as_of if release is not None else None


def _notices_today(engine: Engine) -> list[str]:
    with session_factory(engine)() as session:
        return current_notices(session, "web", datetime.now(TIME_ZONE).date())


async def _services(app: web.Application) -> AsyncIterator[None]:
    """Open the database and the way to Rasa, start what works by itself; end all in reverse."""
    settings = app[SETTINGS]
    engine = open_engine(settings.database_url)
    sealer = open_sealer(settings)
    inbox = app[INBOX] = Inbox(engine, sealer)
    app[EVIDENCE] = evidence_folder(settings, sealer)
    feed = app[FEED] = EventFeed(inbox, app[METRICS])
    context = JobContext(settings, session_factory(engine), sealer, app[PROFILE])
    jobs = JobRunner(all_jobs(), context, inbox, app[METRICS], secrets.token_hex(8))
    async with RasaClient(settings, connections=MAX_PARALLEL + 4) as rasa:
        app[RASA] = rasa
        async with running(feed.watch(), jobs.run()), open_messaging(app, sealer):
            yield
    inbox.close()
    engine.dispose()


async def _end_streams(app: web.Application) -> None:
    app[FEED].stop()
