"""Composes the answer about one procedure: heading, the facets asked, cautions, source, quick replies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actions.answers import expiry, facts, fee, papers, time, way
from actions.answers.common import Subject, day, legal_issued
from actions.question import Facet
from actions.reply import Button, payload
from actions.wording import say

FACETS: dict[Facet, Callable[[Subject], str]] = {
    Facet.OVERVIEW: facts.overview,
    Facet.DOCUMENTS: papers.documents,
    Facet.FEE: fee.fee,
    Facet.DEADLINE: time.deadline,
    Facet.STEPS: way.steps,
    Facet.CHANNELS: way.channels,
    Facet.ONLINE_LEVEL: way.online_level,
    Facet.RESULT: facts.result,
    Facet.CONDITIONS: facts.conditions,
    Facet.LEGAL_BASIS: facts.legal_basis,
    Facet.FORMS: papers.forms,
    Facet.AGENCY: way.agency,
    Facet.APPLICANTS: facts.applicants,
}
NEXT = (
    Facet.DOCUMENTS,
    Facet.FEE,
    Facet.DEADLINE,
    Facet.CHANNELS,
    Facet.STEPS,
    Facet.CONDITIONS,
    Facet.FORMS,
)
MOST_BUTTONS = 4


def answer_text(subject: Subject, facets: Sequence[Facet]) -> str:
    """Return the whole answer: what applies first, then details, then source and date."""
    procedure = subject.procedure
    parts = [say("heading.procedure", name=procedure.name, code=procedure.code)]
    parts += notices(subject)
    parts += [FACETS[facet](subject) for facet in facets]
    parts.append(source_line(subject))
    return "\n\n".join(part for part in parts if part)


def notices(subject: Subject) -> list[str]:
    """Return what must be said first: not the department's level, a caution, what an expired paper needs."""
    procedure, services = subject.procedure, subject.services
    lines = []
    if not services.is_local(procedure):
        lines.append(
            say("notice.ministry", agencies=subject.agencies, department=services.profile.short_name)
        )
    elif services.is_commune_only(procedure):
        lines.append(say("notice.commune"))
    if procedure.caution:
        lines.append(say("notice.caution", caution=procedure.caution))
    expired = expiry.when_expired(subject)
    return [*lines, expired] if expired else lines


def source_line(subject: Subject) -> str:
    """Return the source with its date (every answer must carry them)."""
    as_of = day(subject.catalogue.release.as_of)
    decision = subject.procedure.decision
    if decision is None:
        return say("source.release", as_of=as_of)
    return say("source.decision", number=decision.number, issued=legal_issued(decision.issued), as_of=as_of)


def sources(subject: Subject) -> tuple[str, ...]:
    """Return the documents the answer rests on, for the chat API."""
    decision = subject.procedure.decision
    return (decision.number,) if decision else ()


def next_questions(subject: Subject, asked: Sequence[Facet]) -> tuple[Button, ...]:
    """Return quick replies for what is likely asked next."""
    left = [facet for facet in NEXT if facet not in asked]
    back = fee.questions_back(subject) if Facet.FEE in asked else ()
    return back + tuple(
        Button(
            say(f"facet.{facet.value}"),
            payload("ask_procedure", procedure_code=subject.procedure.code, facet=facet.value),
        )
        for facet in left[: MOST_BUTTONS - len(back)]
    )
