"""A complaint or petition: the words, a look at them, then sending; nothing leaves without a yes."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from actions.contact import contact_line
from actions.flows.base import RESUME, step_button
from actions.flows.reading import gives_opinion, gives_words, has_content, is_formal
from actions.flows.records import Records, open_records
from actions.question import Question
from actions.reply import Button, Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.cases.intake import open_case, opened_lately
from knowledge.cases.models import COMPLAINT, LOW_RATING, SUGGESTION, CaseEvidence, CaseFile
from knowledge.cases.policy import case_policy
from knowledge.cases.records import NewCase
from knowledge.cases.wording import local_day
from knowledge.feedback.models import RatingRequest
from knowledge.feedback.records import RatingError
from knowledge.feedback.store import find_request, ratings_of
from knowledge.privacy.consent import CONTACT, record_consent
from knowledge.text.masking import mask_for_keeping
from knowledge.text.normalise import fold

TEXT, CONFIRM = "text", "confirm"
SEND, ANONYMOUS, EDIT, DROP, RATING = "send", "anonymous", "edit", "drop", "rating"
SHOWN_CHARS = 600
_TYPED = {
    "gui": SEND,
    "gui di": SEND,
    "dong y": SEND,
    "ok": SEND,
    "co": SEND,
    "xac nhan": SEND,
    "gui an danh": ANONYMOUS,
    "an danh": ANONYMOUS,
    "viet lai": EDIT,
    "sua lai": EDIT,
    "khong": DROP,
    "khong gui": DROP,
}


class ComplaintFlow:
    """See the module's text. The words wait sealed in the conversation's state until they are sent."""

    name = "complaint"

    def start(self, question: Question, state: State, services: Services) -> Reply:
        """Ask for the words, or take those in the message."""
        if question.in_group:
            return _plain(say("complaint.group"), state)
        with open_records(question, services) as records:
            if records is None:
                return _cannot(question, state, services)
            if question.values.get("value") == RATING:
                return _from_rating(question, state, services, records)
            if question.values.get("value") in {SEND, ANONYMOUS, EDIT}:
                return _ask(state, services, say("complaint.lost"))
            if question.values.get("value") == DROP:
                return _plain(say("complaint.cancelled"), state)
            refused = _too_many(state, services, records)
            if refused is not None:
                return refused
            if not has_content(question.text):
                return _ask(state, services, formal=is_formal(question.text))
            return _show(question.text, question.origin, state.in_flow(self.name, TEXT), services, records)

    def takes(self, question: Question, state: State) -> bool:
        """Take words where they are awaited, and the answer whether to send them."""
        if question.is_file_only:
            return True
        if state.step == TEXT:
            return gives_words(question)
        return fold(question.text).strip(" .!") in _TYPED or gives_opinion(question)

    def step(self, question: Question, state: State, services: Services) -> Reply:
        """Take words, a picture, or the answer whether to send."""
        with open_records(question, services) as records:
            if records is None:
                return _cannot(question, state.without_flow(), services)
            value = question.values.get("value") or _TYPED.get(fold(question.text).strip(" .!"))
            if question.is_file_only:
                return _picture(state, services, records)
            if state.step == TEXT or question.intent == RESUME:
                return self._text(question, state, services, records)
            if value == DROP:
                return _plain(self.cancelled(state), state.without_flow())
            if value == EDIT:
                return _ask(state.without_flow(), services, rating=state.data.get("rating"))
            words = _words(state, records)
            if not words:
                return _ask(state.without_flow(), services, say("complaint.lost"))
            if value in {SEND, ANONYMOUS}:
                return _send(words, state, services, records, question, anonymous=value == ANONYMOUS)
            more = f"{words}\n{question.text}"
            return _show(more, str(state.data.get("ref")), state, services, records)

    def reminder(self, state: State) -> str | None:
        """Say that nothing was sent."""
        return say("complaint.reminder")

    def cancelled(self, state: State) -> str:
        """Say that nothing was sent."""
        return say("complaint.cancelled")

    def _text(self, question: Question, state: State, services: Services, records: Records) -> Reply:
        if question.intent == RESUME or not question.text:
            words = _words(state, records)
            if words:
                return _show(words, str(state.data.get("ref")), state, services, records)
            return _ask(state.without_flow(), services, rating=state.data.get("rating"))
        letters = sum(char.isalpha() for char in question.text)
        if letters < case_policy().fewest_letters:
            return _plain(say("complaint.too_short"), state)
        return _show(question.text, question.origin, state, services, records)


def _ask(
    state: State, services: Services, intro: str = "", *, formal: bool = False, rating: object = None
) -> Reply:
    parts = [intro, say("complaint.ask"), say("complaint.pictures")]
    if formal:
        parts.append(say("complaint.formal", contact=contact_line(services.profile)))
    text = "\n".join(part for part in parts if part)
    known = {"rating": rating} if rating else {}
    return _plain(text, state.in_flow(ComplaintFlow.name, TEXT, **known))


def _show(text: str, ref: str, state: State, services: Services, records: Records) -> Reply:
    """Show what will be sent, and ask."""
    masked = mask_for_keeping(text)
    shown = masked if len(masked) <= SHOWN_CHARS else masked[:SHOWN_CHARS] + "…"
    parts = [say("complaint.confirm", unit=services.profile.short_name, text=shown)]
    pictures = _waiting_pictures(records)
    if pictures:
        parts.append(say("complaint.waiting_pictures", count=pictures))
    if is_formal(text):
        parts.append(say("complaint.formal", contact=contact_line(services.profile)))
    waiting = state.in_flow(ComplaintFlow.name, CONFIRM, sealed=records.sealer.seal(text), ref=ref)
    return _plain("\n\n".join(parts), waiting, *_buttons())


def _buttons() -> list[Button]:
    return [
        step_button(say(f"complaint.{name}"), ComplaintFlow.name, value)
        for name, value in (("send", SEND), ("send_anonymous", ANONYMOUS), ("edit", EDIT), ("drop", DROP))
    ]


def _send(
    words: str, state: State, services: Services, records: Records, question: Question, *, anonymous: bool
) -> Reply:
    ref = str(state.data.get("ref"))
    already = records.session.scalar(sa.select(CaseFile.id).where(CaseFile.origin == ref))
    refused = _too_many(state.without_flow(), services, records) if already is None else None
    if refused is not None:
        return refused
    rating = state.data.get("rating")
    kind = LOW_RATING if rating else SUGGESTION if _is_suggestion(words) else COMPLAINT
    new = NewCase(
        ref,
        kind,
        words,
        question.channel,
        records.conversation_id,
        services.profile.short_name,
        state.procedure,
        is_anonymous=anonymous,
        rating_id=int(rating) if rating else None,
    )
    record_consent(records.session, records.conversation_id, CONTACT, ref, records.now)
    case = open_case(records.session, new, records.hours, records.sealer, records.now)
    return Reply(_opened(case), Outcome.CASE, replace(state.without_flow(), misses=0), confidence=1.0)


def _opened(case: CaseFile) -> str:
    clock = case_policy().clock
    key = "complaint.opened_suggestion" if case.kind == SUGGESTION else "complaint.opened"
    text = say(
        key,
        code=case.code,
        unit=case.unit,
        refuse=clock.refuse,
        ask=clock.ask,
        handle_by=local_day(case.handle_by),
    )
    return f"{text}\n{say('complaint.anonymous')}" if case.is_anonymous else text


def _from_rating(question: Question, state: State, services: Services, records: Records) -> Reply:
    """A bad survey becomes a case, with its words if it has any."""
    try:
        request = find_request(records.session, question.values.get("about", ""), records.conversation_id)
    except RatingError:
        return _ask(state, services)
    given = ratings_of(records.session, request)
    if not given:
        return _ask(state, services)
    comment = next((rating.comment for rating in given if rating.comment), None)
    if not comment:
        return _ask(state, services, rating=given[0].id)
    waiting = state.in_flow(ComplaintFlow.name, CONFIRM, rating=given[0].id)
    return _show(comment, _case_ref(request), waiting, services, records)


def _case_ref(request: RatingRequest) -> str:
    return request.origin


def _picture(state: State, services: Services, records: Records) -> Reply:
    count = _waiting_pictures(records)
    if not count:
        return _plain(say("complaint.picture_refused", megabytes=services.evidence_megabytes), state)
    return _plain(say("complaint.picture", count=count), state)


def _waiting_pictures(records: Records) -> int:
    query = sa.select(sa.func.count()).where(
        CaseEvidence.conversation_id == records.conversation_id, CaseEvidence.case_id.is_(None)
    )
    return records.session.scalar(query) or 0


def _too_many(state: State, services: Services, records: Records) -> Reply | None:
    most = case_policy().cases_a_day
    if opened_lately(records.session, records.conversation_id, records.now) < most:
        return None
    return _plain(say("complaint.too_many", count=most, contact=contact_line(services.profile)), state)


def _is_suggestion(words: str) -> bool:
    said = fold(words)
    return any(word in said for word in ("kien nghi", "de nghi", "de xuat", "gop y", "nen co", "mong so"))


def _words(state: State, records: Records) -> str:
    return records.sealer.open(str(state.data.get("sealed") or "")) or ""


def _cannot(question: Question, state: State, services: Services) -> Reply:
    profile = services.profile
    text = say("service.complaint", portal=profile.online_portal, contact=contact_line(profile))
    return Reply(text, Outcome.CASE, replace(state, misses=0), confidence=question.confidence)


def _plain(text: str, state: State, *buttons: Button) -> Reply:
    return Reply(text, Outcome.CASE, replace(state, misses=0), buttons, confidence=1.0)
