"""The flow under way in a conversation: who takes a message, and how an interrupted flow comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from actions.flows.base import FLOW_STEP, RESUME, Flow, resume_button
from actions.flows.registry import FLOWS, STARTED_BY
from actions.question import Question
from actions.reply import Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.text.normalise import fold

_LEAVING = re.compile(r"(?:thoi|huy|huy bo|bo qua|dung lai|khong tra nua|cancel|stop)\W*")

Answer = Callable[[Question, State, Services], Reply]


def with_flow(question: Question, state: State, services: Services, answer: Answer) -> Reply:
    """Let the flow under way take the message, start one, or have ``answer`` answer it."""
    running = FLOWS.get(state.flow or "")
    tapped = FLOWS.get(question.values.get("flow", "")) if question.intent == FLOW_STEP else None
    if running is not None:
        if _leaves(question):
            return Reply(running.cancelled(state), Outcome.SMALLTALK, state.without_flow(), confidence=1.0)
        if question.intent == RESUME or tapped is running or (not tapped and running.takes(question, state)):
            return running.step(question, replace(state, suspended=False), services)
    starting = tapped or STARTED_BY.get(question.intent)
    if starting is not None and not question.asks_for_papers:
        return starting.start(question, state.without_flow(), services)
    reply = answer(question, state, services)
    return reply if running is None else _and_back(reply, running)


def _leaves(question: Question) -> bool:
    return question.intent == "cancel" or bool(_LEAVING.fullmatch(fold(question.text)))


def _and_back(reply: Reply, flow: Flow) -> Reply:
    """The answer to something else in between, with the way back to the flow."""
    if reply.state.flow != flow.name:
        return reply
    return replace(
        reply,
        text=f"{reply.text}\n\n{flow.reminder(reply.state)}",
        buttons=(*reply.buttons, resume_button(say("flow.resume"))),
        state=replace(reply.state, suspended=True),
    )
