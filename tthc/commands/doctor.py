"""`tthc doctor`: look at everything that can be wrong and say in Vietnamese what to do."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tthc.cli import Subparsers

EXIT_CODES = """exit codes:
  0  nothing must be fixed
  1  something must be fixed; it is told with what to do
"""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "doctor",
        help="check settings, database, model, channels and machine, and say what to do",
        description="Look at settings, department profile, database, model, catalogue, the running service, "
        "what waits to be answered or sent, jobs, channels, disk and clock; say in Vietnamese what is wrong "
        "and exactly what to do. Changes nothing.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="findings as JSON, for machines")
    parser.set_defaults(handler=doctor)


def doctor(arguments: argparse.Namespace) -> int:
    """Run the checks."""
    from tthc.doctor.run import run_doctor

    return run_doctor(as_json=arguments.json)
