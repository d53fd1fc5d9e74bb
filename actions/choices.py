"""Several candidates: buttons with the difference in words, and numbers to answer by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.question import Facet
from actions.reply import Button, Outcome, Reply, payload
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.catalogue.records import Status
from knowledge.catalogue.search import SearchResult
from knowledge.catalogue.topics import Case

MOST = 5
TITLE = 80


def clarify(result: SearchResult, facets: Sequence[Facet], state: State, services: Services) -> Reply:
    """Offer the candidates of a search; one for each topic first, so that the choice is real."""
    codes = _one_each_topic(result)
    topics = {candidate.topic for candidate in result.candidates if candidate.code in codes}
    if len(topics) == 1:
        return clarify_cases(codes, facets, state, services)
    return _offer(say("clarify.several"), codes, facets, state, services, result.confidence, contrast=True)


def clarify_cases(codes: Sequence[str], facets: Sequence[Facet], state: State, services: Services) -> Reply:
    """Offer the cases of one topic."""
    known = services.language.by_code.get(codes[0])
    topic = known[0].title if known else services.catalogue().procedures[codes[0]].name
    heading = say("clarify.several_cases", topic=topic)
    return _offer(heading, list(codes)[:MOST], facets, state, services, 0.5, contrast=False)


def no_such_case(case: Case, code: str, state: State, services: Services) -> Reply:
    """Say that the topic of ``code`` has no procedure for this case, and offer what it has."""
    procedures = services.catalogue().procedures
    family = [other for other in services.index().family(code) if other in procedures]
    listed = [other for other in family if procedures[other].status is Status.LISTED] or family
    known = services.language.by_code.get(code)
    topic = known[0].title if known else procedures[code].name
    heading = say("clarify.no_case", case=say(f"case.{case.value}"), topic=topic)
    return _offer(heading, listed[:MOST], (), state, services, 0.5, contrast=False)


def _one_each_topic(result: SearchResult) -> list[str]:
    seen: dict[str, str] = {}
    for candidate in result.candidates:
        seen.setdefault(candidate.topic, candidate.code)
    if len(seen) == 1:
        return [candidate.code for candidate in result.candidates][:MOST]
    return list(seen.values())[:MOST]


def _offer(
    heading: str,
    codes: Sequence[str],
    facets: Sequence[Facet],
    state: State,
    services: Services,
    confidence: float,
    *,
    contrast: bool,
) -> Reply:
    lines, buttons = [], []
    procedures = services.catalogue().procedures
    for number, code in enumerate(codes, start=1):
        title = services.title(procedures[code])
        known = services.language.by_code.get(code)
        if contrast and known:
            lines.append(say("clarify.item", number=number, title=title, contrast=known[0].contrast))
        else:
            lines.append(say("clarify.item_plain", number=number, title=title))
        short = title if len(title) <= TITLE else title[: TITLE - 1].rsplit(" ", 1)[0] + "…"
        entities: dict[str, object] = {"procedure_code": code}
        if facets:
            entities["facet"] = [facet.value for facet in facets]
        buttons.append(Button(short, payload("ask_procedure", **entities)))
    return Reply(
        text="\n".join([heading, *lines]),
        outcome=Outcome.CLARIFY,
        state=replace(
            state, procedure=None, candidates=tuple(codes), facets=tuple(f.value for f in facets), misses=0
        ),
        buttons=tuple(buttons),
        facets=tuple(facets),
        candidates=tuple(codes),
        confidence=confidence,
        as_of=services.catalogue().release.as_of.isoformat(),
    )
