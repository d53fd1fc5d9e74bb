"""`tthc catalogue template` and `cleaning-report`."""

from __future__ import annotations

from pathlib import Path

from knowledge.catalogue.cleaning.report import cleaning_table, put_into
from knowledge.catalogue.importers.table_template import csv_template, xlsx_template
from knowledge.catalogue.records import Procedure, Status
from knowledge.catalogue.releases import published_release_id, read_release
from knowledge.catalogue.shipped import load_shipped_facts
from knowledge.database.engine import SessionFactory
from tthc.catalogue.words import say
from tthc.errors import ExitCode, ExpectedError


def write_template(path: Path, file_format: str, sessions: SessionFactory | None) -> int:
    """Write the template, with the published procedures when ``sessions`` is given."""
    procedures = _published(sessions) if sessions is not None else []
    content = (xlsx_template if file_format == "xlsx" else csv_template)(procedures)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ExpectedError(say("cannot_write", path=path, why=error.strerror)) from error
    name = "table_written" if sessions is not None else "template_written"
    print(say(name, path=path, count=len(procedures)))
    return ExitCode.OK


def _published(sessions: SessionFactory) -> list[Procedure]:
    with sessions() as session:
        release_id = published_release_id(session)
        procedures = read_release(session, release_id).procedures.values() if release_id is not None else ()
    return [procedure for procedure in procedures if procedure.status is Status.LISTED]


def write_cleaning_report(document: Path | None) -> int:
    """Print the table of cleaning rules, or put it into a document."""
    table = cleaning_table(load_shipped_facts().changes)
    if document is None:
        print(table)
        return ExitCode.OK
    try:
        updated = put_into(document.read_text(encoding="utf-8"), table)
        document.write_text(updated, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ExpectedError(str(error)) from error
    return ExitCode.OK
