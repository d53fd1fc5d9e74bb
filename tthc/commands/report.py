"""`tthc report`: reports of a period, the evidence pack, its verification, where targets stand."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tthc.commands.parts import add_action

if TYPE_CHECKING:
    from tthc.cli import Subparsers

KINDS = ("satisfaction", "settlement", "online", "bot", "all")
FORMS = ("docx", "xlsx", "html", "csv")


def register(subparsers: Subparsers) -> None:
    """Add the command and its sub-commands."""
    parser = subparsers.add_parser("report", help="reports of a period, evidence packs, targets")
    actions = parser.add_subparsers(metavar="action", required=True)
    for kind in KINDS:
        words = "everything in one report" if kind == "all" else f"the report on {kind}"
        making = add_action(actions, kind, make, words)
        making.set_defaults(kind=kind)
        _period(making)
        making.add_argument(
            "--format",
            type=_forms,
            default=("docx", "xlsx"),
            metavar="FORMS",
            help=f"of {', '.join(FORMS)}, comma between (default: docx,xlsx)",
        )
        _out(making)
    packing = add_action(actions, "evidence", evidence, "the evidence of a period in one ZIP")
    _period(packing)
    _out(packing)
    checking = add_action(
        actions, "verify", verify, "compute every figure of an evidence pack from the rows inside"
    )
    checking.add_argument("pack", type=Path, help="the ZIP")
    standing = add_action(actions, "targets", targets, "where indicators stand against their targets")
    _period(standing)
    renewing = add_action(actions, "refresh", refresh, "copy what changed into the reporting store")
    renewing.add_argument("--anew", action="store_true", help="forget the copies first and copy everything")


def _period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--period", required=True, help="2026, 2026-H1, 2026-Q3, 2026-07 or 2026-07-01..2026-07-20"
    )
    parser.add_argument(
        "--kind",
        dest="days",
        choices=("calendar", "administrative"),
        default="calendar",
        help="administrative: from the 15th to the 14th (default: calendar)",
    )
    for name in ("unit", "field", "procedure"):
        parser.add_argument(
            f"--{name}", action="append", default=[], help=f"only this {name}; may be given several times"
        )


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, help="folder to write to (default: reports in TTHC_DATA_DIR)")


def _forms(text: str) -> tuple[str, ...]:
    forms = tuple(form.strip() for form in text.split(",") if form.strip())
    wrong = [form for form in forms if form not in FORMS]
    if wrong or not forms:
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(FORMS)}, not {text!r}")
    return forms


def make(arguments: argparse.Namespace) -> int:
    """Write a report."""
    from tthc.report.running import run_report

    return run_report(arguments)


def evidence(arguments: argparse.Namespace) -> int:
    """Write an evidence pack."""
    from tthc.report.running import run_evidence

    return run_evidence(arguments)


def verify(arguments: argparse.Namespace) -> int:
    """Verify an evidence pack; needs no database."""
    from tthc.report.verifying import run_verify

    return run_verify(arguments.pack)


def targets(arguments: argparse.Namespace) -> int:
    """Print where targets stand."""
    from tthc.report.running import run_targets

    return run_targets(arguments)


def refresh(arguments: argparse.Namespace) -> int:
    """Bring the store up to date."""
    from tthc.report.running import run_refresh

    return run_refresh(anew=arguments.anew)
