"""What a simulated channel is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True)
class Simulation:
    """A server ready to be run, and what the assistant is told to use it."""

    app: web.Application
    """The channel's API, and the phone's page at ``/``."""
    settings: Mapping[str, str]
    """Lines for ``.env``."""
    steps: tuple[str, ...] = field(default=())
    """What else to do, in order, in Vietnamese."""
