"""Fees: the amount with its conditions and circular, or what is missing, or that it is not known."""

from __future__ import annotations

from dataclasses import replace

from actions.answers.common import Subject, bullets
from actions.reply import Button, payload
from actions.wording import say
from knowledge.fees.compute import quote
from knowledge.fees.describe import describe, describe_line
from knowledge.fees.quotes import FeeQuote, Need
from knowledge.fees.records import Applicant, Area, Case

MOST_LINES = 6
_ASKED = (Need.APPLICANT, Need.AREA, Need.CASE, Need.SITUATION, Need.POINTS)
_CHOICES = {
    Need.APPLICANT: (("actor", "enterprise"), ("actor", "household")),
    Need.AREA: (("area", "urban"), ("area", "other")),
}


def fee(subject: Subject) -> str:
    """Say what it costs, on which conditions, by which circular; never that something is free by default."""
    found = _quote(subject)
    parts = [say("heading.fee")]
    for line in found.lines[:MOST_LINES]:
        amount, *details = describe_line(line)
        parts.append(bullets([amount]) + "".join(f"\n   {detail}" for detail in details))
    if len(found.lines) > MOST_LINES:
        parts.append(say("fee.cut", count=len(found.lines) - MOST_LINES))
    parts += describe(replace(found, lines=(), needs=()))
    question = _question(found)
    return "\n".join(dict.fromkeys(part for part in [*parts, question] if part))


def _question(found: FeeQuote) -> str:
    """Ask for the one fact that decides most."""
    asked = next((need for need in _ASKED if need in found.needs), None)
    return say(f"fee.ask_{asked.value}") if asked else ""


def questions_back(subject: Subject) -> tuple[Button, ...]:
    """Return quick replies for what the amount still depends on (who pays, in which area)."""
    needs = _quote(subject).needs
    need = next((need for need in (Need.APPLICANT, Need.AREA) if need in needs), None)
    if need is None:
        return ()
    return tuple(
        Button(say(f"choice.{entity}_{value}"), payload("inform", **{entity: value}))
        for entity, value in _CHOICES[need]
    )


def _quote(subject: Subject) -> FeeQuote:
    known = subject.services.language.by_code.get(subject.procedure.code)
    case = known[1].case.value if known else None
    return quote(
        subject.procedure.code,
        subject.today,
        Applicant(subject.actor) if subject.actor else None,
        Area(subject.area) if subject.area else None,
        subject.points,
        Case(case) if case in {item.value for item in Case} else None,
        whole_city=subject.services.profile.fee_area == "thanh_pho_thi_xa",
    )
