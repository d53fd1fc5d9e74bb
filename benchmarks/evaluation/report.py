"""The figures as text tables, Markdown and JSON. Nothing here shows a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.reply import Outcome
from benchmarks.evaluation.asking import Ending
from benchmarks.evaluation.calibration import Calibration
from benchmarks.evaluation.scoring import FacetScore, FalseAnswers, Scores

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A heading, column names and rows; every column but the first holds numbers."""

    heading: str
    columns: Row
    rows: tuple[Row, ...]

    def as_text(self) -> str:
        """Return the table with aligned columns for a terminal."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        lines = [
            "  ".join(
                cell.ljust(width) if place == 0 else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (self.columns, *self.rows)
        ]
        return "\n".join([self.heading, *lines])

    def as_markdown(self) -> str:
        """Return the table in Markdown."""
        rule = ("---", *("---:" for _ in self.columns[1:]))
        lines = [f"| {' | '.join(row)} |" for row in (self.columns, rule, *self.rows)]
        return "\n".join([f"**{self.heading}**", "", *lines])


@dataclass(frozen=True)
class Evaluation:
    """Everything measured in one run: own questions and, when given, those to other authorities."""

    name: str
    scores: tuple[Scores, ...]
    others: tuple[FalseAnswers, ...] = ()
    beside: tuple[Scores, ...] = ()
    """The same questions understood by another model, answered by the same search and actions."""

    def tables(self) -> list[Table]:
        """Return all tables; facets, outcomes and confidence in detail for the first kind of noise."""
        first = self.scores[0]
        tables = [_procedures(self.name, self.scores), _reading(self.scores)]
        if self.others:
            tables.append(_others(self.others))
        if self.beside:
            tables.append(_beside(self.scores, self.beside))
        return [
            *tables,
            _each_facet(first),
            _confusion(first),
            _reliability(first.noise.value, first.calibration),
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the figures for machines."""
        return {
            "set": self.name,
            "rows": [_score_json(scores) for scores in self.scores],
            "beside": [_score_json(scores) for scores in self.beside],
            "others": [
                {
                    "noise": other.noise.value,
                    "questions": other.questions,
                    "answered": other.answered,
                    "answered_or_offered": other.answered_or_offered,
                }
                for other in self.others
            ],
        }


def percent(value: float) -> str:
    """Return a share as a percentage with one decimal."""
    return f"{value * 100:.1f}"


def _procedures(name: str, scores: Sequence[Scores]) -> Table:
    rivals = tuple(scores[0].compared)
    columns: tuple[str, ...] = ("noise", "top-1", "top-5", *(ending.value for ending in Ending))
    columns += tuple(f"{rival} top-{top}" for rival in rivals for top in (1, 5))
    rows = []
    for one in scores:
        row: tuple[str, ...] = (one.noise.value, percent(one.rank.top1), percent(one.rank.top5))
        row += tuple(percent(one.endings[ending]) for ending in Ending)
        for rival in rivals:
            row += (percent(one.compared[rival].top1), percent(one.compared[rival].top5))
        rows.append(row)
    heading = f"{name}: procedures, % of {scores[0].answerable} answerable questions"
    return Table(heading, columns, tuple(rows))


def _beside(ours: Sequence[Scores], theirs: Sequence[Scores]) -> Table:
    columns: Row = ("noise", "top-1", "facet F1", "outcome", "median ms")
    columns += tuple(f"beside: {name}" for name in columns[1:])
    rows = tuple(
        (mine.noise.value, *_in_short(mine), *_in_short(other))
        for mine, other in zip(ours, theirs, strict=True)
    )
    return Table("The same questions understood by the model beside, %", columns, rows)


def _in_short(one: Scores) -> Row:
    return (
        percent(one.rank.top1),
        percent(one.facets.f1),
        percent(one.outcome_accuracy),
        f"{one.median_milliseconds:.1f}",
    )


def _reading(scores: Sequence[Scores]) -> Table:
    columns = ("noise", "facet P", "facet R", "facet F1", "outcome", "ECE", "own refused", "median ms")
    rows = tuple(
        (
            one.noise.value,
            percent(one.facets.precision),
            percent(one.facets.recall),
            percent(one.facets.f1),
            percent(one.outcome_accuracy),
            percent(one.calibration.error),
            percent(one.own_refused),
            f"{one.median_milliseconds:.1f}",
        )
        for one in scores
    )
    heading = (
        f"Facets and refusals of {scores[0].ours} questions on our procedures, "
        f"outcomes of all {scores[0].questions}, %"
    )
    return Table(heading, columns, rows)


def _others(others: Sequence[FalseAnswers]) -> Table:
    rows = tuple((o.noise.value, percent(o.answered), percent(o.answered_or_offered)) for o in others)
    heading = f"False answers to {others[0].questions} questions to other authorities, %"
    return Table(heading, ("noise", "answered", "answered or offered"), rows)


def _each_facet(scores: Scores) -> Table:
    rows = tuple(
        (
            facet.value,
            str(one.asked),
            str(one.found),
            percent(one.precision),
            percent(one.recall),
            percent(one.f1),
        )
        for facet, one in scores.each_facet.items()
    )
    columns = ("facet", "asked", "found", "precision", "recall", "F1")
    return Table(f"Facets one by one ({scores.noise.value}), %", columns, rows)


def _confusion(scores: Scores) -> Table:
    got = [outcome for outcome in Outcome if any(pair[1] is outcome for pair in scores.confusion)]
    wanted = [outcome for outcome in Outcome if any(pair[0] is outcome for pair in scores.confusion)]
    rows = tuple(
        (want.value, *(str(scores.confusion.get((want, outcome), 0) or "·") for outcome in got))
        for want in wanted
    )
    heading = f"Outcomes ({scores.noise.value}): wanted in rows, given in columns"
    return Table(heading, ("wanted", *(outcome.value for outcome in got)), rows)


def _reliability(noise: str, calibration: Calibration) -> Table:
    rows = tuple(
        (f"{one.low:.1f}-{one.high:.1f}", str(one.count), percent(one.confidence), percent(one.accuracy))
        for one in calibration.bins
    )
    return Table(
        f"Confidence ({noise}): mean confidence and share right of what was answered or offered first, %",
        ("confidence", "answers", "confidence mean", "right"),
        rows,
    )


def _score_json(scores: Scores) -> dict[str, Any]:
    return {
        "noise": scores.noise.value,
        "questions": scores.questions,
        "answerable": scores.answerable,
        "top1": scores.rank.top1,
        "top5": scores.rank.top5,
        **{ending.name.lower(): value for ending, value in scores.endings.items()},
        "facets": _facet_json(scores.facets),
        "each_facet": {facet.value: _facet_json(one) for facet, one in scores.each_facet.items()},
        "outcome_accuracy": scores.outcome_accuracy,
        "confusion": [
            {"wanted": wanted.value, "given": given.value, "count": count}
            for (wanted, given), count in scores.confusion.items()
        ],
        "calibration_error": scores.calibration.error,
        "reliability": [vars(one) for one in scores.calibration.bins],
        "own_questions": scores.ours,
        "own_refused": scores.own_refused,
        "compared": {name: vars(rank) for name, rank in scores.compared.items()},
        "median_milliseconds": scores.median_milliseconds,
    }


def _facet_json(facets: FacetScore) -> dict[str, float]:
    return {"precision": facets.precision, "recall": facets.recall, "f1": facets.f1, "asked": facets.asked}
