"""`tthc telegram`: tells Telegram where to deliver, and shows how the connection stands."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tthc.cli import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command and its parts."""
    parser = subparsers.add_parser(
        "telegram",
        help="connect a Telegram bot",
        description="Connects a Telegram bot (docs/channels/telegram.md).",
    )
    parts = parser.add_subparsers(metavar="part", required=True)
    for name, text in (
        ("register", "have Telegram deliver to TTHC_PUBLIC_URL, and show the bot's commands in its menu"),
        ("unregister", "take the webhook away, so that updates can be fetched (TTHC_TELEGRAM_MODE=polling)"),
        ("status", "who the bot is, where Telegram delivers, what waits, the last error"),
    ):
        part = parts.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
        part.set_defaults(handler=run, part=name)


def run(arguments: argparse.Namespace) -> int:
    """Do the part."""
    import asyncio

    from tthc.telegram import connecting

    parts = {
        "register": connecting.register_bot,
        "unregister": connecting.unregister_bot,
        "status": connecting.show_status,
    }
    asyncio.run(parts[arguments.part]())
    return 0
