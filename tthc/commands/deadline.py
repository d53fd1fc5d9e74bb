"""`tthc deadline`: when a dossier handed in on a date is due."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tthc.errors import ExitCode, ExpectedError

if TYPE_CHECKING:
    from knowledge.catalogue.records import Deadline, Procedure
    from knowledge.deadlines.due import TimeLimits
    from knowledge.settings import Settings
    from tthc.cli import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "deadline",
        help="when a dossier handed in on a date is due",
        description="Print the statutory and the committed time limits of a procedure, and the dates on "
        "which they end for a dossier received on a date. Reads the published catalogue; the one that "
        "ships when nothing is published yet.",
    )
    parser.add_argument("code", help="procedure code, such as 2.000648")
    parser.add_argument(
        "--from",
        dest="received",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="day the dossier is handed in (today)",
    )
    parser.set_defaults(handler=deadline)


def deadline(arguments: argparse.Namespace) -> int:
    """Print limits and due dates, one block per limit."""
    from knowledge.deadlines.calendar import working_calendar
    from knowledge.deadlines.due import statutory_and_committed
    from knowledge.department.profile import ProfileError, load_profile
    from knowledge.settings import read_settings

    settings = read_settings()
    received = arguments.received or working_calendar().today()
    procedure = _procedure(arguments.code, settings)
    try:
        limits = statutory_and_committed(procedure, load_profile(settings.department_file))
        blocks = ["\n".join(_block(item, received)) for item in limits]
    except (ProfileError, ValueError) as error:
        raise ExpectedError(str(error)) from error
    print(f"{procedure.code} {procedure.name}")
    # The three channels mostly share one limit; the same words are printed once.
    print("\n".join(dict.fromkeys(blocks)) or "-")
    return ExitCode.OK


def _block(limits: TimeLimits, received: date) -> list[str]:
    from knowledge.deadlines.describe import (
        describe_commitment,
        describe_due,
        describe_limit,
        describe_received,
    )
    from knowledge.deadlines.due import due_date

    lines: list[str] = []
    for limit in (limits.statutory, limits.committed):
        if limit is None:
            continue
        words = describe_limit(limit) if limit is limits.statutory else describe_commitment(limits)
        case = _case(limits.statutory) if limit is limits.statutory else ""
        lines.append(f"* {words or '-'}{case}")
        due = due_date(limit, received)
        if due is not None:
            late = describe_received(received, due)
            lines += [f"  {line}" for line in ([late] if late else []) + describe_due(due)]
    return lines


def _case(limit: Deadline | None) -> str:
    return f" ({limit.case})" if limit and limit.case else ""


def _procedure(code: str, settings: Settings) -> Procedure:
    procedure = _published(settings).get(code)
    if procedure is None:
        raise ExpectedError(f"no procedure {code} in the catalogue; codes look like 2.000648")
    return procedure


def _published(settings: Settings) -> dict[str, Procedure]:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from knowledge.catalogue.shipped import load_shipped
    from knowledge.catalogue.store import CatalogueStore
    from knowledge.database.engine import open_engine, session_factory

    url = make_url(settings.database_url)
    catalogue = None
    # Looking something up must not leave an empty database behind.
    if url.get_backend_name() != "sqlite" or Path(url.database or "").is_file():
        engine = open_engine(settings.database_url)
        try:
            catalogue = CatalogueStore(session_factory(engine)).current()
        except SQLAlchemyError:
            catalogue = None
        finally:
            engine.dispose()
    return catalogue.procedures if catalogue else {item.code: item for item in load_shipped()}
