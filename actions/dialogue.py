"""Decides what a question about procedures means in its conversation, and answers it.

The order of decisions: a code or a tapped choice, then what search finds in the words, then the
procedure in talk. A question whose words name another procedure always leaves the old one at once.
"""

from __future__ import annotations

import re
from dataclasses import replace

from actions.answers.common import Subject
from actions.answers.compose import answer_text, next_questions, sources
from actions.choices import clarify, clarify_cases, no_such_case
from actions.question import Facet, Question
from actions.refusals import not_ours, unclear, unknown_code, which_procedure, withdrawn
from actions.reply import Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.catalogue.other_agencies import who_instead
from knowledge.catalogue.records import Status
from knowledge.catalogue.search import SearchResult, Verdict
from knowledge.catalogue.topics import Case
from knowledge.text.normalise import fold

CONTENT_INTENTS = frozenset({"ask_procedure", "list_procedures", "count_procedures"})
_CORRECTION = re.compile(r"\by (?:toi|minh|em|anh|chi) (?:la|noi|muon)\b|\bnham\b|\bkhong phai\b")
STAYS_WITHIN = 0.75
"""Share of the question's information the procedure in talk must explain for it to be kept."""


def answer_question(question: Question, state: State, services: Services) -> Reply:
    """Answer a question about a procedure, ask back, or say that it is not ours."""
    state = remember(question, state)
    facets = question.facets or tuple(
        Facet(name) for name in state.facets if state.candidates and not question.text
    )
    if question.codes and question.codes[0] in services.catalogue().procedures:
        return about(question.codes[0], facets, state, services, confidence=1.0)
    case = Case(question.case) if question.case else None
    if case is None and state.case and _corrects(question.text):
        case, facets = Case(state.case), facets or _asked(state)
    state = replace(state, case=case.value if case else None)
    result = services.index().search(question.text, case=case)
    if _informs_fee(question, state, result):
        return _current(question, state, facets, None, services)
    if not result.content and not result.candidates:
        if question.codes:
            return unknown_code(question.codes[0], state, services)
        return _without_topic(question, state, facets, case, services)
    if _others_business(question, result):
        return not_ours(question, result, state, services)
    chosen = _among_offered(result, state)
    if chosen:
        return about(chosen, question.facets or _asked(state), state, services, confidence=result.confidence)
    if result.verdict is Verdict.SURE:
        return about(result.candidates[0].code, facets, state, services, confidence=result.confidence)
    if _stays_with_current(result, state, services):
        return _current(question, state, facets, case, services)
    if result.verdict is Verdict.SEVERAL:
        code = _only_sensible(result, services)
        if code:
            return about(code, facets, state, services, confidence=result.confidence)
        return clarify(result, facets, state, services)
    if question.intent == "nlu_fallback" and not facets and who_instead(question.text) is None:
        return unclear(question, state, services)
    return not_ours(question, result, state, services)


def about(
    code: str, facets: tuple[Facet, ...], state: State, services: Services, *, confidence: float
) -> Reply:
    """Answer ``facets`` (default: overview) about one procedure and make it the one in talk."""
    catalogue = services.catalogue()
    procedure = catalogue.procedures[code]
    state = replace(state, procedure=code, candidates=(), facets=(), misses=0)
    subject = Subject(procedure, catalogue, services, services.today(), state.actor, state.area, state.points)
    if procedure.status is Status.NO_LONGER_LISTED:
        return withdrawn(subject, facets, state, confidence)
    asked = facets or (Facet.OVERVIEW,)
    return Reply(
        text=answer_text(subject, asked),
        outcome=Outcome.ANSWERED,
        state=replace(
            state, awaiting="fee" if Facet.FEE in asked else None, facets=tuple(f.value for f in asked)
        ),
        buttons=next_questions(subject, asked),
        procedure=code,
        facets=asked,
        candidates=(code,),
        confidence=confidence,
        as_of=catalogue.release.as_of.isoformat(),
        sources=sources(subject),
    )


def remember(question: Question, state: State) -> State:
    """Keep who asks and where, which fee questions need."""
    return replace(
        state,
        actor=question.actor or state.actor,
        area=question.area or state.area,
        points=question.points or state.points,
    )


def _asked(state: State) -> tuple[Facet, ...]:
    return tuple(Facet(name) for name in state.facets)


