"""A wish to talk to a person: the queue in working hours, else a case with a promised time, said honestly."""

from __future__ import annotations

from dataclasses import replace

from actions.contact import contact_line
from actions.flows.base import RESUME, step_button
from actions.flows.reading import gives_words, has_content
from actions.flows.records import Records, open_records
from actions.question import Question
from actions.reply import Button, Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.cases.citizen import add_words, own_case
from knowledge.cases.handover import PersonRequest, Promise, cancel, request_person
from knowledge.cases.policy import case_policy
from knowledge.cases.wording import local_time

TOPIC = "topic"
CANCEL, MISSES = "cancel", "misses"
FAILURES_TO_OFFER = 2
"""Failures in a row after which a person is offered."""


class HandoverFlow:
    """See the module's text."""

    name = "handover"

    def start(self, question: Question, state: State, services: Services) -> Reply:
        """Ask for a person, or no longer."""
        if question.in_group:
            return _plain(say("handover.group"), state)
        with open_records(question, services) as records:
            if records is None:
                return _cannot(question, state, services)
            if question.values.get("value") == CANCEL:
                return _cancel(state, records)
            about = say("handover.about", code=state.procedure) if state.procedure else ""
            said = f"\n{question.text}" if has_content(question.text) else ""
            request = PersonRequest(
                question.origin,
                records.conversation_id,
                question.channel,
                "misses" if question.values.get("value") == MISSES else "asked",
                services.profile.short_name,
                say("handover.text", about=about) + said,
                state.procedure,
            )
            promise = request_person(records.session, request, records.hours, records.sealer, records.now)
            return _promised(promise, question, state, services)

    def takes(self, question: Question, state: State) -> bool:
        """Take what the citizen wants to ask the officer."""
        return state.step == TOPIC and gives_words(question)

    def step(self, question: Question, state: State, services: Services) -> Reply:
        """Take the words for the officer, or that nobody is needed any more."""
        with open_records(question, services) as records:
            if records is None:
                return _cannot(question, state.without_flow(), services)
            if question.values.get("value") == CANCEL:
                return _cancel(state.without_flow(), records)
            if question.values or question.intent == RESUME:
                return self.start(question, state.without_flow(), services)
            code = str(state.data.get("code") or "")
            case = own_case(records.session, code, records.conversation_id) if code else None
            if case is not None:
                add_words(
                    records.session,
                    case,
                    question.text,
                    question.origin,
                    records.hours,
                    records.sealer,
                    records.now,
                )
            told = say("handover.topic_code", code=code) if case is not None else ""
            return _plain(say("handover.topic_noted", code=f" {told}" if told else ""), state.without_flow())

    def reminder(self, state: State) -> str | None:
        """Another question ends the waiting for words; the request stays."""
        return None

    def cancelled(self, state: State) -> str:
        """Never said: without a reminder there is nothing to leave."""
        return say("handover.nothing_to_cancel")


def offer_button() -> Button:
    """The way to a person after failures in a row."""
    return step_button(say("handover.offer"), HandoverFlow.name, MISSES)


def _promised(promise: Promise, question: Question, state: State, services: Services) -> Reply:
    profile = services.profile
    if promise.case is not None and promise.promised is not None:
        hours = profile.working_hours
        text = say(
            "handover.closed",
            days=hours.days,
            sessions=", ".join(hours.sessions),
            code=promise.case.code,
            promised=local_time(promise.promised),
        )
        return _plain(text, state.in_flow(HandoverFlow.name, TOPIC, code=promise.case.code))
    is_new = promise.handover.origin == question.origin
    minutes = int(case_policy().handover_wait.total_seconds() // 60)
    key = "handover.queued" if is_new else "handover.still_queued"
    text = say(key, unit=profile.short_name, minutes=minutes)
    no_longer = step_button(say("handover.no_longer"), HandoverFlow.name, CANCEL)
    return _plain(text, state.in_flow(HandoverFlow.name, TOPIC), no_longer)


def _cancel(state: State, records: Records) -> Reply:
    cancelled = cancel(records.session, records.conversation_id, records.now)
    return _plain(say("handover.cancelled" if cancelled else "handover.nothing_to_cancel"), state)


def _cannot(question: Question, state: State, services: Services) -> Reply:
    profile = services.profile
    text = say("service.handoff", contact=contact_line(profile))
    hours = profile.working_hours
    if hours.days:
        text += " " + say("service.hours", days=hours.days, sessions=", ".join(hours.sessions))
    return Reply(text, Outcome.HANDOFF, replace(state, misses=0), confidence=question.confidence)


def _plain(text: str, state: State, *buttons: Button) -> Reply:
    return Reply(text, Outcome.HANDOFF, replace(state, misses=0), buttons, confidence=1.0)
