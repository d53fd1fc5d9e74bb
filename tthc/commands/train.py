"""`tthc train`: train the Rasa model when its training data changed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tthc.cli import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "train",
        help="train the model if anything it is made of changed",
        description="Train the Rasa model if the training data, the configuration or the components "
        "changed since the last time. `tthc serve` does the same by itself.",
    )
    parser.add_argument("--force", action="store_true", help="train even if nothing changed")
    parser.set_defaults(handler=train)


def train(arguments: argparse.Namespace) -> int:
    """Train if needed and print where the model is."""
    from knowledge.settings import ROOT, read_settings
    from tthc.serve.model import ModelCache

    cache = ModelCache(ROOT, read_settings().data_dir)
    if arguments.force:
        cache.forget()
    trained = not cache.is_current()
    if trained:
        print("training, two or three minutes", flush=True)
    path = cache.ensure()
    print(f"{'trained' if trained else 'nothing changed since'} {path}")
    return 0
