"""Telegram: the token is good, updates come the way the settings say, and nothing is stuck."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from telegram import User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.api import TelegramApi
from bot.channels.telegram.registration import described_commands, webhook_url
from bot.channels.telegram.updates import ALLOWED_UPDATES
from knowledge.settings.telegram import POLLING, TelegramSettings
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix, note

MANY_PENDING = 20
RECENT = timedelta(hours=1)


@dataclass(frozen=True)
class _Told:
    """What Telegram says of the bot."""

    me: User
    webhook: WebhookInfo
    commands: list[tuple[str, str]]


def check(context: Context) -> Iterator[Finding]:
    """Ask Telegram about the bot and its webhook."""
    settings = context.settings.telegram
    if not settings.enabled:
        yield good("telegram.off")
        return
    try:
        told = asyncio.run(_ask(settings))
    except InvalidToken:
        yield must_fix("telegram.token")
        return
    except TelegramError as error:
        yield must_fix("telegram.unreachable", url=settings.api_url, reason=error.message)
        return
    yield good("telegram.known", name=told.me.username)
    yield from _way(context, told.webhook)
    if told.webhook.pending_update_count > MANY_PENDING:
        yield note("telegram.pending", count=told.webhook.pending_update_count)
    if told.commands != described_commands():
        yield note("telegram.commands")


async def _ask(settings: TelegramSettings) -> _Told:
    async with TelegramApi(settings) as api:
        me, webhook = await api.bot.get_me(), await api.bot.get_webhook_info()
        commands = [(command.command, command.description) for command in await api.bot.get_my_commands()]
    return _Told(me, webhook, commands)


def _way(context: Context, webhook: WebhookInfo) -> Iterator[Finding]:
    """By which way updates come, compared with the settings."""
    settings = context.settings
    if settings.telegram.mode == POLLING:
        yield (
            must_fix("telegram.blocked_by_webhook", url=webhook.url)
            if webhook.url
            else good("telegram.polling")
        )
        return
    wanted = webhook_url(settings.public_url)
    if webhook.url != wanted:
        yield must_fix("telegram.webhook", url=webhook.url or "(không có)", wanted=wanted)
    elif set(webhook.allowed_updates or ()) != set(ALLOWED_UPDATES):
        yield must_fix("telegram.updates")
    elif webhook.last_error_date is not None and context.now() - webhook.last_error_date < RECENT:
        when = f"{webhook.last_error_date.astimezone():%H:%M}"
        yield must_fix("telegram.failing", at=when, reason=webhook.last_error_message)
    else:
        yield good("telegram.delivering", url=webhook.url)
