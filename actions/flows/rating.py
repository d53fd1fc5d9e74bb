"""The light rating of an answer: useful or not, one tap; then why not, and a case if it is wanted."""

from __future__ import annotations

from actions.flows.base import RESUME, step_button
from actions.flows.reading import gives_opinion
from actions.flows.records import Records, open_records
from actions.question import Question
from actions.reply import Button, Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.cases.intake import open_case
from knowledge.cases.models import LOW_RATING
from knowledge.cases.records import NewCase
from knowledge.cases.wording import local_day
from knowledge.feedback.models import RatingRequest
from knowledge.feedback.records import ANSWER, ASKED, Occasion, RatingError
from knowledge.feedback.store import (
    find_request,
    give_comment,
    give_reason,
    note_request,
    rate,
    ratings_of,
)
from knowledge.feedback.survey import ANSWER_SCALE, NOT_USEFUL, USEFUL
from knowledge.privacy.consent import CONTACT, record_consent

WHY = "why"
CASE, NO_CASE, REASON = "case", "no", "reason:"


def rating_buttons(origin: str) -> tuple[Button, Button]:
    """The two buttons under an answer."""
    return (
        step_button(say("rating.useful"), RatingFlow.name, str(USEFUL), origin),
        step_button(say("rating.not_useful"), RatingFlow.name, str(NOT_USEFUL), origin),
    )


class RatingFlow:
    """See the module's text."""

    name = "rating"

    def start(self, question: Question, state: State, services: Services) -> Reply:
        """Take a tap; words about an answer ("bot trả lời sai") are asked for a tap first."""
        with open_records(question, services) as records:
            if records is None:
                return _plain(say("rating.unknown"), state)
            if not question.values:
                return _ask(question, state, services, records)
            return self._tapped(question, state, services, records)

    def takes(self, question: Question, state: State) -> bool:
        """Take words that say why, not the next question."""
        return state.step == WHY and gives_opinion(question)

    def step(self, question: Question, state: State, services: Services) -> Reply:
        """Take a tap or words."""
        with open_records(question, services) as records:
            if records is None:
                return _plain(say("rating.unknown"), state.without_flow())
            if question.values:
                return self._tapped(question, state, services, records)
            if question.intent == RESUME:
                return _why(str(state.data.get("ref")), state, services)
            return self._words(question, state, records)

    def reminder(self, state: State) -> str | None:
        """Another question ends it: what was tapped is recorded already."""
        return None

    def cancelled(self, state: State) -> str:
        """Say what was recorded."""
        return say("rating.cancelled")

    def _tapped(self, question: Question, state: State, services: Services, records: Records) -> Reply:
        value, origin = question.values.get("value", ""), question.values.get("about", "")
        try:
            request = find_request(records.session, origin, records.conversation_id)
            if value == NO_CASE:
                return _plain(say("rating.done"), state.without_flow())
            if value == CASE:
                return _case(request, state, services, records)
            if value.startswith(REASON):
                give_reason(records.session, request, value.removeprefix(REASON), records.now)
                return _offer_case(origin, state)
            was_rated = bool(ratings_of(records.session, request))
            rate(records.session, request, int(value), ANSWER_SCALE, records.now)
        except (RatingError, ValueError) as problem:
            late = isinstance(problem, RatingError) and problem.reason == "too_late"
            return _plain(say("rating.too_late" if late else "rating.unknown"), state.without_flow())
        if int(value) == NOT_USEFUL:
            return _why(origin, state, services)
        return _plain(say("rating.changed" if was_rated else "rating.thanks"), state.without_flow())

    def _words(self, question: Question, state: State, records: Records) -> Reply:
        origin = str(state.data.get("ref"))
        try:
            request = find_request(records.session, origin, records.conversation_id)
            give_comment(records.session, request, question.text, records.now)
        except RatingError as problem:
            key = "rating.too_late" if problem.reason == "too_late" else "rating.unknown"
            return _plain(say(key), state.without_flow())
        return _offer_case(origin, state)


def _ask(question: Question, state: State, services: Services, records: Records) -> Reply:
    occasion = Occasion(
        question.origin,
        ANSWER,
        question.channel,
        records.conversation_id,
        procedure_code=state.procedure,
        field=services.field_of(state.procedure),
        unit=services.profile.short_name,
    )
    note_request(records.session, occasion, ASKED, records.now)
    return _plain(say("rating.ask"), state, *rating_buttons(question.origin))


def _why(origin: str, state: State, services: Services) -> Reply:
    buttons = [
        step_button(name, RatingFlow.name, f"{REASON}{reason}", origin)
        for reason, name in services.survey.reasons.items()
    ]
    return _plain(say("rating.why"), state.in_flow(RatingFlow.name, WHY, ref=origin), *buttons)


def _offer_case(origin: str, state: State) -> Reply:
    buttons = (
        step_button(say("rating.to_case"), RatingFlow.name, CASE, origin),
        step_button(say("rating.no_case"), RatingFlow.name, NO_CASE, origin),
    )
    return _plain(say("rating.noted"), state.without_flow(), *buttons)


def _case(request: RatingRequest, state: State, services: Services, records: Records) -> Reply:
    """Open a case with the citizen's consent; a second tap gives the same one."""
    rating = ratings_of(records.session, request)[0]
    record_consent(records.session, records.conversation_id, CONTACT, request.origin, records.now)
    reason = rating.comment or services.survey.reasons.get(rating.reason or "", "")
    about = say("rating.case_about", code=request.procedure_code) if request.procedure_code else ""
    new = NewCase(
        rating.origin,
        LOW_RATING,
        say("rating.case_text", about=about, reason=reason),
        request.channel,
        records.conversation_id,
        services.profile.short_name,
        request.procedure_code,
        rating_id=rating.id,
    )
    case = open_case(records.session, new, records.hours, records.sealer, records.now)
    text = say("rating.case_opened", code=case.code, handle_by=local_day(case.handle_by))
    return Reply(text, Outcome.CASE, state.without_flow(), confidence=1.0)


def _plain(text: str, state: State, *buttons: Button) -> Reply:
    return Reply(text, Outcome.FEEDBACK, state, buttons, confidence=1.0)
