"""Signs of life: of this process, and of everything an answer needs."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.gateway.inbox import Inbox, StorageUnavailableError
from bot.gateway.json_response import json_response
from bot.gateway.keys import INBOX, RASA


async def healthz(_request: web.Request) -> web.Response:
    """``GET /healthz``: 200 while this process answers."""
    return json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """``GET /readyz``: 200 when the database, Rasa and the action server all answer now, else 503."""
    rasa = request.app[RASA]
    database, rasa_answers, actions_answer = await asyncio.gather(
        _database_answers(request.app[INBOX]), rasa.rasa_answers(), rasa.actions_answer()
    )
    checks = {"database": database, "rasa": rasa_answers, "actions": actions_answer}
    ready = all(checks.values())
    return json_response(
        {"status": "ready" if ready else "not_ready", "checks": checks},
        status=200 if ready else 503,
    )


async def _database_answers(inbox: Inbox) -> bool:
    try:
        await inbox.run(inbox.store.ping)
    except StorageUnavailableError:
        return False
    return True
