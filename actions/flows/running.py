"""The flow under way in a conversation: who takes a message, and how an interrupted flow comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from actions.flows.base import FLOW_STEP, RESUME, Flow, resume_button
from actions.flows.dossier_reading import names_dossier, wants_dossier_notice, wants_no_notice
from actions.flows.reading import asks_for_case, rates_answer
from actions.flows.registry import FLOWS, MAY_WAIT, STARTED_BY
from actions.question import Question
from actions.reply import Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.text.codes import find_case_codes
from knowledge.text.normalise import fold

_LEAVING = re.compile(r"(?:thoi|huy|huy bo|bo qua|dung lai|khong tra nua|cancel|stop)\W*")

CASE_INTENTS = frozenset(["complain", "dossier_status", "give_feedback", "nlu_fallback", "inform"])
"""Intents under which somebody may ask how far a complaint is."""

Answer = Callable[[Question, State, Services], Reply]


def with_flow(question: Question, state: State, services: Services, answer: Answer) -> Reply:
    """Let the flow under way take the message, start one, or have ``answer`` answer it."""
    running = FLOWS.get(state.flow or "")
    waits = running is not None and bool(running.reminder(state))
    if running is not None:
        if waits and _leaves(question) and not wants_no_notice(question):
            return Reply(running.cancelled(state), Outcome.SMALLTALK, state.without_flow(), confidence=1.0)
        if _goes_on(running, question, state):
            return running.step(question, replace(state, suspended=False), services)
    starting = _starting(question)
    if starting is not None:
        reply = starting.start(question, state.without_flow(), services)
        left = running.cancelled(state) if running is not None and waits and starting is not running else ""
        return replace(reply, text=f"{left}\n\n{reply.text}") if left else reply
    if running is not None and running.reminder(state) is None:
        state = state.without_flow()
    reply = answer(question, state, services)
    return _and_back(reply, running) if running is not None and waits else reply


def may_wait(question: Question, state: State) -> bool:
    """Tell whether answering may have to wait for a remote system."""
    running = FLOWS.get(state.flow or "")
    if running is not None and _goes_on(running, question, state):
        return running.name in MAY_WAIT
    starting = _starting(question)
    return starting is not None and starting.name in MAY_WAIT


def _goes_on(running: Flow, question: Question, state: State) -> bool:
    tapped = _tapped(question)
    return (
        question.intent == RESUME or tapped is running or (tapped is None and running.takes(question, state))
    )


def _tapped(question: Question) -> Flow | None:
    return FLOWS.get(question.values.get("flow", "")) if question.intent == FLOW_STEP else None


def _starting(question: Question) -> Flow | None:
    """The flow that the message starts; a dossier code starts a look-up unless something else is wanted.

    A case code, or a question how far a complaint is, asks for the case; words about an answer rate it.
    """
    tapped = _tapped(question)
    if tapped is not None:
        return tapped
    if find_case_codes(question.text) or (question.intent in CASE_INTENTS and asks_for_case(question)):
        return FLOWS["case"]
    if question.intent == "give_feedback" and rates_answer(question.text):
        return FLOWS["rating"]
    if wants_no_notice(question) or wants_dossier_notice(question):
        return FLOWS["dossier"]
    if question.intent not in STARTED_BY and names_dossier(question.text):
        return STARTED_BY["dossier_status"]
    papers = question.asks_for_papers and not names_dossier(question.text)
    return None if papers else STARTED_BY.get(question.intent)


def _leaves(question: Question) -> bool:
    return question.intent == "cancel" or bool(_LEAVING.fullmatch(fold(question.text)))


def _and_back(reply: Reply, flow: Flow) -> Reply:
    """The answer to something else in between, with the way back to the flow."""
    if reply.state.flow != flow.name:
        return reply
    return replace(
        reply,
        text=f"{reply.text}\n\n{flow.reminder(reply.state) or ''}",
        buttons=(*reply.buttons, resume_button(say("flow.resume"))),
        state=replace(reply.state, suspended=True),
    )
