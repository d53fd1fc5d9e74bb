"""Releases of the catalogue: upload a list, see what it changes, publish it, go back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.forms import form_of
from bot.staff.guard import change, mark_audited, see_other
from bot.staff.keys import DESK, PAGES
from bot.staff.periods import read_day
from bot.staff.visitor import actor, officer
from knowledge.catalogue.diff import CatalogueDiff, compare
from knowledge.catalogue.importers.any_file import import_file
from knowledge.catalogue.importers.report import ImportReport
from knowledge.catalogue.imports import ImportMode, ImportOutcome, create_imported_release
from knowledge.catalogue.releases import (
    ReleaseError,
    list_releases,
    publication_history,
    publish,
    published_release_id,
    read_release,
    rollback,
)
from knowledge.staff.audit import record

ROUTES = web.RouteTableDef()
SHOWN_REJECTIONS = 200
SHOWN_CHANGES = 500


@ROUTES.get("/catalogue")
@needs("catalogue.view")
async def show(request: web.Request) -> web.StreamResponse:
    """Releases, history, and the form of an upload."""
    return await _page(request)


async def _page(request: web.Request, error: str = "", report: ImportReport | None = None) -> web.Response:
    desk, pages = request.config_dict[DESK], request.config_dict[PAGES]
    errors = pages.texts["catalogue"]["errors"]
    return pages.page(
        request,
        "catalogue.html",
        422 if error else 200,
        releases=await desk.run(list_releases),
        history=(await desk.run(publication_history))[:20],
        error=errors.get(error, error),
        rejected=report.rejected[:SHOWN_REJECTIONS] if report else (),
        rejected_count=len(report.rejected) if report else 0,
        accepted_count=len(report.accepted) if report else 0,
    )


@ROUTES.post("/catalogue")
@needs("catalogue.work", takes_file=True)
async def upload(request: web.Request) -> web.StreamResponse:
    """Make a release of an uploaded list; nothing is published by it."""
    form, desk = form_of(request), request.config_dict[DESK]
    if form.file is None:
        return await _page(request, "no_file")
    file: Path = form.file
    report = await desk.run_plain(lambda: import_file(file))
    partial = form.is_on("partial")
    if not report.accepted or (report.rejected and not partial):
        mark_audited(request)
        return await _page(request, "rejected", report)
    try:
        outcome = await desk.run(_create, report, request, read_day(form.text("as_of")), partial)
    except ReleaseError as error:
        return await _page(request, str(error))
    mark_audited(request)
    return see_other(f"/staff/catalogue/{outcome.release.id}?done=release_made")


def _create(
    session: Session, report: ImportReport, request: web.Request, as_of: date | None, partial: bool
) -> ImportOutcome:
    form, by = form_of(request), officer(request)
    mode = ImportMode.REPLACE if form.text("mode") == "replace" else ImportMode.UPDATE
    outcome = create_imported_release(
        session,
        report,
        mode=mode,
        source=" ".join(form.text("source").split())[:200] or "bảng điều khiển",
        as_of=as_of,
        note=form.text("note").strip()[:500],
        imported_by=by.name,
        partial=partial,
    )
    record(
        session,
        actor(request),
        "catalogue.import",
        f"release {outcome.release.id}",
        mode=mode.value,
        accepted=len(report.accepted),
        rejected=len(report.rejected),
    )
    return outcome


@ROUTES.get(r"/catalogue/{id:\d{1,9}}")
@needs("catalogue.view")
async def release(request: web.Request) -> web.StreamResponse:
    """What a release changes of the published one."""
    number = int(request.match_info["id"])
    try:
        diff, published = await request.config_dict[DESK].run(_difference, number)
    except ReleaseError as error:
        raise web.HTTPNotFound from error
    return request.config_dict[PAGES].page(
        request,
        "release.html",
        diff=diff,
        shown=diff.changes[:SHOWN_CHANGES],
        is_published=number == published,
    )


def _difference(session: Session, number: int) -> tuple[CatalogueDiff, int | None]:
    published = published_release_id(session)
    old = read_release(session, published) if published is not None else None
    return compare(old, read_release(session, number)), published


@ROUTES.post(r"/catalogue/{id:\d{1,9}}/publish")
@needs("catalogue.work")
async def publish_release(request: web.Request) -> web.StreamResponse:
    """Publish a release, at once and without a restart."""
    number, by = int(request.match_info["id"]), officer(request)
    try:
        await change(
            request,
            lambda session: publish(session, number, by=by.name),
            "catalogue.publish",
            f"release {number}",
        )
    except ReleaseError as error:
        return await _page(request, str(error))
    return see_other("/staff/catalogue?done=published")


@ROUTES.post("/catalogue/rollback")
@needs("catalogue.work")
async def roll_back(request: web.Request) -> web.StreamResponse:
    """Publish again what was published before."""
    by = officer(request)
    try:
        await change(
            request,
            lambda session: rollback(session, by=by.name).id,
            "catalogue.rollback",
            "release {result}",
        )
    except ReleaseError as error:
        return await _page(request, str(error))
    return see_other("/staff/catalogue?done=rolled_back")
