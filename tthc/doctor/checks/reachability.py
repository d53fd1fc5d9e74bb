"""Whether the internet reaches the service: address, certificate, proxy."""

from __future__ import annotations

import json
from collections.abc import Iterator

from knowledge.settings.telegram import WEBHOOK
from tthc.doctor.context import Context, look_at
from tthc.doctor.findings import Finding, good, must_fix, note


def check(context: Context) -> Iterator[Finding]:
    """Ask the public address for our sign of life."""
    settings = context.settings
    if not settings.public_url:
        by_webhook = settings.telegram.enabled and settings.telegram.mode == WEBHOOK
        needed = settings.zalo.enabled or by_webhook
        yield must_fix("reachability.needed") if needed else note("reachability.unset")
        return
    seen = look_at(f"{settings.public_url}/healthz")
    if seen.status is None:
        yield must_fix("reachability.unreachable", url=settings.public_url, reason=seen.problem)
    elif _status(seen.body) != "ok":
        yield must_fix("reachability.another", url=settings.public_url, status=seen.status)
    else:
        yield good("reachability.reached", url=settings.public_url)


def _status(body: bytes) -> object:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content.get("status") if isinstance(content, dict) else None
