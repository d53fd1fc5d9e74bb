"""A citizen's own data: what is kept, and erasing it, with a receipt."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.contact import contact_line
from actions.flows.base import RESUME, step_button
from actions.flows.records import Records, find_conversation, open_records
from actions.question import Question
from actions.reply import Button, Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.cases.wording import local_time
from knowledge.privacy.erasure import CITIZEN
from knowledge.privacy.inventory import kept_of, open_cases_of
from knowledge.privacy.retention import retention
from knowledge.text.normalise import fold

CONFIRM = "confirm"
ERASE, YES, NO = "erase", "yes", "no"
_ERASES = re.compile(r"\b(?:xoa|huy dong y|rut (?:lai )?dong y|quen toi|dung luu)\b")
_TYPED = {
    "xoa": YES,
    "xoa het": YES,
    "dong y": YES,
    "dong y xoa": YES,
    "co": YES,
    "khong": NO,
    "khong xoa": NO,
}


class MyDataFlow:
    """See the module's text."""

    name = "my_data"

    def start(self, question: Question, state: State, services: Services) -> Reply:
        """Tell what is kept, or ask whether to erase it."""
        if question.in_group:
            return _plain(say("privacy.group"), state)
        if question.values.get("value") == YES:
            return self._erase(question, state, services)
        with open_records(question, services) as records:
            if records is None or services.erasure is None:
                return _plain(say("service.my_data", contact=contact_line(services.profile)), state)
            if question.values.get("value") == NO:
                return _plain(say("privacy.kept"), state)
            if question.values.get("value") == ERASE or _ERASES.search(fold(question.text)):
                return _confirm(state, records)
            return _what(state, services, records)

    def takes(self, question: Question, state: State) -> bool:
        """Take yes and no."""
        return fold(question.text).strip(" .!") in _TYPED

    def step(self, question: Question, state: State, services: Services) -> Reply:
        """Take the answer; only a clear yes erases."""
        value = question.values.get("value") or _TYPED.get(fold(question.text).strip(" .!"))
        if value == YES:
            return self._erase(question, state.without_flow(), services)
        if value == NO:
            return _plain(say("privacy.kept"), state.without_flow())
        if question.intent == RESUME:
            question = replace(question, values={"value": ERASE})
        return self.start(question, state.without_flow(), services)

    def reminder(self, state: State) -> str | None:
        """Say that nothing is erased."""
        return say("privacy.reminder")

    def cancelled(self, state: State) -> str:
        """Say that nothing is erased."""
        return say("privacy.cancelled")

    def _erase(self, question: Question, state: State, services: Services) -> Reply:
        conversation_id = None
        if services.sessions is not None and services.erasure is not None:
            with services.sessions() as session:
                conversation_id = find_conversation(session, question)
        if conversation_id is None or services.erasure is None:
            return _plain(say("service.my_data", contact=contact_line(services.profile)), state)
        receipt = services.erasure.erase_person(conversation_id, question.origin, CITIZEN, services.now())
        text = say("privacy.erased", code=receipt.code, at=local_time(receipt.created_at))
        return replace(_plain(text, State()), forget=True)


def _what(state: State, services: Services, records: Records) -> Reply:
    kept = kept_of(records.session, records.conversation_id)
    lines = [say("privacy.what")] if kept else [say("privacy.nothing")]
    times = retention()
    lines += [
        say("privacy.item", name=times[kind].name, count=count, kept=_time(times[kind].time.days))
        for kind, count in kept.items()
    ]
    lines += ["", say("privacy.purpose", contact=contact_line(services.profile))]
    return _plain("\n".join(lines), state, step_button(say("privacy.erase"), MyDataFlow.name, ERASE))


def _confirm(state: State, records: Records) -> Reply:
    text = say("privacy.confirm")
    under_way = open_cases_of(records.session, records.conversation_id)
    if under_way:
        text += "\n\n" + say("privacy.open_cases", count=under_way)
    buttons = (
        step_button(say("privacy.erase_all"), MyDataFlow.name, YES),
        step_button(say("privacy.keep_all"), MyDataFlow.name, NO),
    )
    return _plain(text, state.in_flow(MyDataFlow.name, CONFIRM), *buttons)


def _time(days: int) -> str:
    return f"{days // 365} năm" if days % 365 == 0 else f"{days} ngày"


def _plain(text: str, state: State, *buttons: Button) -> Reply:
    return Reply(text, Outcome.SMALLTALK, replace(state, misses=0), buttons, confidence=1.0)
