"""Prints ``docs/commands.md`` from the help of the command line: ``make docs`` writes it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from tthc.cli import build_parser

HEAD = """# Commands

Made by `make docs` from `tthc --help`; a test keeps the two equal.
"""


def commands(
    parser: argparse.ArgumentParser, depth: int = 2
) -> Iterator[tuple[int, argparse.ArgumentParser]]:
    """Yield the parser and those of its sub-commands, each with the depth of its heading."""
    yield depth, parser
    for action in parser._actions:  # noqa: SLF001 - argparse offers no public way to its sub-commands
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for child in action.choices.values():
                yield from commands(child, depth + 1)


def document() -> str:
    """Return the whole document, laid out for 100 columns whatever the terminal."""
    os.environ["COLUMNS"] = "100"
    sections = [
        f"{'#' * depth} {parser.prog}\n\n```\n{parser.format_help().rstrip()}\n```\n"
        for depth, parser in commands(build_parser())
    ]
    return "\n".join([HEAD, *sections])


if __name__ == "__main__":
    print(document(), end="")  # noqa: T201 - a script's own output
