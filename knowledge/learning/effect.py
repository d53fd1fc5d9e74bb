"""The effect of what was learned: the development questions asked of the search with it and without it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.catalogue.search import ProcedureIndex, Verdict
from knowledge.settings import ROOT
from knowledge.text.normalise import strip_marks

QUESTIONS = ROOT / "benchmarks" / "questions" / "dev.jsonl"
ANSWERABLE = frozenset({"answered", "withdrawn"})
NOT_OURS = "out_of_scope"
TOLERANCE = 0.004
"""What a figure may lose: less than one question of the set."""


@dataclass(frozen=True)
class CheckQuestion:
    """A question with the procedures that answer it; none when it is not ours."""

    text: str
    codes: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """Shares (0..1) over the questions, each asked with marks and without.

    ``first`` of ours have an accepted procedure first, ``refused`` get none; ``false_answers`` of those that
    are not ours are answered.
    """

    first: float
    refused: float
    false_answers: float


@dataclass(frozen=True)
class Effect:
    """Figures before and after."""

    before: Figures
    after: Figures

    @property
    def drops(self) -> tuple[str, ...]:
        """The figures that get worse; publishing is blocked while there is one."""
        before, after = self.before, self.after
        losses = {
            "first": before.first - after.first,
            "refused": after.refused - before.refused,
            "false_answers": after.false_answers - before.false_answers,
        }
        return tuple(name for name, loss in losses.items() if loss > TOLERANCE)

    def as_json(self) -> dict[str, dict[str, float]]:
        """Return it as plain values."""
        return {"before": asdict(self.before), "after": asdict(self.after)}


def read_check_questions(path: Path = QUESTIONS) -> list[CheckQuestion]:
    """Read a question set (docs/evaluation.md): what has one right answer, and what is not ours."""
    values = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        CheckQuestion(str(value["text"]), frozenset(value["codes"]))
        for value in values
        if value["outcome"] in ANSWERABLE or value["outcome"] == NOT_OURS
    ]


def measure(index: ProcedureIndex, questions: Sequence[CheckQuestion]) -> Figures:
    """Ask the questions of an index."""
    first = refused = false_answers = 0
    for question in questions:
        for text in (question.text, strip_marks(question.text)):
            result = index.search(text, limit=1)
            if not question.codes:
                false_answers += result.verdict is Verdict.SURE
            elif result.verdict is Verdict.NONE:
                refused += 1
            else:
                first += result.candidates[0].code in question.codes
    ours = 2 * sum(bool(question.codes) for question in questions) or 1
    others = 2 * sum(not question.codes for question in questions) or 1
    return Figures(first / ours, refused / ours, false_answers / others)
