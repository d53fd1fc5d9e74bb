"""Complaints and petitions with their clocks: lists, the page of a case, what officers do with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.case_actions import Wish, do
from bot.staff.choices import back_to, number, officers, values_in_use, words, yes_no
from bot.staff.export import send_export, table
from bot.staff.forms import form_of
from bot.staff.guard import change, see_other
from bot.staff.keys import DESK, HOURS, PAGES, SEALER, SETTINGS
from bot.staff.periods import since, until
from bot.staff.visitor import now, officer
from knowledge.cases.desk import add_label, assign, hand_to_unit, remove_label
from knowledge.cases.evidence import evidence_folder
from knowledge.cases.listing import (
    CaseFilter,
    entries_of,
    evidence_of,
    export_cases,
    labels_of,
    list_cases,
)
from knowledge.cases.models import TEXT_CHARS, CaseEvidence, CaseFile, CaseLabel
from knowledge.cases.policy import case_policy
from knowledge.cases.records import CaseError
from knowledge.cases.wording import problem

ROUTES = web.RouteTableDef()


def read_filter(query: Mapping[str, str], account_id: int) -> CaseFilter:
    """Read the filter of a list; without ``view=all`` it shows what waits, the most overdue first."""
    return CaseFilter(
        stage=words(query, "stage"),
        kind=words(query, "kind"),
        unit=words(query, "unit"),
        procedure_code=words(query, "procedure_code"),
        channel=words(query, "channel"),
        assigned_to=account_id if query.get("mine") else number(query.get("assigned_to", "")),
        unassigned=bool(query.get("unassigned")),
        label=words(query, "label"),
        settled=yes_no(query.get("settled", "")),
        due=query.get("view") != "all" and not query.get("stage"),
        overdue_at=now() if query.get("overdue") else None,
        since=since(query.get("since", "")),
        until=until(query.get("until", "")),
        text=words(query, "text") or "",
    )


def _list(session: Session, wanted: CaseFilter, cursor: str | None) -> dict[str, Any]:
    page = list_cases(session, wanted, cursor)
    return {
        "page": page,
        "labels": labels_of(session, [case.id for case in page.rows]),
        "officers": officers(session),
        "units": values_in_use(session, CaseFile.unit),
        "channels": values_in_use(session, CaseFile.channel),
        "all_labels": values_in_use(session, CaseLabel.label),
    }


@ROUTES.get("/cases")
@needs("cases.view")
async def show(request: web.Request) -> web.StreamResponse:
    """A page of the list."""
    wanted = read_filter(request.query, officer(request).id)
    shown = await request.config_dict[DESK].run(_list, wanted, request.query.get("after"))
    return request.config_dict[PAGES].page(
        request, "cases.html", query=request.query, policy=case_policy(), now=now(), **shown
    )


@ROUTES.get(r"/cases/export.{kind:csv|xlsx}")
@needs("cases.export")
async def export(request: web.Request) -> web.StreamResponse:
    """The whole list as a file."""
    columns = request.config_dict[PAGES].texts["cases"]["columns"]
    wanted = read_filter(request.query, officer(request).id)
    sessions = request.config_dict[DESK].sessions

    rows = table(sessions, columns, lambda session: export_cases(session, wanted))
    return await send_export(request, "phan-anh", list(columns.values()), rows)


@ROUTES.post("/cases/bulk")
@needs("cases.work")
async def bulk(request: web.Request) -> web.StreamResponse:
    """Do one thing with all chosen cases."""
    form, by, moment = form_of(request), officer(request).id, now()
    chosen, value, action = form.ids("id"), form.text("value").strip(), form.text("action")

    def work(session: Session) -> object:
        if action == "assign":
            return assign(session, chosen, number(form.text("account")), by, moment)
        if action == "unit":
            return hand_to_unit(session, chosen, value, by, moment)
        if action == "label":
            return add_label(session, chosen, value)
        if action == "unlabel":
            remove_label(session, chosen, value)
            return None
        raise ValueError(action)

    if not chosen:
        return request.config_dict[PAGES].error(request, 400, "none_chosen")
    try:
        await change(request, work, f"cases.{action[:20]}", cases=chosen, value=value or form.text("account"))
    except (ValueError, CaseError) as error:
        raise web.HTTPBadRequest from error
    return see_other(back_to("/staff/cases", form.text("back"), "case"))


def _one(session: Session, case_id: int) -> dict[str, Any] | None:
    case = session.get(CaseFile, case_id)
    if case is None:
        return None
    return {
        "case": case,
        "entries": entries_of(session, case_id),
        "evidence": evidence_of(session, case_id),
        "labels": labels_of(session, [case_id]).get(case_id, []),
        "officers": officers(session),
    }


@ROUTES.get(r"/cases/{id:\d{1,9}}")
@needs("cases.view")
async def one(request: web.Request) -> web.StreamResponse:
    """A case with everything that happened to it."""
    return await _page(request)


async def _page(request: web.Request, error: str = "", text: str = "") -> web.Response:
    shown = await request.config_dict[DESK].run(_one, int(request.match_info["id"]))
    if shown is None:
        raise web.HTTPNotFound
    case = shown["case"]
    words = request.config_dict[SEALER].open(case.sealed_text) if case.sealed_text else None
    return request.config_dict[PAGES].page(
        request,
        "case.html",
        422 if error else 200,
        policy=case_policy(),
        now=now(),
        words=words or case.text,
        error=error,
        text=text,
        most=TEXT_CHARS,
        **shown,
    )


@ROUTES.post(r"/cases/{id:\d{1,9}}/{action:[a-z_]{3,20}}")
@needs("cases.work")
async def act(request: web.Request) -> web.StreamResponse:
    """Do something with a case; what concerns the citizen is said to them in the same transaction."""
    case_id, action = int(request.match_info["id"]), request.match_info["action"]
    form, hours, moment = form_of(request), request.config_dict[HOURS], now()
    text = form.text("text")
    wish = Wish(action, case_id, text, form.text("account"), officer(request).id)
    try:
        await change(
            request,
            lambda session: do(session, wish, hours, moment),
            f"cases.{action}",
            f"case {case_id}",
        )
    except CaseError as error:
        if error.reason == "gone":
            raise web.HTTPNotFound from error
        stages = case_policy().stages
        case = (await request.config_dict[DESK].run(_one, case_id) or {}).get("case")
        name = stages[case.stage].name if case is not None else ""
        return await _page(request, problem(error.reason, stage=name, most=TEXT_CHARS), text)
    except (KeyError, ValueError) as error:
        raise web.HTTPBadRequest from error
    return see_other(f"/staff/cases/{case_id}?done=case")


def _evidence(session: Session, case_id: int, evidence_id: int) -> CaseEvidence | None:
    found = session.get(CaseEvidence, evidence_id)
    return found if found is not None and found.case_id == case_id else None


@ROUTES.get(r"/cases/{id:\d{1,9}}/evidence/{picture:\d{1,9}}")
@needs("cases.view")
async def picture(request: web.Request) -> web.StreamResponse:
    """A picture that the citizen sent."""
    desk = request.config_dict[DESK]
    found = await desk.run(_evidence, int(request.match_info["id"]), int(request.match_info["picture"]))
    if found is None:
        raise web.HTTPNotFound
    folder = evidence_folder(request.config_dict[SETTINGS], request.config_dict[SEALER])
    content = await desk.run_plain(lambda: folder.open(found.name))
    if content is None:
        raise web.HTTPNotFound
    return web.Response(body=content, content_type=found.media_type)
