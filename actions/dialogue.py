"""Decides what a question about procedures means in its conversation, and answers it.

The order of decisions: a code or a tapped choice, then what search finds in the words, then the
procedure in talk. A question whose words name another procedure always leaves the old one at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from actions.answers.common import Subject
from actions.answers.compose import answer_text, next_questions, sources
from actions.choices import clarify, clarify_cases, no_such_case
from actions.question import Facet, Question
from actions.refusals import no_procedure, not_ours, unclear, unknown_code, which_procedure, withdrawn
from actions.reply import Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.catalogue.asking_on import asks_on
from knowledge.catalogue.matters import Matter, find_matter
from knowledge.catalogue.other_agencies import may_be_of_a_dossier, who_instead
from knowledge.catalogue.records import Status
from knowledge.catalogue.search import SearchResult, Verdict
from knowledge.catalogue.topics import Case
from knowledge.text.normalise import fold

CONTENT_INTENTS = frozenset({"ask_procedure", "list_procedures", "count_procedures"})
_CORRECTION = re.compile(r"\by (?:toi|minh|em|anh|chi) (?:la|noi|muon)\b|\bnham\b|\bkhong phai\b")
IN_TALK = 0.9
"""Confidence of an answer that rests on the procedure in talk, not on words of the message."""
SURELY_OURS = 0.8
"""Confidence from which words of another authority's business do not count."""
UNSURE = 0.5
"""Below this, NLU only guesses what a message is."""
STAYS_WITHIN = 0.75
"""Share of the question's information the procedure in talk must explain for it to be kept."""
GUESSED = 0.3
"""Below this, several candidates are guesses."""
ASKS_ON = 0.65
"""Likelihood from which words only ask on, whatever the search finds in them."""
LIKE_OTHERS = 0.25
"""Below this, words are too much like other authorities' business to be no more than asking on."""


@dataclass(frozen=True)
class Turn:
    """One question in its conversation, with what carries over from before made explicit."""

    question: Question
    state: State
    services: Services
    facets: tuple[Facet, ...]
    case: Case | None


def answer_question(question: Question, state: State, services: Services) -> Reply:
    """Answer a question about a procedure, ask back, or say that it is not ours."""
    turn = _open_turn(question, state, services)
    code = next((code for code in question.codes if code in services.catalogue().procedures), None)
    if code:
        return _answer(turn, code, turn.facets, 1.0)
    result = services.index().search(question.text, case=turn.case)
    matter = _no_procedure(turn, result)
    if matter:
        return no_procedure(matter, result, turn.state, services)
    if _informs_fee(turn, result):
        return _current(replace(turn, case=None))
    if not result.content and not result.candidates:
        if question.codes:
            return unknown_code(question.codes[0], turn.state, services)
        return _without_topic(turn)
    return _with_topic(turn, result)


def _open_turn(question: Question, state: State, services: Services) -> Turn:
    """Take over what a tapped choice or a correction ("không, ý tôi là …") leaves unsaid."""
    state = replace(
        state,
        actor=question.actor or state.actor,
        area=question.area or state.area,
        points=question.points or state.points,
    )
    facets = question.facets
    case = Case(question.case) if question.case else None
    if not facets and state.candidates and not question.text:
        facets = _asked(state)
    if case is None and state.case and _corrects(question.text):
        case, facets = Case(state.case), facets or _asked(state)
    return Turn(question, replace(state, case=case.value if case else None), services, facets, case)


def _with_topic(turn: Turn, result: SearchResult) -> Reply:
    """The words name something: answer it, offer what it may be, or say that it is not ours."""
    question, services = turn.question, turn.services
    if _others_business(turn, result):
        return not_ours(question, result, turn.state, services)
    offered = _among_offered(result, turn.state)
    if offered:
        facets = question.facets or _asked(turn.state)
        return _answer(turn, offered, facets, result.confidence)
    if _only_asks_on(turn, result):
        return _without_topic(turn)
    if result.verdict is Verdict.SEVERAL and _stays_with_current(turn, result):
        return _current(turn)
    code = result.candidates[0].code if result.verdict is Verdict.SURE else _only_sensible(turn, result)
    if code:
        return _answer(turn, code, turn.facets, result.confidence)
    if result.verdict is Verdict.SEVERAL:
        return clarify(_with_current(turn, result), turn.facets, turn.state, services)
    if not turn.facets and _means_nothing(question, result):
        return unclear(question, turn.state, services)
    return not_ours(question, result, turn.state, services)


