"""The steps from nothing to an answer, and the events in which the preparation reports them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum


class Step(str, Enum):
    """What happens, in this order; the value is what the progress calls it."""

    SETTINGS = "settings"
    PORTS = "ports"
    DEPARTMENT = "department profile"
    DATABASE = "database"
    MODEL = "model"
    CATALOGUE = "catalogue"
    SEARCH = "search"
    DOSSIERS = "dossiers"
    SERVICES = "services"
    QUESTION = "first question"

    @property
    def number(self) -> str:
        """Place among the steps, as ``3/9``."""
        steps = list(Step)
        return f"{steps.index(self) + 1}/{len(steps)}"


class Kind(str, Enum):
    """What an event tells."""

    STARTED = "started"
    FINISHED = "finished"
    SETTINGS = "settings"
    FAILED = "failed"


@dataclass(frozen=True)
class Event:
    """One line from the preparation.

    ``detail`` is what a person reads. ``settings`` comes with the kind of that name: every setting as
    the text of its environment variable. ``exit_code`` comes with a failure.
    """

    kind: Kind
    step: Step
    detail: str = ""
    settings: dict[str, str] | None = None
    exit_code: int = 0

    def to_line(self) -> str:
        """Write as a line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Event:
        """Read what ``to_line`` wrote."""
        values = json.loads(line)
        return cls(**{**values, "kind": Kind(values["kind"]), "step": Step(values["step"])})
