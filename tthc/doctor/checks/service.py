"""The running service: gateway, Rasa and actions answer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tthc.doctor.context import Context, Seen, look_at
from tthc.doctor.findings import Finding, good, must_fix

NOT_READY = 503


def check(context: Context) -> Iterator[Finding]:
    """Ask the gateway on this machine whether everything is ready."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(context.settings.host, context.settings.host)  # noqa: S104
    url = f"http://{host}:{context.settings.port}"
    seen = look_at(f"{url}/readyz")
    if seen.status is None:
        yield must_fix("service.not_running", url=url, reason=seen.problem)
    elif _is_ours(seen):
        yield good("service.ready", url=url)
    elif seen.status == NOT_READY:
        yield must_fix("service.not_ready", url=url)
    else:
        yield must_fix("service.another", url=url)


def _is_ours(seen: Seen) -> bool:
    try:
        return bool(json.loads(seen.body)["status"] == "ready")
    except (ValueError, TypeError, KeyError):
        return False
