"""Asking the real assistant: what a reply counts as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.question import Facet
from actions.reply import Outcome
from benchmarks.evaluation.asking import Assistant, Ending, ask_all
from benchmarks.evaluation.noise import Noise
from benchmarks.evaluation.questions import AskedQuestion
from benchmarks.evaluation.running import evaluate
from knowledge.settings import ROOT, read_settings
from tthc.assistant.opening import open_services
from tthc.assistant.understanding import LexiconUnderstanding

PETROL = AskedQuestion(
    "petrol", "mở cây xăng cần giấy tờ gì", ("2.000648",), frozenset([Facet.DOCUMENTS]), Outcome.ANSWERED
)
OTHER = AskedQuestion("other", "đăng ký kết hôn ở đâu", (), frozenset(), Outcome.OUT_OF_SCOPE)


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    settings = replace(read_settings({}), data_dir=ROOT / "var")
    return Assistant(LexiconUnderstanding(), open_services(settings))


def test_an_answer_is_right_when_its_procedure_is_accepted(assistant: Assistant) -> None:
    given = assistant.ask(PETROL, PETROL.text)

    assert given.ending is Ending.RIGHT
    assert given.first_is_right
    assert given.ranking[0] == "2.000648"
    assert 1 < len(set(given.ranking)) == len(given.ranking) <= 5
    assert given.facets == {Facet.DOCUMENTS}
    assert 0 < given.confidence <= 1
    assert 0 < given.seconds < 60
    assert assistant.ask(replace(PETROL, codes=("1.000000",)), PETROL.text).ending is Ending.WRONG


def test_a_refusal_names_no_procedure(assistant: Assistant) -> None:
    given = assistant.ask(OTHER, OTHER.text)

    assert (given.outcome, given.first, given.ranking) == (Outcome.OUT_OF_SCOPE, None, ())
    assert given.ending is Ending.REFUSED


def test_questions_do_not_hear_each_other(assistant: Assistant) -> None:
    """A follow-up that only the conversation before could explain finds nothing to go on with."""
    follow_up = replace(PETROL, text="thế phí bao nhiêu")
    done = ask_all(assistant, [PETROL, follow_up], Noise.CLEAN, {})

    assert done.given[0].answered == "2.000648"
    assert done.given[1].answered is None


def test_one_run_gives_a_row_for_each_noise_and_both_kinds_of_questions(assistant: Assistant) -> None:
    heard: list[str] = []
    noises = (Noise.CLEAN, Noise.UNMARKED)
    measured, given = evaluate(assistant, "probe", [PETROL, OTHER], noises, [OTHER], heard.append)

    assert [row.noise for row in measured.scores] == [row.noise for row in measured.others] == list(noises)
    assert [row.rank.top1 for row in measured.scores] == [1, 1]
    assert [row.outcome_accuracy for row in measured.scores] == [1, 1]
    assert [row.answered_or_offered for row in measured.others] == [0, 0]
    assert set(measured.scores[0].compared) == {"BM25"}
    assert [one.question.id for one in given] == ["petrol", "other"]
    assert heard == [f"{n.value}: {c} questions" for c in (2, 1) for n in noises]
