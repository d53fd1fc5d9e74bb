"""What a flow is."""

from __future__ import annotations

from typing import Protocol

from actions.question import Question
from actions.reply import Button, Reply, payload
from actions.services import Services
from actions.state import State

RESUME = "resume_flow"
"""Intent of the button that brings an interrupted flow back."""
FLOW_STEP = "flow_step"
"""Intent of a flow's own buttons: ``question.values`` has ``flow``, ``value`` and possibly ``about``."""


class Flow(Protocol):
    """A talk of several steps. What it knows between two messages is in ``State.data``."""

    name: str

    def start(self, question: Question, state: State, services: Services) -> Reply:
        """Begin; the reply's state waits in this flow, or not, when everything was said at once.

        A button of the flow that is tapped when the flow is not under way starts it too (`FLOW_STEP`).
        """

    def takes(self, question: Question, state: State) -> bool:
        """Tell whether the message answers what the flow waits for."""

    def step(self, question: Question, state: State, services: Services) -> Reply:
        """Take the answer; a malformed one is corrected at once and the flow stays where it is.

        With the intent `RESUME` nothing was answered: ask again what is waited for.
        """

    def reminder(self, state: State) -> str | None:
        """Return the sentence that follows the answer to another question in between.

        Empty: the flow waits for nothing. Its buttons work and `takes` is asked, but there is nothing to
        leave ("thôi") and nothing to come back to. None: another question ends the flow.
        """

    def cancelled(self, state: State) -> str:
        """Return what is said when the citizen ends it, and that nothing was recorded."""


def resume_button(title: str) -> Button:
    """The button that brings an interrupted flow back."""
    return Button(title, payload(RESUME))


def step_button(title: str, flow: str, value: str, about: str = "") -> Button:
    """A button by which the citizen chooses ``value`` in a flow; never carries personal data."""
    carried = {"flow": flow, "value": value} | ({"about": about} if about else {})
    return Button(title, payload(FLOW_STEP, **carried))