def _with_current(turn: Turn, result: SearchResult) -> SearchResult:
    """Put the procedure in talk before candidates that are guesses: words of a detail may be about it."""
    code = turn.state.procedure
    if code is None or result.confidence >= GUESSED or _is_named(result):
        return result
    (current,) = turn.services.index().candidates([code])
    return replace(result, candidates=(current, *(c for c in result.candidates if c.code != code)))


def _means_nothing(question: Question, result: SearchResult) -> bool:
    """Tell whether neither NLU nor the search made anything of the words."""
    unsure = question.confidence < UNSURE and not result.candidates and who_instead(question.text) is None
    return question.intent == "nlu_fallback" or unsure


def _answer(turn: Turn, code: str, facets: tuple[Facet, ...], confidence: float) -> Reply:
    words = turn.question.text
    return about(code, facets, turn.state, turn.services, confidence=confidence, words=words)


def about(
    code: str,
    facets: tuple[Facet, ...],
    state: State,
    services: Services,
    *,
    confidence: float,
    words: str = "",
) -> Reply:
    """Answer ``facets`` (default: overview) about one procedure and make it the one in talk."""
    catalogue = services.catalogue()
    procedure = catalogue.procedures[code]
    state = replace(state, procedure=code, candidates=(), facets=(), misses=0)
    subject = Subject(
        procedure, catalogue, services, services.today(), state.actor, state.area, state.points, words
    )
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


def _asked(state: State) -> tuple[Facet, ...]:
    return tuple(Facet(name) for name in state.facets)


def _informs_fee(turn: Turn, result: SearchResult) -> bool:
    """Tell whether the message only says whose fee it is ("doanh nghiệp, 3 cửa hàng").

    It is what a fee question asked back, or it asks for the fee of places of business and names nothing.
    """
    question, state = turn.question, turn.state
    given = question.actor or question.area or question.points
    if not (state.procedure and given) or _is_named(result):
        return False
    if not question.facets:
        return state.awaiting == "fee"
    where_or_how_many = question.area or question.points
    return bool(where_or_how_many and question.facets == (Facet.FEE,) and result.verdict is not Verdict.SURE)


def _others_business(turn: Turn, result: SearchResult) -> bool:
    """Tell whether the words name another authority's business, and nothing of ours surely fits them.

    Health checks alone are the health department's; a producer's staff may have to prove one to us. What the
    search finds in words that only ask is nothing sure.
    """
    text = turn.question.text
    if who_instead(text) is None or _is_of_the_dossier(turn):
        return False
    sure = result.verdict is Verdict.SURE and result.confidence >= SURELY_OURS
    return not (_is_named(result) or (sure and asks_on(text) < ASKS_ON))


def _no_procedure(turn: Turn, result: SearchResult) -> Matter | None:
    """The matter without a procedure that is meant ("giá xăng hôm nay"), unless a procedure surely is."""
    matter = find_matter(turn.question.text)
    if matter is None or who_instead(turn.question.text):
        return None
    sure = result.verdict is Verdict.SURE and result.confidence >= SURELY_OURS
    return matter if not sure or matter.outweighs(result.candidates[0].code) else None


def _is_of_the_dossier(turn: Turn) -> bool:
    """Tell whether words as of others ("có cần sao y không") ask on about the procedure in talk."""
    text = turn.question.text
    return bool(turn.state.procedure) and may_be_of_a_dossier(text) and asks_on(text) >= ASKS_ON


def _is_named(result: SearchResult) -> bool:
    """Tell whether an everyday name of the first candidate stands in the words."""
    return bool(result.candidates and result.candidates[0].reasons)


def _corrects(text: str) -> bool:
    """Tell whether the citizen corrects what they said or what we took ("không, ý tôi là …")."""
    return bool(_CORRECTION.search(fold(text)))


