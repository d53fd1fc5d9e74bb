"""Reports and evidence packs: asked for here, made beside the gateway, downloaded when they are done."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.choices import officers
from bot.staff.forms import form_of
from bot.staff.guard import change, mark_audited, note, see_other
from bot.staff.keys import DESK, PAGES, PROFILE, REPORT_RUNNER, SETTINGS
from bot.staff.periods import today
from bot.staff.report_choice import offered, read_choice
from bot.staff.visitor import now, officer
from knowledge.department.reporting import Reporting
from knowledge.reports.making import KINDS
from knowledge.reports.models import ReportRun
from knowledge.reports.periods import Kind, parse_period
from knowledge.reports.render.forms import FORMS
from knowledge.reports.runs import EVIDENCE, UNFINISHED, TooManyRunsError, Wish, ask, folder_of, latest_runs

ROUTES = web.RouteTableDef()


def _all(session: Session, reporting: Reporting) -> dict[str, Any]:
    runs = latest_runs(session, now())
    return {
        "runs": runs,
        "periods": {run.id: parse_period(run.period, Kind(run.days)) for run in runs},
        "officers": officers(session),
        "offer": offered(session, reporting, today()),
        "unfinished": any(run.state in UNFINISHED for run in runs),
    }


@ROUTES.get("/reports")
@needs("reports.view")
async def show(request: web.Request) -> web.StreamResponse:
    """What can be asked for, and what was made."""
    shown = await request.config_dict[DESK].run(_all, request.config_dict[PROFILE].reporting)
    choice = read_choice(request.query, today())
    return request.config_dict[PAGES].page(
        request, "reports.html", choice=choice, kinds=KINDS, all_forms=FORMS, evidence=EVIDENCE, **shown
    )


@ROUTES.post("/reports")
@needs("reports.work")
async def make(request: web.Request) -> web.StreamResponse:
    """Ask for a report."""
    form = form_of(request)
    choice = read_choice(form.fields, today())
    try:
        wish = Wish(
            form.text("what"), choice.period, choice.unit, choice.field, tuple(form.fields.getall("form", []))
        )
    except ValueError as error:
        raise web.HTTPBadRequest from error
    by = officer(request).id
    try:
        run_id = await change(
            request,
            lambda session: ask(session, wish, by, now()),
            "reports.make",
            "report {result}",
            what=wish.what,
            period=wish.period.code,
            days=wish.period.kind.value,
            unit=wish.unit,
            field=wish.field,
            forms=wish.forms,
        )
    except TooManyRunsError:
        await note(request, "reports.refused", what=wish.what, period=wish.period.code)
        mark_audited(request)
        return see_other("/staff/reports?done=report_too_many")
    request.config_dict[REPORT_RUNNER].start(run_id)
    return see_other(f"/staff/reports?{choice.query(done='report_asked')}")


@ROUTES.get(r"/reports/{id:\d{1,9}}/{number:\d{1,2}}")
@needs("reports.view")
async def download(request: web.Request) -> web.StreamResponse:
    """A file of a finished report; that it was taken is in the audit log."""
    run_id, number = int(request.match_info["id"]), int(request.match_info["number"])
    run = await request.config_dict[DESK].run(lambda session: session.get(ReportRun, run_id))
    if run is None or number >= len(run.files):
        raise web.HTTPNotFound
    path = folder_of(request.config_dict[SETTINGS].data_dir, run_id) / run.files[number]
    if not path.is_file():
        raise web.HTTPNotFound
    await note(request, "reports.download", f"report {run_id}", file=path.name)
    disposition = f'attachment; filename="{path.name}"'
    return web.FileResponse(path, headers={"Content-Disposition": disposition})
