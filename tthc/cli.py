"""`tthc`: one command per module of ``tthc.commands``.

A command module has ``register(subparsers)``, which adds its parser and sets ``handler``, a function
of the parsed arguments that returns an exit code. What is heavy is imported inside the handler, so
that ``tthc --help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TypeAlias

from tthc import __version__
from tthc.errors import ExitCode, exit_code_of, one_sentence

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - see below
"""What ``register`` of a command module takes; argparse has no public name for it."""

COMMANDS = (
    "serve",
    "train",
    "ask",
    "evaluate",
    "review",
    "catalogue",
    "fees",
    "deadline",
    "dossiers",
    "staff",
    "report",
    "zalo",
    "telegram",
    "simulate",
    "doctor",
)
"""Modules of ``tthc.commands``, in the order of the help."""

EXIT_CODES = """exit codes:
  0  done
  1  failed; the reason is one sentence on stderr
  2  wrong arguments, or a setting that is unknown or malformed

TTHC_LOG_LEVEL=DEBUG also shows where an error arose. Settings: .env.example, docs/operating.md."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command."""
    parser = argparse.ArgumentParser(
        prog="tthc",
        description="Assistant on administrative procedures for departments of industry and trade.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tthc {__version__}")
    subparsers = parser.add_subparsers(metavar="command", required=True)
    for name in COMMANDS:
        import_module(f"tthc.commands.{name}").register(subparsers)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; expected errors become one sentence on stderr."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output (a pager, `head`) has seen enough; what is left has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK


def _run(arguments: Sequence[str] | None) -> int:
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.handler(parsed))
    except KeyboardInterrupt:
        print("tthc: interrupted", file=sys.stderr)
        return ExitCode.FAILED
    except BrokenPipeError:
        raise
    except Exception as error:
        code = exit_code_of(error)
        if code is None or os.environ.get("TTHC_LOG_LEVEL", "").upper() == "DEBUG":
            raise
        print(f"tthc: {one_sentence(error)}", file=sys.stderr)
        return code
