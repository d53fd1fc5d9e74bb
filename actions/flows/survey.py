"""The survey: a factor at a time, a tap each; scores are written as they are tapped, words at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from actions.contact import contact_line
from actions.flows.base import RESUME, step_button
from actions.flows.reading import gives_words, has_content
from actions.flows.records import Records, open_records
from actions.question import Question
from actions.reply import Button, Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.feedback.models import RatingRequest
from knowledge.feedback.records import ANSWERED, ASKED, SURVEY, Occasion, RatingError
from knowledge.feedback.store import (
    CHANGEABLE,
    find_request,
    give_comment,
    note_request,
    rate,
    ratings_of,
    refuse,
)
from knowledge.feedback.survey import Survey
from knowledge.text.masking import mask_for_keeping
from knowledge.text.normalise import fold

COMMENT = "comment"
START, LATER, SKIP, USE, END, CASE, NO_CASE = "start", "later", "skip", "use", "end", "case", "no"
SAME_DAY = timedelta(days=1)


class SurveyFlow:
    """See the module's text. A button carries the request's origin and the factor it is about."""

    name = "survey"

    def start(self, question: Question, state: State, services: Services) -> Reply:
        """Begin by an intent or an invitation's button; a late tap of a score still counts."""
        with open_records(question, services) as records:
            if records is None:
                return _cannot(question, state, services)
            if question.values:
                return self._tapped(question, state, services, records)
            request, again = _request(question, state, services, records)
            said = question.text if has_content(question.text) else ""
            data = {"ref": request.origin, "done": 0, "said": records.sealer.seal(said) if said else ""}
            waiting = state.in_flow(self.name, services.survey.factors[0].id, **data)
            count, department = len(services.survey.factors), services.profile.short_name
            intro = say("survey.intro", department=department, count=count)
            if again:
                intro = say("survey.again")
            return _ask(waiting, services.survey, intro)

    def takes(self, question: Question, state: State) -> bool:
        """Take a score where one is awaited, words where they are; never a number from elsewhere."""
        if state.step == COMMENT:
            return gives_words(question)
        said = fold(question.text).strip(" .!")
        return said.isdecimal() or said in _LEVEL_WORDS

    def step(self, question: Question, state: State, services: Services) -> Reply:
        """Take a tap, a number, a level's name, or words."""
        with open_records(question, services) as records:
            if records is None:
                return _cannot(question, state.without_flow(), services)
            if question.intent == RESUME:
                return _ask(state, services.survey)
            if question.values:
                return self._tapped(question, state, services, records)
            if state.step == COMMENT:
                return _finish(state, services, records, question.text)
            score = _typed_score(question.text, services.survey)
            if score is None:
                scale = services.survey.scale
                hint = say("survey.not_a_level", worst=scale.level(1), best=scale.levels[-1], size=scale.size)
                return _ask(state, services.survey, hint)
            return _score(str(state.data.get("ref")), state.step or "", score, state, services, records)

    def reminder(self, state: State) -> str | None:
        """Say how far it is."""
        return say("survey.reminder", done=state.data.get("done", 0), count=state.data.get("count", "…"))

    def cancelled(self, state: State) -> str:
        """Say what was recorded."""
        done = state.data.get("done", 0)
        return say("survey.cancelled", done=done) if done else say("survey.nothing")

    def _tapped(self, question: Question, state: State, services: Services, records: Records) -> Reply:
        value = question.values.get("value", "")
        ref, _, factor = question.values.get("about", "").partition("/")
        try:
            request = find_request(records.session, ref, records.conversation_id)
        except RatingError:
            return _plain(say("survey.unknown"), state.without_flow())
        if value in {LATER, NO_CASE}:
            refuse(request, records.now)
            return _plain(say("survey.refused" if value == LATER else "rating.done"), state.without_flow())
        if value == START:
            first = services.survey.factors[0].id
            return _ask(state.without_flow().in_flow(self.name, first, ref=ref, done=0), services.survey)
        if value in {USE, END}:
            return _finish(
                _resumed(state, ref), services, records, _said(state, records) if value == USE else ""
            )
        if value == SKIP:
            return _next(_resumed(state, ref), factor, services.survey, records)
        score = int(value) if value.isdecimal() else 0
        return _score(ref, factor, score, _resumed(state, ref), services, records)


_LEVEL_WORDS = frozenset(
    ["khong hai long", "hai long", "rat hai long", "rat khong hai long", "binh thuong", "bo qua muc nay"]
)


def _request(
    question: Question, state: State, services: Services, records: Records
) -> tuple[RatingRequest, bool]:
    """The survey of today, if there is one, else a new one; one rating per occasion."""
    query = sa.select(RatingRequest).where(
        RatingRequest.conversation_id == records.conversation_id,
        RatingRequest.occasion == SURVEY,
        RatingRequest.outcome.in_([ASKED, ANSWERED]),
        RatingRequest.created_at > records.now - CHANGEABLE,
        RatingRequest.origin != question.origin,
    )
    found = records.session.scalar(query.order_by(RatingRequest.id.desc()).limit(1))
    if found is not None:
        return found, found.outcome == ANSWERED
    occasion = Occasion(
        question.origin,
        SURVEY,
        question.channel,
        records.conversation_id,
        procedure_code=state.procedure,
        field=services.field_of(state.procedure),
        unit=services.profile.short_name,
    )
    return note_request(records.session, occasion, ASKED, records.now), False


