"""Telegram: the token is good, updates come the way the settings say, and nothing is stuck."""

from __future__ import annotations

from collections.abc import Iterator

from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good


def check(context: Context) -> Iterator[Finding]:
    """Ask Telegram about the bot and its webhook."""
    if not context.settings.telegram.enabled:
        yield good("telegram.off")
