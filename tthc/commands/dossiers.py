"""`tthc dossiers`: fill the register, ask the connected systems, list the sample dossiers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tthc.commands.parts import add_action

if TYPE_CHECKING:
    from tthc.cli import Subparsers

SHOWN_LINES = 50


def register(subparsers: Subparsers) -> None:
    """Add the command and its sub-commands."""
    parser = subparsers.add_parser("dossiers", help="the dossier register and the systems that know dossiers")
    actions = parser.add_subparsers(metavar="action", required=True)
    importing = add_action(
        actions,
        "import",
        import_export,
        "put an export of the one-stop system (XLSX, CSV, JSON) into the register",
    )
    importing.add_argument("path", type=Path, help="the export")
    importing.add_argument(
        "--source", default="one_stop", help="name of the system it comes from (default: one_stop)"
    )
    importing.add_argument("--check", action="store_true", help="only report, write nothing")
    importing.add_argument(
        "--lines", type=int, default=SHOWN_LINES, metavar="N", help=f"reasons shown (default: {SHOWN_LINES})"
    )
    asking = add_action(actions, "ask", ask, "ask every connected system for a code and tell how it answered")
    asking.add_argument("code", help="such as H27.12-230412-0001")
    add_action(actions, "samples", samples, "list the sample dossiers of a trial copy with their digits")


def import_export(arguments: argparse.Namespace) -> int:
    """Import an export and print the report."""
    from tthc.dossiers.importing import run_import

    return run_import(arguments.path, arguments.source, check=arguments.check, lines=arguments.lines)


def ask(arguments: argparse.Namespace) -> int:
    """Ask the systems."""
    from tthc.dossiers.asking import run_ask

    return run_ask(arguments.code)


def samples(_arguments: argparse.Namespace) -> int:
    """Print the sample dossiers."""
    from tthc.dossiers.asking import print_samples

    return print_samples()
