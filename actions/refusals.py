"""Saying no rather than inventing: withdrawn, not ours, unclear, no procedure named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.answers.common import Subject, day
from actions.contact import contact_line
from actions.question import Facet, Question
from actions.reply import Button, Outcome, Reply, payload
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.catalogue.matters import Matter
from knowledge.catalogue.other_agencies import who_instead
from knowledge.catalogue.records import Status
from knowledge.catalogue.search import SearchResult, Verdict

EXAMPLES = ("cây xăng", "an toàn thực phẩm", "khuyến mại trúng thưởng", "văn phòng đại diện")
NEAR_FROM = 0.35


def withdrawn(subject: Subject, facets: Sequence[Facet], state: State, confidence: float) -> Reply:
    """Say since when a procedure is not on the national list, what it was, and whom to ask."""
    procedure, services = subject.procedure, subject.services
    as_of = subject.catalogue.release.as_of
    level = ", ".join(say(f"level.{level.value}") for level in procedure.levels)
    last_seen = day(procedure.last_seen) if procedure.last_seen else "không rõ"
    parts = [
        say(
            "withdrawn.main", name=procedure.name, code=procedure.code, as_of=day(as_of), last_seen=last_seen
        ),
        say("withdrawn.meaning", level=level, agencies=subject.agencies),
        say("withdrawn.ask", department=services.profile.short_name, portal=subject.portal),
    ]
    related = [
        code
        for code in services.index().family(procedure.code)
        if subject.catalogue.procedures[code].status is Status.LISTED
    ][:3]
    if related:
        parts.append(say("withdrawn.related"))
    parts.append(say("source.release", as_of=day(as_of)))
    return Reply(
        text="\n\n".join(parts),
        outcome=Outcome.WITHDRAWN,
        state=state,
        buttons=tuple(_button(code, services) for code in related),
        procedure=procedure.code,
        facets=tuple(facets),
        candidates=(procedure.code,),
        confidence=confidence,
        as_of=as_of.isoformat(),
    )


def not_ours(question: Question, result: SearchResult, state: State, services: Services) -> Reply:
    """Say that nothing of the catalogue fits, who deals with it where known, and what is near.

    The procedure in talk is left, for the words may be about something new, but offered first.
    """
    known = who_instead(question.text)
    near = [c.code for c in result.candidates if c.coverage >= NEAR_FROM][:2] if not known else []
    if state.procedure and not known:
        near = [state.procedure, *(code for code in near if code != state.procedure)]
    text = (
        say("out_of_scope.known", agency=known)
        if known
        else say("out_of_scope.unknown", portal=services.profile.online_portal)
    )
    if near:
        text += "\n\n" + say("out_of_scope.near")
    return Reply(
        text=text,
        outcome=Outcome.OUT_OF_SCOPE,
        state=replace(state, procedure=None, candidates=(), facets=(), misses=state.misses + 1),
        buttons=tuple(_button(code, services, question.facets) for code in near),
        confidence=1 - result.confidence,
        as_of=services.catalogue().release.as_of.isoformat(),
    )


def no_procedure(matter: Matter, result: SearchResult, state: State, services: Services) -> Reply:
    """Say what can be said of business that is no procedure; what may have been meant is offered beside."""
    codes = matter.procedures
    if not codes and result.verdict is Verdict.SURE:
        codes = (result.candidates[0].code,)
    text = matter.say.format(department=services.profile.short_name)
    if codes:
        text += "\n\n" + say("out_of_scope.near")
    report = (Button(say("matter.complain"), payload("complain")),) if matter.complaint else ()
    return Reply(
        text=text,
        outcome=Outcome.OUT_OF_SCOPE,
        state=replace(state, candidates=(), facets=(), misses=0),
        buttons=(*report, *(_button(code, services) for code in codes)),
        confidence=1.0,
        as_of=services.catalogue().release.as_of.isoformat(),
    )


def which_procedure(facets: Sequence[Facet], state: State) -> Reply:
    """Ask which procedure is meant, keeping what was asked about it."""
    asked = [facet.value for facet in facets]
    return Reply(
        text=say("clarify.which"),
        outcome=Outcome.CLARIFY,
        state=replace(state, facets=tuple(asked), misses=state.misses + 1),
        buttons=tuple(Button(name.capitalize(), name) for name in EXAMPLES),
        facets=tuple(facets),
    )


def unknown_code(code: str, state: State, services: Services) -> Reply:
    """Say that the catalogue has no procedure of this code."""
    as_of = services.catalogue().release.as_of
    text = say("clarify.unknown_code", code=code, as_of=day(as_of), portal=services.profile.online_portal)
    return Reply(text, Outcome.CLARIFY, state, as_of=as_of.isoformat())


def unclear(question: Question, state: State, services: Services) -> Reply:
    """Admit not having understood; after two failures in a row say how to reach a person."""
    again = state.misses >= 1
    text = say("unclear.again" if again else "unclear.first")
    if again:
        text += "\n" + say("unclear.contact", contact=contact_line(services.profile))
    return Reply(
        text, Outcome.UNCLEAR, replace(state, misses=state.misses + 1), confidence=question.confidence
    )


def _button(code: str, services: Services, facets: Sequence[Facet] = ()) -> Button:
    title = services.title(services.catalogue().procedures[code])
    asked = {"facet": [facet.value for facet in facets]} if facets else {}
    return Button(title[:80], payload("ask_procedure", procedure_code=code, **asked))
