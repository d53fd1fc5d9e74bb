"""`tthc simulate`: stand in for Zalo or Telegram, with a page that shows the citizen's phone."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tthc.simulate import CHANNELS

if TYPE_CHECKING:
    from tthc.cli import Subparsers

FIRST_PORT = 8090


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "simulate",
        help="stand in for Zalo or Telegram, with the citizen's phone on a page",
        description="Run a server that speaks a channel's protocol, so that the assistant can be tried on "
        "that channel without an account. Prints the settings that connect the assistant to it, and the "
        "address of a page that shows the phone. Runs until Ctrl-C.",
    )
    parser.add_argument("channel", choices=CHANNELS)
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help=f"port to listen on (default: {FIRST_PORT})"
    )
    parser.add_argument(
        "--service", metavar="URL", help="address of the assistant (default: PORT on this machine)"
    )
    parser.set_defaults(handler=simulate)


def simulate(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    from tthc.simulate.run import run_simulation

    return run_simulation(arguments.channel, arguments.port, arguments.service)
