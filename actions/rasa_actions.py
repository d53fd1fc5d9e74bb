"""The Rasa actions: thin adapters between a tracker and ``respond``.

Each act has its own action, so that rules and stories read well; the intent decides what is answered.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, Restarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.flows.running import may_wait
from actions.question import Question, read_question
from actions.reply import Reply
from actions.respond import respond
from actions.services import services
from actions.state import SLOT, State, read_state

LISTEN = "action_listen"
"""Named as the next action, so that Rasa does not ask its policies a second time in a turn."""
MOST_WAITING = 32
"""Turns that wait for remote systems at once; more wait for one of these to end."""


_WAITING = ThreadPoolExecutor(MOST_WAITING, thread_name_prefix="dossiers")


async def _reply(question: Question, state: State) -> Reply:
    """Answer on this loop, or on a thread when a remote system may keep the answer waiting."""
    if not may_wait(question, state):
        return respond(question, state, services())
    loop = asyncio.get_running_loop()
    reply = await loop.run_in_executor(_WAITING, respond, question, state, services())
    await asyncio.sleep(reply.not_before - time.monotonic())
    return reply


class _Answering:
    """What all actions do: answer the latest message and remember the state of the conversation."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Send one reply; the intent decides which part of the assistant gives it."""
        question = read_question(tracker.latest_message, tracker.sender_id)
        before = tracker.get_slot(SLOT)
        reply = await _reply(question, read_state(before))
        dispatcher.utter_message(json_message=reply.as_message(question.intent))
        if reply.forget:
            return [Restarted(), FollowupAction(LISTEN)]
        after = reply.state.as_slot()
        remembered = [] if after == before else [SlotSet(SLOT, after)]
        return [*remembered, FollowupAction(LISTEN)]


class AnswerProcedure(_Answering, Action):
    """Answers questions about one procedure, asks back, or says that it is not ours."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer_procedure"


class ListProcedures(_Answering, Action):
    """Lists or counts procedures."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_list_procedures"


class SelectCandidate(_Answering, Action):
    """Takes the candidate whose number the citizen gave."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_select_candidate"


class DepartmentInfo(_Answering, Action):
    """Gives address, hours and phone of the department."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_department_info"


class DossierStatus(_Answering, Action):
    """Looks a dossier up."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_dossier_status"


class Feedback(_Answering, Action):
    """Answers praise and ratings."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_feedback"


class Complaint(_Answering, Action):
    """Answers complaints and petitions."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_complaint"


class Handoff(_Answering, Action):
    """Says how to reach a person."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_handoff"


class MyData(_Answering, Action):
    """Says what is kept of the conversation."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_my_data"


class Smalltalk(_Answering, Action):
    """Answers greetings, thanks, help, insults and the like."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_smalltalk"