def _score(ref: str, factor: str, score: int, state: State, services: Services, records: Records) -> Reply:
    survey = services.survey
    if survey.factor(factor) is None or not 1 <= score <= survey.scale.size:
        return _plain(say("survey.unknown"), state.without_flow())
    try:
        request = find_request(records.session, ref, records.conversation_id)
        rate(records.session, request, score, survey.scale.size, records.now, factor)
    except RatingError as problem:
        key = "rating.too_late" if problem.reason == "too_late" else "survey.unknown"
        return _plain(say(key), state.without_flow())
    return _next(state, factor, survey, records)


def _next(state: State, factor: str, survey: Survey, records: Records) -> Reply:
    """Go on after ``factor``; a tap of an earlier one does not lose the place."""
    ids = [item.id for item in survey.factors]
    request = find_request(records.session, str(state.data.get("ref")), records.conversation_id)
    done = len(ratings_of(records.session, request))
    here = ids.index(state.step) if state.step in ids else len(ids) if state.step == COMMENT else -1
    at = max(here, ids.index(factor) + 1) if factor in ids else here
    step = ids[at] if at < len(ids) else COMMENT
    return _ask(state.in_flow(SurveyFlow.name, step, done=done, count=len(ids)), survey, records=records)


def _ask(state: State, survey: Survey, intro: str = "", records: Records | None = None) -> Reply:
    ref = str(state.data.get("ref"))
    state = state.in_flow(SurveyFlow.name, state.step or survey.factors[0].id, count=len(survey.factors))
    if state.step == COMMENT:
        return _ask_comment(state, ref, records)
    ids = [item.id for item in survey.factors]
    factor = survey.factors[ids.index(state.step or ids[0])]
    about = f"{ref}/{factor.id}"
    buttons = [
        step_button(level, SurveyFlow.name, str(score), about)
        for score, level in enumerate(survey.scale.levels, start=1)
    ]
    buttons.append(step_button(say("survey.skip"), SurveyFlow.name, SKIP, about))
    number, count = ids.index(factor.id) + 1, len(ids)
    text = say("survey.factor", number=number, count=count, name=factor.name, question=factor.question)
    return _plain(f"{intro}\n\n{text}" if intro else text, state, *buttons)


def _ask_comment(state: State, ref: str, records: Records | None) -> Reply:
    said = _said(state, records) if records is not None else ""
    buttons = [step_button(say("survey.no_comment"), SurveyFlow.name, END, ref)]
    text = say("survey.comment")
    if said:
        text = f"{say('survey.comment_said', said=mask_for_keeping(said)[:300])}\n{text}"
        buttons.insert(0, step_button(say("survey.use_said"), SurveyFlow.name, USE, ref))
    return _plain(text, state, *buttons)


def _finish(state: State, services: Services, records: Records, words: str) -> Reply:
    ref = str(state.data.get("ref"))
    try:
        request = find_request(records.session, ref, records.conversation_id)
        given = ratings_of(records.session, request)
        if words and given:
            give_comment(records.session, request, words, records.now)
    except RatingError as problem:
        key = "rating.too_late" if problem.reason == "too_late" else "survey.unknown"
        return _plain(say(key), state.without_flow())
    if not given:
        return _plain(say("survey.nothing"), state.without_flow())
    comment = say("survey.with_comment") if words else ""
    text = say("survey.thanks", count=len(given), comment=f" {comment}" if comment else "")
    text += " " + say("survey.own_sample")
    scale = services.survey.scale
    if all(rating.score >= scale.satisfied_from for rating in given):
        return _plain(text, state.without_flow())
    buttons = (
        step_button(say("survey.to_case"), "complaint", "rating", ref),
        step_button(say("survey.no_case"), SurveyFlow.name, NO_CASE, ref),
    )
    return _plain(f"{text}\n\n{say('survey.unhappy')}", state.without_flow(), *buttons)


def _typed_score(text: str, survey: Survey) -> int | None:
    said = fold(text).strip(" .!")
    if said.isdecimal():
        return int(said) if len(said) == 1 and 1 <= int(said) <= survey.scale.size else None
    names = [fold(level) for level in survey.scale.levels]
    return names.index(said) + 1 if said in names else None


def _said(state: State, records: Records) -> str:
    sealed = str(state.data.get("said") or "")
    return (records.sealer.open(sealed) or "") if sealed else ""


def _resumed(state: State, ref: str) -> State:
    """The state of the survey ``ref``, also when another talk came in between."""
    if state.flow == SurveyFlow.name and state.data.get("ref") == ref:
        return state
    return state.without_flow().in_flow(SurveyFlow.name, "", ref=ref, done=0)


def _cannot(question: Question, state: State, services: Services) -> Reply:
    profile = services.profile
    text = say("service.feedback", portal=profile.online_portal, contact=contact_line(profile))
    return Reply(text, Outcome.FEEDBACK, replace(state, misses=0), confidence=question.confidence)


def _plain(text: str, state: State, *buttons: Button) -> Reply:
    return Reply(text, Outcome.FEEDBACK, replace(state, misses=0), buttons, confidence=1.0)
