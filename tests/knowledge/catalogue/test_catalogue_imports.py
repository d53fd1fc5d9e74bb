"""From a report to a release: update, replacement, dates, and what an import does not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from knowledge.catalogue.diff import ChangeKind
from knowledge.catalogue.importers.report import ImportReport, Rejection
from knowledge.catalogue.importers.values import VIETNAM
from knowledge.catalogue.imports import (
    ImportMode,
    ImportOutcome,
    IncompleteImportError,
    create_imported_release,
)
from knowledge.catalogue.records import Decision, LegalText, Procedure, Status
from knowledge.catalogue.releases import create_release, list_releases, publish, read_release
from knowledge.database.engine import SessionFactory

MakeProcedure = Callable[..., Procedure]
AS_OF = date(2026, 7, 18)
BAD = Rejection("a.json", "cả tệp", "sai")


def publish_release(sessions: SessionFactory, *procedures: Procedure) -> None:
    with sessions.begin() as session:
        publish(session, create_release(session, procedures, source="gốc", as_of=AS_OF).id)


def run_import(
    sessions: SessionFactory, report: ImportReport, mode: ImportMode = ImportMode.UPDATE, **options: object
) -> ImportOutcome:
    with sessions.begin() as session:
        return create_imported_release(session, report, mode=mode, source="tệp", **options)  # type: ignore[arg-type]


def read(sessions: SessionFactory, outcome: ImportOutcome) -> dict[str, Procedure]:
    with sessions() as session:
        return read_release(session, outcome.release.id).procedures


def test_an_update_keeps_what_it_does_not_name(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    kept, changed = make_procedure("1.000001"), make_procedure("1.000002")
    publish_release(sqlite_sessions, kept, changed)
    new, added = replace(changed, name="Tên mới"), make_procedure("1.000003")
    outcome = run_import(sqlite_sessions, ImportReport((new, added)))
    assert read(sqlite_sessions, outcome) == {"1.000001": kept, "1.000002": new, "1.000003": added}
    assert outcome.diff.counts() == {ChangeKind.ADDED: 1, ChangeKind.RENAMED: 1}
    assert outcome.release.as_of == AS_OF  # what was left alone was not checked since


def test_a_replacement_marks_what_it_lacks(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    stays, goes = make_procedure("1.000001"), make_procedure("1.000002")
    gone = make_procedure("1.000003", status=Status.NO_LONGER_LISTED, last_seen=date(2025, 11, 27))
    publish_release(sqlite_sessions, stays, goes, gone)
    outcome = run_import(sqlite_sessions, ImportReport((stays,)), ImportMode.REPLACE)
    assert read(sqlite_sessions, outcome) == {
        "1.000001": stays,
        "1.000002": replace(goes, status=Status.NO_LONGER_LISTED, last_seen=AS_OF),
        "1.000003": gone,
    }
    assert outcome.diff.codes(ChangeKind.WITHDRAWN) == {"1.000002"}
    assert outcome.release.as_of == datetime.now(VIETNAM).date()


def test_the_date_can_be_given(sqlite_sessions: SessionFactory, make_procedure: MakeProcedure) -> None:
    given = date(2026, 11, 1)
    outcome = run_import(sqlite_sessions, ImportReport((make_procedure(),)), as_of=given, imported_by="Lan")
    assert outcome.release.as_of == given
    with sqlite_sessions() as session:
        (release,) = list_releases(session)
    assert release.imported_by == "Lan"
    assert not release.is_published


@pytest.mark.parametrize("partial", [False, True])
def test_all_or_nothing_unless_asked_for(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure, partial: bool
) -> None:
    report = ImportReport((make_procedure(),), (BAD,))
    if partial:
        assert run_import(sqlite_sessions, report, partial=True).release.listed_count == 1
        return
    with pytest.raises(IncompleteImportError):
        run_import(sqlite_sessions, report)
    with sqlite_sessions() as session:
        assert list_releases(session) == []


def test_nothing_good_is_no_release_even_in_part(sqlite_sessions: SessionFactory) -> None:
    with pytest.raises(IncompleteImportError):
        run_import(sqlite_sessions, ImportReport((), (BAD,)), partial=True)


def test_dates_of_legal_texts_are_remembered(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    known = LegalText("83/2014/NĐ-CP", "Về kinh doanh xăng dầu", date(2014, 9, 3), "Chính phủ")
    publish_release(sqlite_sessions, make_procedure("1.000001", legal_texts=(known,)))
    by_number = (LegalText("83/2014/NĐ-CP"), LegalText("9/2026/NĐ-CP"))
    outcome = run_import(sqlite_sessions, ImportReport((make_procedure("1.000002", legal_texts=by_number),)))
    assert read(sqlite_sessions, outcome)["1.000002"].legal_texts == (known, by_number[1])


@pytest.mark.parametrize(
    ("decision", "caution", "expected"),
    [
        ("1/QĐ-BCT", None, "Hãy hỏi lại"),
        ("2/QĐ-BCT", None, None),
        ("1/QĐ-BCT", "", None),
        ("1/QĐ-BCT", "Lời mới", "Lời mới"),
    ],
)
def test_a_caution_lasts_as_long_as_its_decision(
    sqlite_sessions: SessionFactory,
    make_procedure: MakeProcedure,
    decision: str,
    caution: str | None,
    expected: str | None,
) -> None:
    publish_release(
        sqlite_sessions, make_procedure(decision=Decision("1/QĐ-BCT"), caution="Hãy hỏi lại", name="Cũ")
    )
    imported = make_procedure(decision=Decision(decision), caution=caution)
    outcome = run_import(sqlite_sessions, ImportReport((imported,)))
    assert read(sqlite_sessions, outcome)["1.000001"].caution == expected


def test_the_same_import_again_is_known(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    report = ImportReport((make_procedure(),))
    first = run_import(sqlite_sessions, report, as_of=AS_OF)
    again = run_import(sqlite_sessions, report, as_of=AS_OF)
    assert (first.release.already_known, again.release.already_known) == (False, True)
    assert first.release.id == again.release.id
