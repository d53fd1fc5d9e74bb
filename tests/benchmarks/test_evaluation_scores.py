"""The figures of the evaluation, on made-up replies whose right figures can be worked out by hand."""

from __future__ import annotations

import pytest

from actions.question import Facet
from actions.reply import Outcome
from benchmarks.evaluation.asking import Ending, Given, Round
from benchmarks.evaluation.calibration import calibrate
from benchmarks.evaluation.noise import Noise
from benchmarks.evaluation.questions import AskedQuestion
from benchmarks.evaluation.report import Evaluation
from benchmarks.evaluation.running import misses
from benchmarks.evaluation.scoring import score, score_others


def asked(
    name: str, *codes: str, outcome: Outcome = Outcome.ANSWERED, facets: tuple[Facet, ...] = ()
) -> AskedQuestion:
    return AskedQuestion(name, f"text of {name}", codes, frozenset(facets), outcome)


def got(
    question: AskedQuestion,
    outcome: Outcome = Outcome.ANSWERED,
    answered: str | None = None,
    offered: tuple[str, ...] = (),
    facets: tuple[Facet, ...] = (),
    confidence: float = 0.9,
    more: tuple[str, ...] = (),
) -> Given:
    ranking = ((answered,) if answered else offered) + more
    return Given(question, outcome, answered, offered, ranking, frozenset(facets), confidence, 0.01)


RIGHT = got(asked("right", "A"), answered="A")
SECOND_CODE = got(asked("second", "A", "B"), answered="B")
WRONG = got(asked("wrong", "A"), answered="X", more=("A",))
OFFERED = got(asked("offered", "A"), Outcome.CLARIFY, offered=("X", "A"))
OFFERED_FIRST = got(asked("first", "A"), Outcome.CLARIFY, offered=("A", "X"))
REFUSED = got(asked("refused", "A"), Outcome.OUT_OF_SCOPE)
WITHDRAWN = got(asked("gone", "W", outcome=Outcome.WITHDRAWN), Outcome.WITHDRAWN, answered="W")
WHICH = got(asked("which", "A"), Outcome.CLARIFY)
NOT_OURS = got(asked("not ours", outcome=Outcome.OUT_OF_SCOPE), Outcome.OUT_OF_SCOPE)
AMBIGUOUS = got(asked("ambiguous", "A", "B", outcome=Outcome.CLARIFY), Outcome.CLARIFY, offered=("A", "B"))
ALL = (
    RIGHT, SECOND_CODE, WRONG, OFFERED, OFFERED_FIRST, REFUSED, WITHDRAWN, WHICH, NOT_OURS, AMBIGUOUS
)  # fmt: skip


def round_of(*given: Given, **compared: tuple[tuple[str, ...], ...]) -> Round:
    return Round(Noise.CLEAN, given, compared)


def test_procedures_and_endings_of_answerable_questions() -> None:
    scores = score(round_of(*ALL))

    assert scores.answerable == 8
    assert scores.rank.top1 == 4 / 8
    assert scores.rank.top5 == 6 / 8
    assert scores.endings == {
        Ending.RIGHT: 3 / 8, Ending.WRONG: 1 / 8, Ending.OFFERED: 2 / 8, Ending.REFUSED: 2 / 8
    }  # fmt: skip


def test_refused_counts_questions_on_our_procedures_that_got_none() -> None:
    scores = score(round_of(*ALL))

    assert (scores.ours, scores.own_refused) == (9, 2 / 9)


def test_outcomes() -> None:
    scores = score(round_of(*ALL))

    assert scores.outcome_accuracy == 6 / 10
    assert scores.confusion[Outcome.ANSWERED, Outcome.CLARIFY] == 3
    assert sum(scores.confusion.values()) == 10


def test_facets_are_micro_averaged_without_overview() -> None:
    fee, forms, overview = Facet.FEE, Facet.FORMS, Facet.OVERVIEW
    scores = score(
        round_of(
            got(asked("a", "A", facets=(fee, forms)), answered="A", facets=(fee,)),
            got(asked("b", "A", facets=(overview,)), answered="A"),
            got(asked("c", "A", facets=(overview,)), answered="A", facets=(forms,)),
            got(asked("d", "A", facets=(fee,)), answered="A", facets=(fee,)),
            got(asked("e", outcome=Outcome.OUT_OF_SCOPE), facets=(fee,)),
        )
    )

    assert (scores.facets.right, scores.facets.found, scores.facets.asked) == (2, 3, 3)
    assert scores.facets.precision == scores.facets.recall == scores.facets.f1 == 2 / 3
    assert scores.each_facet[fee].f1 == 1
    assert scores.each_facet[forms].recall == 0
    assert overview not in scores.each_facet


def test_what_it_is_compared_with_is_asked_the_same_questions() -> None:
    scores = score(round_of(RIGHT, NOT_OURS, WRONG, keywords=(("A", "B"), ("C",), ("Z", "A"))))

    assert scores.compared["keywords"].top1 == 1 / 2
    assert scores.compared["keywords"].top5 == 1


def test_false_answers_and_lists_to_questions_of_other_authorities() -> None:
    question = asked("other", outcome=Outcome.OUT_OF_SCOPE)
    figures = score_others(
        round_of(
            got(question, answered="A"),
            got(question, Outcome.CLARIFY, offered=("A", "B")),
            got(question, Outcome.LISTED),
            got(question, Outcome.OUT_OF_SCOPE),
            got(question, Outcome.SMALLTALK),
        )
    )

    assert (figures.questions, figures.answered, figures.answered_or_offered) == (5, 1 / 5, 3 / 5)


def test_nothing_asked_gives_zeros_and_no_error() -> None:
    scores = score(round_of())

    assert (scores.rank.top1, scores.facets.f1, scores.calibration.error, scores.own_refused) == (0, 0, 0, 0)


def test_perfect_confidence_has_no_calibration_error() -> None:
    answers = [(0.75, True)] * 3 + [(0.75, False)] + [(1.0, True)] * 5

    assert calibrate(answers).error == pytest.approx(0)


def test_the_calibration_error_weighs_bins_by_their_answers() -> None:
    calibration = calibrate([(0.95, True)] * 3 + [(0.15, True)])

    assert [(one.low, one.count, one.accuracy) for one in calibration.bins] == [(0.1, 1, 1.0), (0.9, 3, 1.0)]
    assert calibration.error == pytest.approx((3 * 0.05 + 1 * 0.85) / 4)


def test_only_answers_that_name_a_procedure_count_for_calibration() -> None:
    scores = score(round_of(RIGHT, REFUSED, NOT_OURS, OFFERED))

    assert sum(one.count for one in scores.calibration.bins) == 2


def test_the_report_shows_figures_and_no_question() -> None:
    scores = score(round_of(*ALL, BM25=tuple(("A",) for _ in ALL)))
    measured = Evaluation("probe", (scores,), (score_others(round_of(NOT_OURS)),))
    shown = "\n".join(table.as_text() + table.as_markdown() for table in measured.tables())

    assert "text of" not in shown + str(measured.as_json())
    assert "| clean | 50.0 | 75.0 | 37.5 | 12.5 | 25.0 | 25.0 | 87.5 | 87.5 |" in shown
    assert measured.as_json()["rows"][0]["top1"] == 0.5


def test_misses_list_what_did_not_get_what_it_should() -> None:
    listed = [line.split(":")[0] for line in misses(ALL)]

    assert listed == ["wrong", "offered", "first", "refused", "which"]
