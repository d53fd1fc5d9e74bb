"""Asks conversations of two messages: does the second stay with the procedure in talk or leave it?

The first message brings a procedure into talk; what must come of the second is written beside it in
``questions/follow_ups.yml``, of which one half served development and the other is only counted.

    python -m benchmarks.follow_ups            # figures
    python -m benchmarks.follow_ups --misses   # and what went wrong in the development half
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from actions.question import Facet
from actions.reply import Outcome, Reply
from actions.services import Services
from benchmarks.evaluation.report import Table, percent
from knowledge.settings import read_settings
from tthc.assistant.conversation import Conversation
from tthc.assistant.opening import open_services, open_understanding
from tthc.assistant.understanding import Understanding

QUESTIONS = Path(__file__).parent / "questions" / "follow_ups.yml"


class Must(str, Enum):
    """What must come of the second message."""

    STAYS = "stays"
    GOES = "goes"
    NOT_OURS = "not_ours"


class Half(str, Enum):
    """The half that served development, and the one that is only counted."""

    DEV = "dev"
    HELD_OUT = "held_out"


@dataclass(frozen=True)
class FollowUp:
    """Two messages and what must come of the second.

    ``about`` is the procedure that the first one brings into talk; ``codes`` are those accepted where the
    second goes elsewhere, ``facet`` is one that must be answered where it stays.
    """

    first: str
    about: str
    then: str
    must: Must
    half: Half
    facet: Facet | None = None
    codes: frozenset[str] = frozenset()

    def is_met_by(self, reply: Reply) -> bool:
        """Whether the reply to the second message is what must come of it."""
        if self.must is Must.NOT_OURS:
            return reply.procedure is None
        if self.must is Must.STAYS:
            return reply.procedure == self.about and (self.facet is None or self.facet in reply.facets)
        offered = reply.candidates if reply.outcome is Outcome.CLARIFY else ()
        return bool(self.codes.intersection([reply.procedure, *offered]))


@dataclass(frozen=True)
class Given:
    """What a conversation got; ``opened`` tells that its first message brought the procedure into talk."""

    asked: FollowUp
    reply: Reply
    opened: bool

    @property
    def is_right(self) -> bool:
        """Whether the conversation went as it must."""
        return self.opened and self.asked.is_met_by(self.reply)


def read_follow_ups(path: Path = QUESTIONS) -> tuple[FollowUp, ...]:
    """Read the conversations."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    openings = content["openings"]
    return tuple(
        FollowUp(
            openings[value["after"]]["text"],
            openings[value["after"]]["code"],
            value["then"],
            Must(value["must"]),
            Half(value["half"]),
            Facet(value["facet"]) if "facet" in value else None,
            frozenset(value.get("codes", ())),
        )
        for value in content["conversations"]
    )


def ask_all(
    follow_ups: Iterable[FollowUp], understanding: Understanding, services: Services
) -> tuple[Given, ...]:
    """Ask every conversation from its beginning."""
    given = []
    for asked in follow_ups:
        conversation = Conversation(understanding, services)
        opened = conversation.say(asked.first).reply.procedure == asked.about
        given.append(Given(asked, conversation.say(asked.then).reply, opened))
    return tuple(given)


def figures(given: Sequence[Given]) -> Table:
    """Return how many of each kind went right, by half."""
    rows = []
    for half in Half:
        for must in (*Must, None):
            found = [one for one in given if one.asked.half is half and must in (None, one.asked.must)]
            right = sum(one.is_right for one in found)
            name = f"{half.value}: {must.value if must else 'all'}"
            rows.append((name, str(len(found)), str(right), percent(right / max(1, len(found)))))
    return Table("Follow-ups", ("half: kind", "asked", "right", "%"), tuple(rows))


def miss(one: Given) -> str:
    """Return a line about a conversation that went wrong."""
    asked, reply = one.asked, one.reply
    wanted = " ".join([asked.must.value, *sorted(asked.codes), *([asked.facet.value] if asked.facet else [])])
    got = " ".join([reply.outcome.value, reply.procedure or "", *(facet.value for facet in reply.facets)])
    return f"{asked.about}: {asked.then}\n  wanted {wanted}\n  got    {got} {' '.join(reply.candidates)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask everything and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.follow_ups", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what went wrong in the development half")
    parser.add_argument("--half", type=Half, choices=list(Half), help="only this half")
    options = parser.parse_args(arguments)
    settings = read_settings()
    wanted = [one for one in read_follow_ups() if options.half in (None, one.half)]
    given = ask_all(wanted, open_understanding(settings), open_services(settings))
    if options.misses:
        wrong = [one for one in given if one.asked.half is Half.DEV and not one.is_right]
        print("\n".join(map(miss, wrong)))
    print(figures(given).as_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
