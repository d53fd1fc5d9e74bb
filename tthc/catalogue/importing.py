"""`tthc catalogue import`: print the report, write the release, print what it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.catalogue.importers.report import ImportReport, RowError
from knowledge.catalogue.importers.values import day_of_text
from knowledge.catalogue.imports import (
    ImportMode,
    ImportOutcome,
    IncompleteImportError,
    create_imported_release,
)
from knowledge.catalogue.releases import ReleaseError, publish
from knowledge.database.engine import SessionFactory
from tthc.catalogue.words import release_values, say
from tthc.errors import ExitCode, ExpectedError, UsageError


@dataclass(frozen=True)
class ImportRequest:
    """The arguments of an import."""

    path: Path
    mode: str
    as_of: str | None
    source: str | None
    note: str
    by: str | None
    partial: bool
    publish: bool
    show_cleaned: bool


def run_import(
    request: ImportRequest, report: ImportReport, open_sessions: Callable[[], SessionFactory]
) -> int:
    """Print the report and, if it allows, write (and publish) the release."""
    as_of = _as_of(request.as_of)
    _print_report(report, show_cleaned=request.show_cleaned)
    if not report.accepted or (report.rejected and not request.partial):
        print(say("nothing_imported" if report.accepted else "nothing_accepted"))
        return ExitCode.FAILED
    try:
        outcome = _create(request, report, as_of, open_sessions())
    except (IncompleteImportError, ReleaseError) as error:
        raise ExpectedError(str(error)) from error
    _print_outcome(outcome, published=request.publish)
    return ExitCode.OK


def _as_of(text: str | None) -> date | None:
    try:
        return day_of_text(text, "--as-of") if text else None
    except RowError as error:
        raise UsageError(str(error)) from error


def _create(
    request: ImportRequest, report: ImportReport, as_of: date | None, sessions: SessionFactory
) -> ImportOutcome:
    with sessions.begin() as session:
        outcome = create_imported_release(
            session,
            report,
            mode=ImportMode(request.mode),
            source=request.source or request.path.resolve().name,
            as_of=as_of,
            note=request.note,
            imported_by=request.by,
            partial=request.partial,
        )
        if request.publish:
            publish(session, outcome.release.id, by=request.by)
    return outcome


def _print_report(report: ImportReport, *, show_cleaned: bool) -> None:
    for notice in report.notices:
        print(notice)
    if report.rejected:
        print(say("rejected_heading", count=len(report.rejected)))
        for rejection in report.rejected:
            print(f"  {rejection}")
    print(say("accepted", count=len(report.accepted), cleaned=len(report.cleaned)))
    for change in report.cleaned if show_cleaned else ():
        values = {"code": change.code, "place": change.place, "before": change.before, "after": change.after}
        print(say("cleaned", reason=change.reason, **values))


def _print_outcome(outcome: ImportOutcome, *, published: bool) -> None:
    values = release_values(outcome.release)
    print(say("already_known" if outcome.release.already_known else "created", **values))
    for line in outcome.diff.lines():
        print(line)
    print(say("published" if published else "not_published", **values))
