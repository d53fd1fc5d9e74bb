"""Telegram, simulated."""

from __future__ import annotations

from importlib import import_module

from tthc.simulate.base import Simulation

TOKEN = "100200300:simulated-bot-token-for-trying"  # noqa: S105 - known to the simulator only


def simulation(url: str, service: str) -> Simulation:
    """Make a Bot API server that knows one bot."""
    platforms = import_module("tests.simulators.telegram.platform")
    servers = import_module("tests.simulators.telegram.server")
    settings = {
        "TTHC_TELEGRAM_TOKEN": TOKEN,
        "TTHC_TELEGRAM_MODE": "polling",
        "TTHC_TELEGRAM_API_URL": url,
    }
    return Simulation(servers.telegram_app(platforms.TelegramPlatform(TOKEN)), settings)
