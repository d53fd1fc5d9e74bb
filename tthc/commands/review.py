"""`tthc review`: what the assistant missed, what it means, and what the search learns from it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from tthc.commands.parts import add_action

if TYPE_CHECKING:
    from tthc.cli import Subparsers

SHOWN_GROUPS = 20


def register(subparsers: Subparsers) -> None:
    """Add the command and its sub-commands."""
    parser = subparsers.add_parser(
        "review",
        help="review missed questions and let the search learn from them",
        description="Missed questions are collected while the service runs, masked and grouped by likeness. "
        "Say what a group means; nothing goes live before `publish` has shown the effect on the evaluation.",
    )
    actions = parser.add_subparsers(metavar="action", required=True)
    listing = _add(actions, "list", "list_groups", "list the open groups, the largest first")
    listing.add_argument("--limit", type=int, default=SHOWN_GROUPS, metavar="N", help="groups shown")
    _with_group(_add(actions, "show", "show_group", "show the questions of a group"))
    assigning = _with_group(_add(actions, "assign", "assign_group", "say what the questions of a group mean"))
    meaning = assigning.add_mutually_exclusive_group(required=True)
    meaning.add_argument("--procedure", metavar="CODE", help="the procedure they ask about")
    meaning.add_argument("--facet", metavar="FACET", help="what they ask (documents, fee, ...)")
    meaning.add_argument("--not-ours", action="store_true", help="business of another authority")
    assigning.add_argument(
        "--wording", action="append", default=[], metavar="TEXT", help="learn this instead of the questions"
    )
    _with_group(_add(actions, "ignore", "ignore_group", "put a group aside"))
    dropping = _add(actions, "drop", "drop_lesson", "take a decision back")
    dropping.add_argument("lesson", type=int, help="its number, see `tthc review diff`")
    _add(actions, "diff", "show_difference", "show the decisions and what they change in the data")
    publishing = _add(
        actions, "publish", "publish_reviewed", "measure the effect, and bring it live unless something drops"
    )
    publishing.add_argument("--check", action="store_true", help="only measure")
    _add(actions, "rollback", "roll_back_learned", "go back to what was live before")
    exporting = _add(actions, "export", "export_learned", "print what is live as YAML of the project's data")
    exporting.add_argument(
        "--write", action="store_true", help="put it into the project's data (developers), ready for a commit"
    )


def _add(actions: Subparsers, name: str, function: str, text: str) -> argparse.ArgumentParser:
    return add_action(actions, name, _handler(function), text)


def _with_group(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("group", type=int, help="its number, see `tthc review list`")
    return parser


def _handler(function: str) -> Callable[[argparse.Namespace], int]:
    def handle(arguments: argparse.Namespace) -> int:
        from importlib import import_module

        return int(getattr(import_module("tthc.learning.reviewing"), function)(arguments))

    return handle
