"""Everyday names of procedures: find a procedure, see how people call it, add and take away wordings."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.staff.access import needs
from bot.staff.forms import form_of
from bot.staff.guard import change, see_other
from bot.staff.keys import CATALOGUE, DESK, PAGES
from bot.staff.visitor import officer
from knowledge.catalogue.records import Catalogue
from knowledge.catalogue.topics import load_everyday_language
from knowledge.learning.learned import Learned, extend, from_lessons, live
from knowledge.learning.review import Meaning, ReviewError, Target, assign, lessons
from knowledge.text.normalise import fold

ROUTES = web.RouteTableDef()
SHOWN_PROCEDURES = 50
MOST_WORDINGS = 40


async def _catalogue(request: web.Request) -> Catalogue:
    """The published catalogue, read only when another one was published."""
    found = await request.config_dict[DESK].run_plain(request.config_dict[CATALOGUE].current)
    if found is None:
        raise web.HTTPNotFound
    return found


def find(catalogue: Catalogue, words: str) -> list[tuple[str, str]]:
    """Codes and names of procedures that have every word, in code, name, field or everyday names."""
    language = load_everyday_language()
    wanted = fold(words).split()
    return [
        (code, procedure.name)
        for code, procedure in sorted(catalogue.procedures.items())
        if all(
            word in fold(" ".join((code, procedure.name, procedure.field, *language.examples.get(code, ()))))
            for word in wanted
        )
    ]


def _decided(session: Session) -> tuple[Learned, Learned]:
    return live(session), from_lessons(lessons(session))


@ROUTES.get("/names")
@needs("catalogue.view")
async def show(request: web.Request) -> web.StreamResponse:
    """Procedures that fit the words."""
    catalogue, words = await _catalogue(request), request.query.get("text", "").strip()[:200]
    found = await request.config_dict[DESK].run_plain(lambda: find(catalogue, words)) if words else []
    return request.config_dict[PAGES].page(
        request,
        "names.html",
        words=words,
        found=found[:SHOWN_PROCEDURES],
        has_more=len(found) > SHOWN_PROCEDURES,
    )


@ROUTES.get(r"/names/{code:[0-9A-Za-z.]{1,16}}")
@needs("catalogue.view")
async def one(request: web.Request) -> web.StreamResponse:
    """How people call one procedure."""
    return await _page(request)


async def _page(request: web.Request, error: str = "") -> web.Response:
    code = request.match_info["code"]
    procedure = (await _catalogue(request)).procedures.get(code)
    if procedure is None:
        raise web.HTTPNotFound
    present, reviewed = await request.config_dict[DESK].run(_decided)
    pages = request.config_dict[PAGES]
    return pages.page(
        request,
        "name.html",
        422 if error else 200,
        procedure=procedure,
        error=pages.texts["names"]["errors"][error] if error else "",
        given=form_of(request).text("wordings") if error else "",
        **_wordings(code, present, reviewed),
    )


def _wordings(code: str, present: Learned, reviewed: Learned) -> dict[str, Any]:
    language = load_everyday_language()
    in_use = extend(language, present).examples.get(code, ())
    after = extend(language, reviewed).examples.get(code, ())
    topic = language.by_code.get(code)
    return {
        "stay": [text for text in in_use if text in after],
        "come": [text for text in after if text not in in_use],
        "go": [text for text in in_use if text not in after],
        "shipped": frozenset(language.examples.get(code, ())),
        "titles": (*topic[0].names, topic[1].title, *topic[1].names) if topic else (),
    }


@ROUTES.post(r"/names/{code:[0-9A-Za-z.]{1,16}}/{action:add|remove}")
@needs("lessons.work")
async def edit(request: web.Request) -> web.StreamResponse:
    """Add wordings or take one away; both wait for the measurement and go live with the publication."""
    code, by = request.match_info["code"], officer(request).name
    catalogue, is_added = await _catalogue(request), request.match_info["action"] == "add"
    wordings = form_of(request).text("wordings").splitlines()[:MOST_WORDINGS]
    meaning = Meaning(Target.PROCEDURE if is_added else Target.REMOVED, code)
    try:
        await change(
            request,
            lambda session: assign(session, [], meaning, catalogue, by, wordings).id,
            "names.add" if is_added else "names.remove",
            f"procedure {code}",
            wordings=[text.strip() for text in wordings],
        )
    except ReviewError as error:
        if code not in catalogue.procedures:
            raise web.HTTPNotFound from error
        return await _page(request, "empty")
    return see_other(f"/staff/names/{code}?done=named")
