"""`tthc serve`: prepare everything, then run gateway, rasa and actions as one service."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tthc.cli import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "serve",
        help="prepare everything and serve",
        description="Prepare database, catalogue and model, then run gateway, rasa and actions until "
        "Ctrl-C. The address is printed once a question was really answered.",
    )
    parser.set_defaults(handler=serve)


def serve(_arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    import asyncio

    from tthc.serve.service import run_service

    asyncio.run(run_service())
    return 0
