"""`tthc ask`: ask the assistant from the command line, and see how it came to its answer."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tthc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actions.reply import Reply
    from tthc.assistant.conversation import Conversation, Turn
    from tthc.cli import Subparsers

UNANSWERED = 3
"""Exit code when the reply is that the question is not ours or was not understood."""

EXIT_CODES = """exit codes:
  0  answered, or asked back
  1  failed; the reason is one sentence on stderr
  2  wrong arguments or settings
  3  the reply is that the question is not ours, or was not understood"""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "ask",
        help="ask the assistant, and see how it came to its answer",
        description="Answer a question in this process, from the published catalogue (the one that ships "
        "when nothing is published yet). Without a question: a conversation, one message a line; #2 taps the "
        "second button. Uses the trained model when there is one (tthc train).",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("question", nargs="*", help="the question; quotes are not needed")
    parser.add_argument(
        "--explain", action="store_true", help="show how it was read, and what spoke for what"
    )
    parser.add_argument("--fast", action="store_true", help="lexicons only, without the trained model")
    parser.add_argument("--json", action="store_true", help="one JSON object a message, for machines")
    parser.set_defaults(handler=ask)


def ask(arguments: argparse.Namespace) -> int:
    """Answer; in a conversation the exit code is that of the last reply."""
    from knowledge.settings import read_settings
    from tthc.assistant.conversation import Conversation
    from tthc.assistant.opening import open_services, open_understanding, published_catalogue

    settings = read_settings()
    question = " ".join(arguments.question).strip()
    if arguments.question and not question:
        raise UsageError("the question is empty")
    services = open_services(settings, published_catalogue(settings))
    understanding = open_understanding(settings, fast=arguments.fast, train=False)
    conversation = Conversation(understanding, services)
    texts: Iterable[str] = [question] if question else _lines()
    last: Reply | None = None
    for text in texts:
        said = _tapped(text, last)[: settings.max_text_chars]
        turn = conversation.say(said)
        _print(said, turn, conversation, arguments)
        last = turn.reply
    return _exit_code(last)


def _lines() -> Iterator[str]:
    """Yield the messages of standard input, asking for each when a person types them."""
    asking = sys.stdin.isatty()
    while True:
        if asking:
            print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        yield line.strip()


def _tapped(text: str, last: Reply | None) -> str:
    """Return the payload of the button that ``#number`` taps, or else the text itself."""
    number = text[1:] if text.startswith("#") else ""
    if last is None or not number.isdecimal() or not 1 <= int(number) <= len(last.buttons):
        return text
    return last.buttons[int(number) - 1].payload


def _print(text: str, turn: Turn, conversation: Conversation, arguments: argparse.Namespace) -> None:
    import json

    from tthc.assistant.explain import explain
    from tthc.assistant.printing import answer_line, explanation_lines, reply_lines

    # A tapped button says what it wants: no words were read.
    explained = arguments.explain and turn.question.text
    explanation = explain(text, turn, conversation.services) if explained else None
    if arguments.json:
        value = turn.reply.as_message(turn.question.intent)
        if explanation:
            value["explanation"] = explanation.as_json()
        print(json.dumps(value, ensure_ascii=False), flush=True)
        return
    if explanation:
        print(*explanation_lines(explanation), answer_line(turn.reply), "", sep="\n")
    print(*reply_lines(turn.reply), sep="\n", flush=True)


def _exit_code(reply: Reply | None) -> int:
    from actions.reply import Outcome

    if reply is not None and reply.outcome in {Outcome.OUT_OF_SCOPE, Outcome.UNCLEAR}:
        return UNANSWERED
    return ExitCode.OK
