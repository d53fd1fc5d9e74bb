"""What became of a complaint: where it stands, more words for it, whether it is settled, taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.contact import contact_line
from actions.flows.base import RESUME, step_button
from actions.flows.reading import gives_words
from actions.flows.records import Records, open_records
from actions.question import Question
from actions.reply import Button, Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.cases.buttons import FLOW, SETTLED, SUPPLEMENT, UNSETTLED
from knowledge.cases.citizen import (
    add_words,
    any_case,
    newest_words,
    own_case,
    own_cases,
    say_settled,
    withdraw,
)
from knowledge.cases.models import CaseFile
from knowledge.cases.policy import ANSWERED, ASKED, CLOSED, HANDLING, RECEIVED, case_policy
from knowledge.cases.records import CaseError
from knowledge.cases.wording import local_day
from knowledge.text.codes import find_case_codes

WORDS = "words"
WITHDRAW = "withdraw"


class CaseFlow:
    """See the module's text. Whose case it is is checked on every step; strangers hear the stage only."""

    name = FLOW

    def start(self, question: Question, state: State, services: Services) -> Reply:
        """Tell where the case of the code stands, or the newest ones; or take a tap."""
        with open_records(question, services) as records:
            if records is None:
                return _cannot(question, state, services)
            if question.values:
                return _tapped(question, state, services, records)
            codes = find_case_codes(question.text)
            if codes:
                return _status(codes[0].code, state, records)
            return _list(state, records)

    def takes(self, question: Question, state: State) -> bool:
        """Take words where they are awaited."""
        return state.step == WORDS and gives_words(question)

    def step(self, question: Question, state: State, services: Services) -> Reply:
        """Take words or a tap."""
        with open_records(question, services) as records:
            if records is None:
                return _cannot(question, state.without_flow(), services)
            if question.values:
                return _tapped(question, state, services, records)
            code = str(state.data.get("code"))
            if question.intent == RESUME:
                return _ask_words(code, state)
            case = own_case(records.session, code, records.conversation_id)
            if case is None:
                return _plain(say("case.unknown", code=code), state.without_flow())
            add_words(
                records.session,
                case,
                question.text,
                question.origin,
                records.hours,
                records.sealer,
                records.now,
            )
            clock = _clock(case, records.now)
            text = say("case.words_added", code=code, clock=f" {clock}" if clock else "")
            return _plain(text, state.without_flow())

    def reminder(self, state: State) -> str | None:
        """Say which case waits for words."""
        return say("case.reminder", code=state.data.get("code"))

    def cancelled(self, state: State) -> str:
        """Say that nothing was added."""
        return say("case.cancelled", code=state.data.get("code"))


def _tapped(question: Question, state: State, services: Services, records: Records) -> Reply:
    code, value = question.values.get("about", ""), question.values.get("value")
    case = own_case(records.session, code, records.conversation_id)
    if case is None:
        return _plain(say("case.unknown", code=code), state.without_flow())
    if value == SUPPLEMENT:
        return _ask_words(code, state)
    try:
        if value == WITHDRAW:
            withdraw(records.session, case, question.origin, records.hours, records.now)
            return _plain(say("case.withdrawn", code=code), state.without_flow())
        if value in {SETTLED, UNSETTLED}:
            return _settle(case, question, state, records, settled=value == SETTLED)
    except CaseError as problem:
        return _refused(problem, case, value == WITHDRAW, state, services)
    return _status(code, state, records)


def _settle(case: CaseFile, question: Question, state: State, records: Records, *, settled: bool) -> Reply:
    say_settled(
        records.session,
        case,
        settled=settled,
        origin=question.origin,
        hours=records.hours,
        now=records.now,
    )
    if settled:
        return _plain(say("case.settled"), state.without_flow())
    text = say("case.unsettled", code=case.code, handle_by=local_day(case.handle_by))
    return _plain(text, state.without_flow().in_flow(CaseFlow.name, WORDS, code=case.code))


def _refused(
    problem: CaseError, case: CaseFile, withdrawing: bool, state: State, services: Services
) -> Reply:
    if problem.reason == "reopened":
        contact = contact_line(services.profile)
        text = say("case.reopened", code=case.code, count=case.reopened, contact=contact)
    elif withdrawing:
        text = say("case.withdraw_late", code=case.code, stage=_stage(case))
    else:
        text = say("case.not_answered")
    return _plain(text, state.without_flow())


def _status(code: str, state: State, records: Records) -> Reply:
    case = own_case(records.session, code, records.conversation_id)
    if case is None:
        return _plain(_to_stranger(code, records), state.without_flow())
    text = say(
        "case.status",
        kind=case_policy().kinds[case.kind],
        code=case.code,
        stage=_stage(case),
        created=local_day(case.created_at),
        clock=_clock(case, records.now),
    )
    words = newest_words(records.session, case)
    if words:
        text += "\n\n" + say("case.words", text=words)
    return _plain(text, state.without_flow(), *_actions(case))


def _actions(case: CaseFile) -> list[Button]:
    """What the citizen can do with a case where it stands."""
    buttons = []
    if case.stage in {RECEIVED, HANDLING, ASKED}:
        buttons = [("case.supplement", SUPPLEMENT), ("case.withdraw", WITHDRAW)]
    elif case.stage in {ANSWERED, CLOSED} and case.settled is None:
        return [
            step_button(say("case.settled_button"), CaseFlow.name, SETTLED, case.code),
            step_button(say("case.unsettled_button"), CaseFlow.name, UNSETTLED, case.code),
        ]
    return [step_button(say(title), CaseFlow.name, value, case.code) for title, value in buttons]


def _to_stranger(code: str, records: Records) -> str:
    case = any_case(records.session, code)
    if case is None:
        return say("case.unknown", code=code)
    return say("case.stranger", code=code, stage=_stage(case), clock=_clock(case, records.now))


def _list(state: State, records: Records) -> Reply:
    cases = own_cases(records.session, records.conversation_id)
    if not cases:
        return _plain(say("case.none"), state)
    if len(cases) == 1:
        return _status(cases[0].code, state, records)
    lines = [say("case.list")]
    lines += [
        say("case.item", code=case.code, stage=_stage(case), clock=_clock(case, records.now))
        for case in cases
    ]
    buttons = [step_button(case.code, CaseFlow.name, "status", case.code) for case in cases]
    return _plain("\n".join(lines), state, *buttons)


def _ask_words(code: str, state: State) -> Reply:
    waiting = state.without_flow().in_flow(CaseFlow.name, WORDS, code=code)
    return _plain(say("case.ask_words", code=code), waiting)


def _stage(case: CaseFile) -> str:
    return case_policy().stages[case.stage].name


def _clock(case: CaseFile, now: datetime) -> str:
    if case.stage == ASKED:
        return say("case.clock_asked")
    if case.handled_at is not None:
        return say("case.clock_answered", day=local_day(case.handled_at))
    if case.stage in {RECEIVED, HANDLING}:
        key = "case.clock_overdue" if now > case.handle_by else "case.clock_handle"
        return say(key, day=local_day(case.handle_by))
    return say("case.clock_none")


def _cannot(question: Question, state: State, services: Services) -> Reply:
    profile = services.profile
    text = say("service.complaint", portal=profile.online_portal, contact=contact_line(profile))
    return Reply(text, Outcome.CASE, replace(state, misses=0), confidence=question.confidence)


def _plain(text: str, state: State, *buttons: Button) -> Reply:
    return Reply(text, Outcome.CASE, replace(state, misses=0), buttons, confidence=1.0)
