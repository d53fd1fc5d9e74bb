"""Brings reviewed wordings into the search, after showing what they do to the evaluation; and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.catalogue.search import ProcedureIndex
from knowledge.catalogue.topics import EverydayLanguage
from knowledge.database.engine import SessionFactory
from knowledge.learning.effect import CheckQuestion, Effect, measure
from knowledge.learning.learned import Learned, extend, from_lessons, live
from knowledge.learning.models import LearnedRelease
from knowledge.learning.review import lessons

IndexBuilder = Callable[[EverydayLanguage], ProcedureIndex]


class PublicationError(RuntimeError):
    """Nothing is published; the message says why in one sentence."""


class WorseError(PublicationError):
    """The evaluation drops with what was reviewed; ``effect`` has the figures."""

    def __init__(self, effect: Effect) -> None:
        """Name the figures that get worse."""
        super().__init__(f"not published: {', '.join(effect.drops)} would get worse")
        self.effect = effect


@dataclass(frozen=True)
class Proposal:
    """What is live, what was reviewed, and what the change does."""

    before: Learned
    after: Learned
    effect: Effect


def propose(
    sessions: SessionFactory,
    language: EverydayLanguage,
    build: IndexBuilder,
    questions: Sequence[CheckQuestion],
) -> Proposal:
    """Measure the reviewed wordings against what is live. Takes minutes: two indexes are built.

    Args:
        sessions: the database.
        language: the language that ships.
        build: builds the index of the published catalogue for a language.
        questions: those to ask of both.

    Raises:
        PublicationError: nothing was reviewed since the last publication.
    """
    with sessions() as session:
        before, after = live(session), from_lessons(lessons(session))
    if before.content() == after.content():
        raise PublicationError("nothing was reviewed since the last publication")
    effect = Effect(
        measure(build(extend(language, before)), questions),
        measure(build(extend(language, after)), questions),
    )
    return Proposal(before, after, effect)


def publish(sessions: SessionFactory, proposal: Proposal, by: str) -> int:
    """Make a proposal live in a transaction of its own, see ``bring_live``."""
    with sessions.begin() as session:
        return bring_live(session, proposal, by)


def bring_live(session: Session, proposal: Proposal, by: str) -> int:
    """Make a proposal live; services follow within seconds. Return the number of the release.

    Raises:
        WorseError: a figure drops.
        PublicationError: something else was decided or went live since it was measured.
    """
    if proposal.effect.drops:
        raise WorseError(proposal.effect)
    if not is_current(session, proposal):
        raise PublicationError("something else was decided or went live meanwhile: measure the effect again")
    release = LearnedRelease(
        content=proposal.after.content(),
        effect=proposal.effect.as_json(),
        created_at=datetime.now(timezone.utc),
        created_by=by,
    )
    session.add(release)
    session.flush()
    return release.id


def is_current(session: Session, proposal: Proposal) -> bool:
    """Tell whether a proposal is still about what is live and what was reviewed."""
    return (
        live(session).id == proposal.before.id
        and from_lessons(lessons(session)).content() == proposal.after.content()
    )


def roll_back(sessions: SessionFactory, by: str) -> Learned:
    """Withdraw what is live in a transaction of its own, see ``withdraw``."""
    with sessions.begin() as session:
        return withdraw(session, by)


def withdraw(session: Session, by: str) -> Learned:
    """Withdraw what is live; what was live before is live again and returned.

    Raises:
        PublicationError: nothing is live.
    """
    current = live(session)
    if current.id == 0:
        raise PublicationError("nothing that was learned is live")
    session.execute(
        sa.update(LearnedRelease)
        .where(LearnedRelease.id == current.id)
        .values(withdrawn_at=datetime.now(timezone.utc), withdrawn_by=by)
    )
    return live(session)
