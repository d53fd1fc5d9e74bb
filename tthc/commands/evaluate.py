"""`tthc evaluate`: how well questions are understood and answered, with and without noise."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tthc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.evaluation.asking import Assistant, Given
    from benchmarks.evaluation.questions import AskedQuestion
    from benchmarks.evaluation.report import Evaluation
    from knowledge.settings import Settings
    from tthc.cli import Subparsers

NOISES = ("clean", "no diacritics", "typos", "abbreviations", "telex leftovers", "mixed")


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure understanding and answering on a question set",
        description="Ask every question of a set with every kind of noise, in this process, with the trained "
        "model (trained first if need be) over the shipped catalogue, and print what came of it beside plain "
        "BM25. Definitions: docs/evaluation.md.",
    )
    parser.add_argument(
        "--questions",
        type=Path,
        metavar="FILE",
        help="question set, JSONL (benchmarks/questions/heldout.jsonl)",
    )
    parser.add_argument(
        "--others",
        type=Path,
        metavar="FILE",
        help='questions to other authorities, JSONL with "question": counts false answers',
    )
    parser.add_argument(
        "--beside",
        type=Path,
        metavar="MODEL",
        help="another trained model, asked the same questions (Rasa's default pipeline: docs/evaluation.md)",
    )
    parser.add_argument("--noise", choices=NOISES, action="append", help="only this kind (may be repeated)")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N questions of a file")
    parser.add_argument("--fast", action="store_true", help="lexicons only, without the trained model")
    parser.add_argument("--json", action="store_true", help="figures for machines")
    parser.add_argument(
        "--misses",
        action="store_true",
        help="list what went wrong, for the first kind of noise; refused for the held-out set",
    )
    parser.add_argument("--write", action="store_true", help="put the figures into benchmarks/RESULTS.md")
    parser.set_defaults(handler=evaluate)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected a number from 1")
    return number


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure, print, and write the results down when asked to."""
    from benchmarks.evaluation.asking import Assistant
    from benchmarks.evaluation.noise import Noise
    from benchmarks.evaluation.questions import HELD_OUT
    from benchmarks.evaluation.running import evaluate as run
    from knowledge.settings import read_settings
    from tthc.assistant.opening import open_services, open_understanding

    path = arguments.questions or HELD_OUT
    questions, others = _read(path, arguments)
    settings = read_settings()
    assistant = Assistant(open_understanding(settings, fast=arguments.fast), open_services(settings))
    noises = [Noise(name) for name in arguments.noise] if arguments.noise else list(Noise)
    name = path.stem if arguments.limit is None else f"{path.stem} (first {len(questions)})"
    beside = _beside(arguments.beside, assistant, settings)
    measured, given = run(assistant, name, questions, noises, others, _tell, beside)
    _show(measured, given, arguments)
    return ExitCode.OK


def _beside(model: Path | None, assistant: Assistant, settings: Settings) -> Assistant | None:
    from dataclasses import replace

    from tthc.assistant.understanding import RasaUnderstanding

    if model is None:
        return None
    return replace(assistant, understanding=RasaUnderstanding(model, settings.data_dir / "cache"))


def _read(
    path: Path, arguments: argparse.Namespace
) -> tuple[Sequence[AskedQuestion], Sequence[AskedQuestion]]:
    from benchmarks.evaluation.questions import QuestionSetError, is_held_out, read_others, read_questions

    try:
        questions = read_questions(path)[: arguments.limit]
        others = read_others(arguments.others)[: arguments.limit] if arguments.others else []
        if arguments.misses and is_held_out(path):
            raise UsageError(
                "--misses would show held-out questions, on which nothing may be tuned: use dev.jsonl"
            )
    except QuestionSetError as error:
        raise UsageError(str(error)) from error
    if not questions:
        raise UsageError(f"{path} holds no question")
    return questions, others


def _show(measured: Evaluation, given: Sequence[Given], arguments: argparse.Namespace) -> None:
    import json

    from benchmarks.evaluation.running import misses, write_results
    from knowledge.deadlines.calendar import working_calendar

    if arguments.json:
        print(json.dumps(measured.as_json(), ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(table.as_text() for table in measured.tables()))
    if arguments.misses:
        print("\n".join(misses(given)), file=sys.stderr if arguments.json else sys.stdout)
    if arguments.write:
        write_results(measured, _command(arguments), working_calendar().today().isoformat())


def _command(arguments: argparse.Namespace) -> str:
    """The command as others can give it: where the files lie on this machine is nobody's business."""
    parts = ["tthc evaluate"]
    parts += [f"--questions {arguments.questions.name}"] if arguments.questions else []
    parts += ["--others FILE"] if arguments.others else []
    parts += ["--beside MODEL"] if arguments.beside else []
    parts += [f'--noise "{noise}"' for noise in arguments.noise or ()]
    parts += [f"--limit {arguments.limit}"] if arguments.limit else []
    parts += ["--fast"] if arguments.fast else []
    return " ".join(parts)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