def _only_sensible(turn: Turn, result: SearchResult) -> str | None:
    """The one procedure to answer although several fit, when they are cases of one paper.

    Without a word about the case, people mean the first issue. Of a paper no longer listed there is
    nothing to choose from.
    """
    if result.verdict is not Verdict.SEVERAL:
        return None
    if len({candidate.topic for candidate in result.candidates}) != 1:
        return None
    procedures = turn.services.catalogue().procedures
    listed = [c.code for c in result.candidates if procedures[c.code].status is Status.LISTED]
    if not listed:
        return result.candidates[0].code
    if result.case is not None:
        return None
    first_issues = [code for code in listed if _is_first_issue(code, turn.services)]
    return first_issues[0] if len(first_issues) == 1 else None


def _among_offered(result: SearchResult, state: State) -> str | None:
    """The one offered candidate that the words single out ("loại cửa hàng ấy"), or None."""
    offered = [candidate for candidate in result.candidates if candidate.code in state.candidates]
    if not offered or result.verdict is Verdict.NONE:
        return None
    best = offered[0]
    rivals = [other for other in offered[1:] if best.score - other.score < 0.03]
    return best.code if not rivals and best is result.candidates[0] else None


def _is_first_issue(code: str, services: Services) -> bool:
    known = services.language.by_code.get(code)
    return known is None or known[1].case is Case.NEW


def _only_asks_on(turn: Turn, result: SearchResult) -> bool:
    """Tell whether the words only ask on about what was talked of ("sáng nộp chiều có chưa").

    What the search finds then rests on words that are used about any procedure. What names a procedure, by
    half a name even, or surely is another case of the same paper, is not asking on.
    """
    code, text, index = turn.state.procedure or "", turn.question.text, turn.services.index()
    if _is_named(result) or asks_on(text) < ASKS_ON:
        return False
    if result.ours_like < LIKE_OTHERS and not may_be_of_a_dossier(text):
        return False
    other_case = result.verdict is Verdict.SURE and result.candidates[0].code in index.family(code)
    return not other_case and not index.half_names_another(text, code)


def _stays_with_current(turn: Turn, result: SearchResult) -> bool:
    """Tell whether ambiguous words still fit the procedure in talk ("phí cấp giấy này")."""
    if turn.state.procedure is None:
        return False
    family = turn.services.index().family(turn.state.procedure)
    fitting = [candidate for candidate in result.candidates if candidate.code in family]
    return bool(fitting) and fitting[0].coverage >= STAYS_WITHIN


def _without_topic(turn: Turn) -> Reply:
    """A message that names no procedure: it continues the talk, or we ask which one."""
    question, state, services = turn.question, turn.state, turn.services
    asking_on = state.procedure and asks_on(question.text) >= ASKS_ON
    if who_instead(question.text) and not asking_on:
        return not_ours(question, SearchResult(Verdict.NONE), state, services)
    if state.procedure:
        return _current(turn)
    if state.candidates and (turn.facets or turn.case):
        offered = services.index().candidates(state.candidates)
        again = SearchResult(Verdict.SEVERAL, offered, case=turn.case)
        return clarify(again, turn.facets or _asked(state), state, services)
    if turn.facets or turn.case or question.intent in CONTENT_INTENTS:
        return which_procedure(turn.facets, state)
    return unclear(question, state, services)


def _current(turn: Turn) -> Reply:
    """Continue with the procedure in talk, or its sibling for another case ("thế cấp lại?")."""
    question, state, services = turn.question, turn.state, turn.services
    if state.procedure is None:
        return which_procedure(turn.facets, state)
    facets = turn.facets
    if turn.case is None:
        if not facets and state.awaiting == "fee" and (question.actor or question.area or question.points):
            facets = (Facet.FEE,)
        return _answer(turn, state.procedure, facets, IN_TALK)
    siblings = services.index().siblings(state.procedure, turn.case)
    if len(siblings) == 1:
        return _answer(turn, siblings[0], facets or _asked(state), IN_TALK)
    if siblings:
        return clarify_cases(siblings, facets or _asked(state), state, services)
    return no_such_case(turn.case, state.procedure, state, services)


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
