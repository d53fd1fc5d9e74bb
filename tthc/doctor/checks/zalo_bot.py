"""The Zalo bot: the token is good, and messages come the way the settings say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.channels.zalo_bot.api import BAD_TOKEN, BotApi, BotApiError, NoAnswerError
from bot.channels.zalo_bot.webhook import PATH
from knowledge.settings.zalo_bot import ZaloBotSettings
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix


def check(context: Context) -> Iterator[Finding]:
    """Ask the platform about the bot and its webhook."""
    settings = context.settings.zalo_bot
    if not settings.enabled:
        yield good("zalo_bot.off")
        return
    try:
        name, url = asyncio.run(_ask(settings))
    except (BotApiError, NoAnswerError) as error:
        refused = isinstance(error, BotApiError) and error.code in BAD_TOKEN
        yield must_fix(
            "zalo_bot.token" if refused else "zalo_bot.unreachable", url=settings.api_url, reason=error
        )
        return
    yield good("zalo_bot.known", name=name)
    wanted = f"{settings.webhook_url}{PATH}" if settings.webhook_url else ""
    if url != wanted:
        yield must_fix(
            "zalo_bot.webhook" if wanted else "zalo_bot.blocked", url=url or "(không có)", wanted=wanted
        )
    else:
        yield good("zalo_bot.delivering" if wanted else "zalo_bot.polling", url=url)


async def _ask(settings: ZaloBotSettings) -> tuple[str, str]:
    """The bot's name, and where the platform delivers."""
    async with BotApi(settings) as api:
        me, webhook = await api.call("getMe"), await api.call("getWebhookInfo")
    return str(me.get("account_name") or me.get("display_name") or ""), str(webhook.get("url") or "")
