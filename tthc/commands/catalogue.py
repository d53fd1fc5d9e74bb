"""`tthc catalogue`: import, publish, roll back and compare releases of the catalogue."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tthc.commands.parts import add_action

if TYPE_CHECKING:
    from knowledge.database.engine import SessionFactory
    from tthc.cli import Subparsers

MODES = ("update", "replace")


def register(subparsers: Subparsers) -> None:
    """Add the command and its sub-commands."""
    parser = subparsers.add_parser("catalogue", help="releases of the catalogue of procedures")
    actions = parser.add_subparsers(metavar="action", required=True)
    _add_import(actions)
    add_action(actions, "list", list_releases, "list all releases; * marks the published one")
    publish_parser = add_action(
        actions, "publish", publish, "publish a release, at once and without a restart"
    )
    publish_parser.add_argument("release", type=int, help="number of the release")
    publish_parser.add_argument("--by", help="who publishes, for the history")
    rollback_parser = add_action(actions, "rollback", rollback, "publish again what was published before")
    rollback_parser.add_argument("--by", help="who rolls back, for the history")
    diff_parser = add_action(actions, "diff", diff, "say in words what changed between two releases")
    diff_parser.add_argument("old", type=int, nargs="?", help="default: the published release")
    diff_parser.add_argument("new", type=int, nargs="?", help="default: the newest release")
    show_parser = add_action(actions, "show", show, "show a procedure of the published release")
    show_parser.add_argument("code", help="such as 2.000648")
    _add_template(actions)
    report_parser = add_action(
        actions, "cleaning-report", cleaning_report, "what cleaning changed in the shipped facts"
    )
    report_parser.add_argument(
        "--update", type=Path, metavar="DOCUMENT", help="put the table into a document"
    )


def _add_import(actions: Subparsers) -> None:
    from_words = (
        "make a release of the portal's JSON (file, folder, zip) or of a department's table (XLSX, CSV)"
    )
    parser = add_action(actions, "import", import_release, from_words)
    parser.add_argument("path", type=Path, help="what to import")
    parser.add_argument(
        "--mode",
        choices=MODES,
        default=MODES[0],
        help="update: add and replace these procedures, keep the others (default); "
        "replace: this is the whole list, what it lacks is no longer listed",
    )
    parser.add_argument("--as-of", help="date the facts hold for, 31/12/2026")
    parser.add_argument("--source", help="where the list comes from (default: the file's name)")
    parser.add_argument("--note", default="", help="a remark for the list of releases")
    parser.add_argument("--by", help="who imports")
    parser.add_argument(
        "--partial", action="store_true", help="import the good rows although others are rejected"
    )
    parser.add_argument("--publish", action="store_true", help="publish the release at once")
    parser.add_argument("--show-cleaned", action="store_true", help="list every value that cleaning changed")


def _add_template(actions: Subparsers) -> None:
    parser = add_action(actions, "template", template, "write the table that departments fill in")
    parser.add_argument("path", type=Path, help="file to write")
    parser.add_argument("--format", choices=("xlsx", "csv"), default="xlsx")
    parser.add_argument("--filled", action="store_true", help="with the procedures of the published release")


def _sessions() -> SessionFactory:
    """Open the database of the settings, with its schema and the shipped catalogue in place."""
    from knowledge.catalogue.shipped import ensure_shipped
    from knowledge.database.engine import open_engine, session_factory
    from knowledge.database.migrate import MigrationError, upgrade
    from knowledge.settings import read_settings
    from tthc.errors import ExpectedError

    url = read_settings().database_url
    try:
        upgrade(url)
    except MigrationError as error:
        raise ExpectedError(str(error)) from error
    sessions = session_factory(open_engine(url))
    ensure_shipped(sessions)
    return sessions


def import_release(arguments: argparse.Namespace) -> int:
    """Import, print what was rejected and what the release changes."""
    from knowledge.catalogue.importers.any_file import import_file
    from tthc.catalogue.importing import ImportRequest, run_import

    request = ImportRequest(
        path=arguments.path,
        mode=arguments.mode,
        as_of=arguments.as_of,
        source=arguments.source,
        note=arguments.note,
        by=arguments.by,
        partial=arguments.partial,
        publish=arguments.publish,
        show_cleaned=arguments.show_cleaned,
    )
    return run_import(request, import_file(arguments.path), _sessions)


def list_releases(_arguments: argparse.Namespace) -> int:
    """Print all releases."""
    from tthc.catalogue.printing import print_releases

    return print_releases(_sessions())


def publish(arguments: argparse.Namespace) -> int:
    """Publish a release."""
    from tthc.catalogue.publishing import publish_release

    return publish_release(_sessions(), arguments.release, arguments.by)


def rollback(arguments: argparse.Namespace) -> int:
    """Go back to the release before."""
    from tthc.catalogue.publishing import roll_back

    return roll_back(_sessions(), arguments.by)


def diff(arguments: argparse.Namespace) -> int:
    """Print the differences of two releases."""
    from tthc.catalogue.printing import print_diff

    return print_diff(_sessions(), arguments.old, arguments.new)


def show(arguments: argparse.Namespace) -> int:
    """Print a procedure."""
    from tthc.catalogue.printing import print_procedure

    return print_procedure(_sessions(), arguments.code)


def template(arguments: argparse.Namespace) -> int:
    """Write the template."""
    from tthc.catalogue.documents import write_template

    sessions = _sessions() if arguments.filled else None
    return write_template(arguments.path, arguments.format, sessions)


def cleaning_report(arguments: argparse.Namespace) -> int:
    """Print the table of cleaning rules, or put it into a document."""
    from tthc.catalogue.documents import write_cleaning_report

    return write_cleaning_report(arguments.update)
