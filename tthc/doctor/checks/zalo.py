"""The Zalo Official Account: secrets are set, somebody signed in, tokens are renewed, and Zalo takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from bot.channels.zalo.api import ZaloApi
from knowledge.privacy.sealing import KEY_FILE, open_sealer
from knowledge.settings.zalo import ZaloSettings
from knowledge.tokens.store import TokenPair, TokenStore
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix, note
from tthc.errors import ExpectedError
from tthc.zalo.signing_in import Account, account

CHANNEL = "zalo"
OVERDUE_AFTER = timedelta(hours=24)
"""A running service renews after 20 hours; an access token lasts 25."""


def check(context: Context) -> Iterator[Finding]:
    """Look at the settings and at the stored tokens, and ask Zalo whose account they are for."""
    settings = context.settings.zalo
    if not settings.enabled:
        yield good("zalo.off")
        return
    needed = {"TTHC_ZALO_APP_SECRET": settings.app_secret, "signature": settings.signature_keys}
    if not all(needed.values()):
        yield must_fix("zalo.secrets")
    if context.sessions is None:
        return
    if not context.settings.privacy.secret_key and not (context.settings.data_dir / KEY_FILE).is_file():
        yield must_fix("zalo.signed_out")
        return
    pair = TokenStore(context.sessions, open_sealer(context.settings), CHANNEL).read()
    if pair is None:
        yield must_fix("zalo.signed_out")
        return
    yield _token(context, pair)
    if not pair.failure and pair.expires_at > context.now():
        yield _account(settings, pair)


def _token(context: Context, pair: TokenPair) -> Finding:
    age = context.now() - pair.obtained_at
    told = {"hours": round(age.total_seconds() / 3600), "reason": pair.failure}
    if pair.failure:
        return must_fix("zalo.renewal_failed", **told)
    if pair.expires_at <= context.now():
        return must_fix("zalo.expired", **told)
    return must_fix("zalo.not_renewed", **told) if age > OVERDUE_AFTER else good("zalo.signed_in", **told)


def _account(settings: ZaloSettings, pair: TokenPair) -> Finding:
    async def ask() -> Account:
        async with ZaloApi(settings) as api:
            return await account(settings, api, pair.access)

    try:
        found = asyncio.run(ask())
    except ExpectedError as error:
        return must_fix("zalo.refused", url=settings.api_url, reason=error)
    return (good if found.verified else note)(
        "zalo.account" if found.verified else "zalo.unverified", name=found.name
    )
