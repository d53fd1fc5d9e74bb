"""The machine's clock, compared with that of a server that is asked anyway.

Deadlines, signatures and one-time codes need the right time.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from tthc.doctor.context import Context, look_at
from tthc.doctor.findings import Finding, good, must_fix, note

MOST_SECONDS = 60


def check(context: Context) -> Iterator[Finding]:
    """Compare with the first server in reach that tells its time."""
    for url, proxy in _servers(context):
        seen = look_at(url, proxy)
        told = {name.lower(): value for name, value in seen.headers.items()}.get("date")
        if told is None:
            continue
        apart = abs((context.now() - parsedate_to_datetime(told)).total_seconds())
        tell, name = (must_fix, "wrong") if apart > MOST_SECONDS else (good, "right")
        yield tell(f"clock.{name}", seconds=round(apart))
        return
    yield note("clock.unknown", now=f"{context.now().astimezone():%H:%M ngày %d/%m/%Y}")


def _servers(context: Context) -> list[tuple[str, str]]:
    settings = context.settings
    telegram = [(settings.telegram.api_url, settings.telegram.proxy)] if settings.telegram.enabled else []
    portal = "https://dichvucong.gov.vn"
    return [*telegram, (portal, "")]
