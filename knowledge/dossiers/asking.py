"""Asking several systems in order, and comparing the second factor the same way whatever they say."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.guard import GuardedSource
from knowledge.dossiers.records import (
    Ambiguous,
    Answer,
    DossierView,
    Forbidden,
    Found,
    Unavailable,
)
from knowledge.dossiers.verification import matches


class Outcome(str, Enum):
    """How a look-up ended; the values are those of ``dossier_lookup.result``."""

    FOUND = "found"
    NOT_CONFIRMED = "not_confirmed"
    """No such dossier, or the second factor is not its: nobody is told which."""
    AMBIGUOUS = "ambiguous"
    UNAVAILABLE = "unavailable"
    FORBIDDEN = "forbidden"
    LOCKED = "locked"
    LIMITED = "limited"


@dataclass(frozen=True)
class Checked:
    """The result of a look-up with its second factor."""

    outcome: Outcome
    view: DossierView | None = None
    source: str = ""
    """The system that knows the dossier, or that did not answer."""


async def ask_in_order(
    sources: Sequence[GuardedSource], code: DossierCode, factor: str, until: float, *, fresh: bool = False
) -> Checked:
    """Ask one system after the other until one has a dossier with this factor.

    A dossier with another factor counts as not there and the next system is asked, so that both cases do
    the same work. A system that did not answer outweighs all that have no such dossier.
    """
    silent = refusing = ""
    for source in sources:
        if not (code.is_whole or source.takes_ends):
            continue
        answer = await source.ask(code, until, fresh=fresh) if time.monotonic() < until else Unavailable("")
        confirmed = _confirmed(answer, factor)
        if len(confirmed) > 1:
            return Checked(Outcome.AMBIGUOUS, source=source.name)
        if confirmed:
            return Checked(Outcome.FOUND, confirmed[0].view, source.name)
        if isinstance(answer, Unavailable):
            silent = silent or source.name
        elif isinstance(answer, Forbidden):
            refusing = refusing or source.name
    if silent:
        return Checked(Outcome.UNAVAILABLE, source=silent)
    if refusing:
        return Checked(Outcome.FORBIDDEN, source=refusing)
    return Checked(Outcome.NOT_CONFIRMED)


def _confirmed(answer: Answer, factor: str) -> list[Found]:
    if isinstance(answer, Ambiguous):
        candidates = answer.candidates
    else:
        candidates = (answer,) if isinstance(answer, Found) else ()
    return [one for one in candidates if matches(factor, one.factors)]
