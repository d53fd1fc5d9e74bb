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


class Shown(Survey):
    """A flow that has said everything and waits for nothing."""

    def takes(self, question, state):
        return question.text == "nữa"

    def reminder(self, state):
        return ""


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.setitem(registry.FLOWS, "survey", Shown())


@pytest.mark.usefixtures("shown")
def test_a_flow_that_waits_for_nothing_is_not_come_back_to_and_cannot_be_left():
    reply = turn("phí bao nhiêu", WAITING)
    assert (reply.text, reply.buttons, reply.state) == ("Câu trả lời.", (), WAITING)
    assert turn("thôi", WAITING, "cancel").text == "Câu trả lời."
    assert turn("nữa", WAITING).text == "Đã ghi nữa"


def test_a_dossier_code_starts_a_look_up_but_not_within_a_complaint(monkeypatch):
    monkeypatch.setitem(registry.STARTED_BY, "dossier_status", Survey())
    code = "H27.12-230412-0001"
    assert turn(f"{code} sao rồi", State(), "ask_procedure").text == "Chấm mấy điểm?"
    assert turn("230412-0001", State(), "nlu_fallback").text == "Chấm mấy điểm?"
    assert turn("ngày 230412-0001 là gì", State()).text == "Câu trả lời."
    assert (
        running.may_wait(Question("tra cứu", "dossier_status", 0.9), State()) is False
    )  # a survey never waits
    monkeypatch.setitem(registry.STARTED_BY, "complain", Shown())
    assert turn(f"phản ánh hồ sơ {code}", State(), "complain").state.flow == "survey"


def test_only_turns_that_a_look_up_takes_may_wait():
    waiting = State(flow="dossier", step="factor")
    assert running.may_wait(Question("4567", "nlu_fallback", 0.9), waiting)
    assert running.may_wait(Question("H27.12-230412-0001", "ask_procedure", 0.9), State())
    assert not running.may_wait(Question("mở cây xăng cần giấy tờ gì", "ask_procedure", 0.9), waiting)
    assert not running.may_wait(Question("đánh giá", "give_feedback", 0.9), waiting)
