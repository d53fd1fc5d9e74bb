"""How a talk of several steps takes messages, gives way, comes back and ends."""

from __future__ import annotations

import pytest

from actions.flows import registry, running
from actions.flows.base import step_button
from actions.question import Question
from actions.reply import Outcome, Reply
from actions.state import State, read_state

WAITING = State(flow="survey", step="score")


class Survey:
    """A flow that waits for one number."""

    name = "survey"

    def start(self, question, state, services):
        return Reply("Chấm mấy điểm?", Outcome.FEEDBACK, state.in_flow(self.name, "score", asked=1))

    def takes(self, question, state):
        return question.text.isdigit()

    def step(self, question, state, services):
        if question.values:
            return Reply(f"Đã chọn {question.values['value']}", Outcome.FEEDBACK, state.without_flow())
        if question.intent == "resume_flow":
            return Reply("Chấm mấy điểm?", Outcome.FEEDBACK, state)
        return Reply(f"Đã ghi {question.text}", Outcome.FEEDBACK, state.without_flow())

    def reminder(self, state):
        return "Bạn còn chấm điểm dở."

    def cancelled(self, state):
        return "Không ghi gì cả."


@pytest.fixture(autouse=True)
def survey(monkeypatch):
    flow = Survey()
    monkeypatch.setitem(registry.STARTED_BY, "give_feedback", flow)
    monkeypatch.setitem(registry.FLOWS, "survey", flow)


def turn(text, state, intent="ask_procedure"):
    def answer(question, state, services):
        return Reply("Câu trả lời.", Outcome.ANSWERED, state)

    return running.with_flow(Question(text, intent, 0.9), state, None, answer)


def test_an_intent_starts_it():
    reply = turn("đánh giá", State(), "give_feedback")
    assert (reply.state.flow, reply.state.step, reply.state.data) == ("survey", "score", {"asked": 1})


def test_it_takes_what_answers_it_and_ends():
    reply = turn("3", WAITING)
    assert (reply.text, reply.state.flow) == ("Đã ghi 3", None)


def test_another_question_is_answered_and_it_offers_to_go_on():
    reply = turn("phí bao nhiêu", WAITING)
    assert reply.text == "Câu trả lời.\n\nBạn còn chấm điểm dở."
    assert reply.buttons[-1].payload == "/resume_flow"
    assert (reply.state.flow, reply.state.suspended) == ("survey", True)
    again = turn("", reply.state, "resume_flow")
    assert (again.text, again.state.suspended) == ("Chấm mấy điểm?", False)


@pytest.mark.parametrize("said", ["huỷ", "Thôi", "bỏ qua!", "thoi."])
def test_it_can_be_left_and_forgets_what_it_knew(said):
    reply = turn(said, WAITING.in_flow("survey", "score", sealed="x"))
    assert (reply.text, reply.state) == ("Không ghi gì cả.", State())


def test_its_state_survives_the_slot():
    state = WAITING.in_flow("survey", "reason", score="3")
    assert read_state(state.as_slot()) == state
    assert state.without_flow().as_slot() == {}


def test_its_buttons_are_its_own():
    tapped = Question("", "flow_step", 1.0, values={"flow": "survey", "value": "3"})
    assert running.with_flow(tapped, WAITING, None, None).text == "Đã chọn 3"
    assert running.with_flow(tapped, State(), None, None).text == "Chấm mấy điểm?"
    assert step_button("Ba", "survey", "3").payload == '/flow_step{"flow":"survey","value":"3"}'
