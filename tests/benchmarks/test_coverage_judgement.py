"""How the coverage robot asks and judges: a robot that cannot find fault proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from actions.question import Facet
from benchmarks.chat import Turn
from benchmarks.coverage import procedures_by_code
from benchmarks.coverage_questions import (
    WITHDRAWN,
    CoverageQuestion,
    Register,
    all_questions,
    read_phrasings,
    sample_questions,
)
from benchmarks.coverage_report import report
from benchmarks.coverage_robot import Finding, Judgement, judge, score
from knowledge.catalogue.records import Status
from knowledge.catalogue.topics import load_everyday_language
from knowledge.text.normalise import has_marks

FEE = CoverageQuestion("2.000648", "fee", Register.MARKED, "Mở cây xăng phí bao nhiêu?")
GONE = CoverageQuestion("2.000167", WITHDRAWN, Register.UNMARKED, "cap giay phep ban le thuoc la")


def turn(
    outcome: str, procedure: str | None = None, facets: tuple[str, ...] = (), offered: tuple[str, ...] = ()
) -> Turn:
    answer: dict[str, Any] = {"outcome": outcome, "procedure": procedure, "facets": list(facets)}
    answer["candidates"] = list(offered)
    buttons = [
        {"title": code, "payload": f'/ask_procedure{{"procedure_code": "{code}"}}'} for code in offered
    ]
    return Turn(200, {"replies": [{"text": "trả lời", "buttons": buttons, "answer": answer}]}, 0.01)


@pytest.mark.parametrize(
    ("given", "question", "expected"),
    [
        (turn("answered", FEE.code, ("fee",)), FEE, Judgement.ANSWERED),
        (turn("answered", FEE.code, ("fee", "deadline")), FEE, Judgement.ANSWERED),
        (turn("answered", FEE.code, ("deadline",)), FEE, Judgement.WRONG_FACET),
        (turn("answered", "2.000647", ("fee",)), FEE, Judgement.WRONG_PROCEDURE),
        (turn("withdrawn", "2.000647", ("fee",)), FEE, Judgement.WRONG_PROCEDURE),
        (turn("clarify", offered=("2.000647", FEE.code)), FEE, Judgement.OFFERED),
        (turn("clarify", offered=("2.000647",)), FEE, Judgement.NOT_OFFERED),
        (turn("out_of_scope"), FEE, Judgement.NOT_FOUND),
        (turn("unclear"), FEE, Judgement.NOT_FOUND),
        (turn("withdrawn", GONE.code), GONE, Judgement.ANSWERED),
        (turn("answered", GONE.code, ("documents",)), GONE, Judgement.WRONG_FACET),
        (Turn(503, {"error": {"code": "busy", "message": "bận"}}, 1.0), FEE, Judgement.FAILED),
        (Turn(200, {"replies": [{"text": " ", "buttons": []}]}, 1.0), FEE, Judgement.FAILED),
    ],
)
def test_answers_are_judged(given: Turn, question: CoverageQuestion, expected: Judgement) -> None:
    assert judge(given, question) is expected


def test_only_turns_that_state_facts_count_for_precision() -> None:
    judgements = [Judgement.ANSWERED, Judgement.WRONG_FACET, Judgement.WRONG_PROCEDURE, Judgement.NOT_FOUND]
    found = score([Finding(FEE, judgement, "", "", "") for judgement in judgements])

    assert found.right_procedure_among_answers == pytest.approx(2 / 3)
    assert found.right_share == pytest.approx(1 / 4)


def test_every_procedure_facet_and_register_is_asked() -> None:
    procedures = procedures_by_code()
    questions = list(all_questions(procedures.values(), load_everyday_language()))
    listed = [code for code, procedure in procedures.items() if procedure.status is Status.LISTED]
    gone = set(procedures) - set(listed)
    asked = {(question.code, question.facet, question.register) for question in questions}

    assert set(read_phrasings()) == {facet.value for facet in Facet} | {WITHDRAWN}
    assert asked == {
        *((code, facet.value, register) for code in listed for facet in Facet for register in Register),
        *((code, WITHDRAWN, register) for code in gone for register in Register),
    }
    assert len(questions) == len(asked)
    assert not [q for q in questions if q.register is Register.UNMARKED and has_marks(q.text)]


def test_the_sample_asks_every_procedure_once_in_all_ways() -> None:
    procedures = procedures_by_code()
    questions = list(sample_questions(procedures.values(), load_everyday_language()))

    assert sorted(question.code for question in questions) == sorted(procedures)
    assert {(question.facet, question.register) for question in questions} == {
        (facet, register) for facet in read_phrasings() for register in Register
    }


def test_the_report_lists_every_miss() -> None:
    findings = [
        Finding(FEE, Judgement.WRONG_PROCEDURE, "answered", "2.000647", "fee"),
        Finding(GONE, Judgement.NOT_FOUND, "out_of_scope", "", ""),
    ]
    written = report(findings, procedures_by_code(), 1.0)

    assert FEE.text in written
    assert "answered 2.000647 fee" in written
    assert GONE.text in written
    assert "2 questions, 0 answered rightly" in written
