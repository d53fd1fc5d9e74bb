"""Question sets: what was asked and what would be a right answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.question import Facet
from actions.reply import Outcome
from knowledge.text.normalise import fold

FOLDER = Path(__file__).parent.parent / "questions"
HELD_OUT = FOLDER / "heldout.jsonl"
ANSWERABLE = frozenset({Outcome.ANSWERED, Outcome.WITHDRAWN})


class QuestionSetError(ValueError):
    """A question set is malformed; the message names file and line, never the question."""


@dataclass(frozen=True)
class AskedQuestion:
    """A question with its accepted procedures (best first), the facets asked and the outcome wanted."""

    id: str
    text: str
    codes: tuple[str, ...]
    facets: frozenset[Facet]
    outcome: Outcome

    @property
    def answerable(self) -> bool:
        """Whether it asks about one procedure of the catalogue, listed or withdrawn."""
        return self.outcome in ANSWERABLE

    @property
    def ours(self) -> bool:
        """Whether it asks about procedures of the catalogue, though perhaps not saying which."""
        return bool(self.codes)


def read_questions(path: Path) -> list[AskedQuestion]:
    """Read a question set (JSONL).

    Raises:
        QuestionSetError: the file is missing, or a line is malformed.
    """
    return [_question(value, path, number) for number, value in _lines(path)]


def read_others(path: Path) -> list[AskedQuestion]:
    """Read questions to other authorities: JSONL with ``question``.

    Raises:
        QuestionSetError: the file is missing, or a line is malformed.
    """
    asked = []
    for number, value in _lines(path):
        text = value.get("question")
        if not isinstance(text, str) or not text.strip():
            raise QuestionSetError(f"{path.name}:{number}: no text under 'question'")
        asked.append(AskedQuestion(f"other-{number}", text, (), frozenset(), Outcome.OUT_OF_SCOPE))
    return asked


def is_held_out(path: Path) -> bool:
    """Tell whether a set is the held-out one, goes by its name, or shares a question with it."""
    if "heldout" in path.name.lower() or "heldout" in path.resolve().name.lower():
        return True
    held_out = {fold(question.text) for question in read_questions(HELD_OUT)}
    return any(fold(question.text) in held_out for question in read_questions(path))


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise QuestionSetError(f"{path}: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise QuestionSetError(f"{path.name}:{number}: not JSON ({error.msg})") from error
        if not isinstance(value, dict):
            raise QuestionSetError(f"{path.name}:{number}: not a JSON object")
        yield number, value


def _question(value: dict[str, Any], path: Path, number: int) -> AskedQuestion:
    try:
        question = AskedQuestion(
            str(value["id"]),
            str(value["text"]),
            tuple(map(str, value["codes"])),
            frozenset(map(Facet, value["facets"])),
            Outcome(value["outcome"]),
        )
    except KeyError as error:
        raise QuestionSetError(f"{path.name}:{number}: {error} is missing") from error
    except (TypeError, ValueError) as error:
        raise QuestionSetError(f"{path.name}:{number}: {error}") from error
    if not question.text.strip():
        raise QuestionSetError(f"{path.name}:{number}: the text is empty")
    if question.answerable and not question.codes:
        raise QuestionSetError(f"{path.name}:{number}: no accepted code, though an answer is wanted")
    return question
