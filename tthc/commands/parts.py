"""What commands with sub-commands share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tthc.cli import Subparsers


def add_action(
    actions: Subparsers, name: str, handler: Callable[[argparse.Namespace], int], text: str
) -> argparse.ArgumentParser:
    """Add a sub-command that ``handler`` runs; ``text`` is its line of help and, as a sentence, its page."""
    parser = actions.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    parser.set_defaults(handler=handler)
    return parser