def _informs_fee(question: Question, state: State, result: SearchResult) -> bool:
    """Tell whether the message only gives what a fee question asked back ("doanh nghiệp, 3 cửa hàng")."""
    given = question.actor or question.area or question.points
    named = bool(result.candidates and result.candidates[0].reasons)
    return bool(state.procedure and state.awaiting == "fee" and given and not question.facets and not named)


def _others_business(question: Question, result: SearchResult) -> bool:
    """Tell whether the words name another authority's business and none of our everyday names."""
    named = bool(result.candidates and result.candidates[0].reasons)
    return not named and who_instead(question.text) is not None


def _corrects(text: str) -> bool:
    """Tell whether the citizen corrects what they said or what we took ("không, ý tôi là …")."""
    return bool(_CORRECTION.search(fold(text)))


def _only_sensible(result: SearchResult, services: Services) -> str | None:
    """The one procedure to answer although several fit, when they are cases of one paper.

    Without a word about the case, people mean the first issue. Of a paper no longer listed there is
    nothing to choose from.
    """
    if len({candidate.topic for candidate in result.candidates}) != 1:
        return None
    procedures = services.catalogue().procedures
    listed = [c.code for c in result.candidates if procedures[c.code].status is Status.LISTED]
    if not listed:
        return result.candidates[0].code
    if result.case is not None:
        return None
    first_issues = [code for code in listed if services.language.by_code[code][1].case is Case.NEW]
    return first_issues[0] if len(first_issues) == 1 else None


def _among_offered(result: SearchResult, state: State) -> str | None:
    """The one offered candidate that the words single out ("loại cửa hàng ấy"), or None."""
    offered = [candidate for candidate in result.candidates if candidate.code in state.candidates]
    if not offered or result.verdict is Verdict.NONE:
        return None
    best = offered[0]
    rivals = [other for other in offered[1:] if best.score - other.score < 0.03]
    return best.code if not rivals and best is result.candidates[0] else None


def _stays_with_current(result: SearchResult, state: State, services: Services) -> bool:
    """Tell whether ambiguous words still fit the procedure in talk ("phí cấp giấy này")."""
    if state.procedure is None or result.verdict is not Verdict.SEVERAL:
        return False
    family = services.index().family(state.procedure)
    fitting = [candidate for candidate in result.candidates if candidate.code in family]
    return bool(fitting) and fitting[0].coverage >= STAYS_WITHIN


def _without_topic(
    question: Question, state: State, facets: tuple[Facet, ...], case: Case | None, services: Services
) -> Reply:
    """A message that names no procedure: it continues the talk, or we ask which one."""
    if state.procedure:
        return _current(question, state, facets, case, services)
    if who_instead(question.text):
        return not_ours(question, SearchResult(Verdict.NONE), state, services)
    if state.candidates and (facets or case):
        named = SearchResult(Verdict.SEVERAL, services.index().candidates(state.candidates), case=case)
        return clarify(named, facets or _asked(state), state, services)
    if facets or case or question.intent in CONTENT_INTENTS:
        return which_procedure(facets, state)
    return unclear(question, state, services)


def _current(
    question: Question, state: State, facets: tuple[Facet, ...], case: Case | None, services: Services
) -> Reply:
    """Continue with the procedure in talk, or its sibling for another case ("thế cấp lại?")."""
    assert state.procedure is not None  # noqa: S101 - callers checked
    if case is None:
        if not facets and state.awaiting == "fee" and (question.actor or question.area or question.points):
            facets = (Facet.FEE,)
        return about(state.procedure, facets, state, services, confidence=0.9)
    siblings = services.index().siblings(state.procedure, case)
    if len(siblings) == 1:
        return about(siblings[0], facets or _asked(state), state, services, confidence=0.9)
    if siblings:
        return clarify_cases(siblings, facets or _asked(state), state, services)
    return no_such_case(case, state, services)


def select(question: Question, state: State, services: Services) -> Reply:
    """Take the candidate whose number the citizen gave."""
    if not state.candidates:
        return (
            answer_question(question, state, services)
            if question.text and question.facets
            else Reply(say("clarify.no_list"), Outcome.UNCLEAR, state)
        )
    count = len(state.candidates)
    number = count if question.ordinal == "last" else int(question.ordinal or 0)
    if not 1 <= number <= count:
        return Reply(
            say("clarify.bad_number", count=count), Outcome.CLARIFY, state, candidates=state.candidates
        )
    facets = question.facets or _asked(state)
    return about(state.candidates[number - 1], facets, state, services, confidence=1.0)
