"""One run of the evaluation, from question files to figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from actions.question import Facet
from benchmarks.evaluation.asking import Assistant, Ending, Given, ask_all, plain_search
from benchmarks.evaluation.noise import Noise
from benchmarks.evaluation.questions import AskedQuestion
from benchmarks.evaluation.report import Evaluation
from benchmarks.evaluation.scoring import Scores, score, score_others
from benchmarks.sections import RESULTS, put_section

INTRODUCTION = """## Understanding

Written by `{command}` on {day}. What the columns mean: [docs/evaluation.md](../docs/evaluation.md).
"""


def evaluate(
    assistant: Assistant,
    name: str,
    questions: Sequence[AskedQuestion],
    noises: Sequence[Noise] = tuple(Noise),
    others: Sequence[AskedQuestion] = (),
    told: Callable[[str], None] = lambda _: None,
    beside: Assistant | None = None,
) -> tuple[Evaluation, list[Given]]:
    """Ask everything with every kind of noise; return the figures and what was given to the first kind.

    ``beside`` is asked the own questions too: another model's understanding with the same answering.
    """
    rankers = {"BM25": plain_search(assistant.services)}
    rounds = [ask_all(assistant, questions, noise, rankers, told) for noise in noises]
    false_answers = tuple(
        score_others(ask_all(assistant, others, noise, {}, told)) for noise in (noises if others else ())
    )
    rivals: tuple[Scores, ...] = ()
    if beside is not None:
        rivals = tuple(score(ask_all(beside, questions, noise, {}, told)) for noise in noises)
    return Evaluation(name, tuple(map(score, rounds)), false_answers, rivals), list(rounds[0].given)


def misses(given: Sequence[Given]) -> Iterator[str]:
    """Yield a line for each question that did not get what it should. Never for the held-out set."""
    for one in given:
        question = one.question
        wrong_procedure = question.answerable and one.ending is not Ending.RIGHT
        wrong_facets = question.ours and bool((question.facets ^ one.facets) - {Facet.OVERVIEW})
        if not (wrong_procedure or wrong_facets or one.outcome is not question.outcome):
            continue
        wanted = " ".join(
            [question.outcome.value, *question.codes, *sorted(f.value for f in question.facets)]
        )
        got = " ".join([one.outcome.value, *one.ranking, *sorted(f.value for f in one.facets)])
        yield f"{question.id}: {question.text}\n  wanted {wanted}\n  got    {got} ({one.confidence:.2f})"


def write_results(evaluation: Evaluation, command: str, day: str, path: Path = RESULTS) -> None:
    """Put the figures into the section "understanding" of the results."""
    tables = "\n\n".join(table.as_markdown() for table in evaluation.tables())
    put_section(path, "understanding", f"{INTRODUCTION.format(command=command, day=day)}\n{tables}")
