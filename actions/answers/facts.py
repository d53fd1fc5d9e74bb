"""Overview, result, conditions, legal basis, applicants."""

from __future__ import annotations

from actions.answers import expiry, papers, time
from actions.answers.common import Subject, bullets, join, legal_issued, shorten
from actions.wording import say

MOST_TEXTS = 8


def overview(subject: Subject) -> str:
    """Say in a few lines what the procedure is, who settles it, how long, how many papers, how online."""
    procedure = subject.procedure
    lines = []
    if subject.guidance:
        lines.append(f"{subject.guidance.summary} {subject.guidance.validity}".rstrip())
    if procedure.agencies:
        lines.append(say("overview.agency", agencies=subject.agencies))
    limit = time.summary(subject)
    if limit:
        lines.append(say("overview.deadline", limit=limit))
    number = papers.count(subject)
    if number:
        lines.append(say("overview.documents", count=number))
    if procedure.online_level:
        lines.append(say("overview.online", level=procedure.online_level.value))
    if procedure.results:
        lines.append(say("overview.result", result=shorten(procedure.results[0].rstrip(" .;"), 150)))
    return bullets(lines)


def result(subject: Subject) -> str:
    """Name the paper that the applicant receives, and how long it can be used when that is asked."""
    named = _named_result(subject)
    return f"{named}\n{expiry.validity(subject)}" if expiry.validity_is_asked(subject.words) else named


def _named_result(subject: Subject) -> str:
    results = [shorten(text.rstrip(" .;"), 250) for text in subject.procedure.results]
    if not results:
        return f"{say('heading.result')} {say('result.none')}"
    if len(results) == 1:
        return f"{say('heading.result')} {results[0]}."
    return f"{say('heading.result')}\n{bullets(results)}"


def conditions(subject: Subject) -> str:
    """List our plain conditions; without them say where the official ones stand."""
    if subject.guidance:
        listed = subject.guidance.conditions
        body = "\n" + bullets(listed) if listed else " " + say("conditions.none")
        return f"{say('heading.conditions')}{body}"
    texts = join(text.number for text in subject.procedure.legal_texts[:4])
    if not texts:
        return f"{say('heading.conditions')} {say('conditions.none')}"
    see = say("conditions.see", texts=texts, portal=subject.portal, code=subject.procedure.code)
    return f"{say('heading.conditions')} {see}"


def legal_basis(subject: Subject) -> str:
    """List the legal texts and the decision that published the procedure."""
    texts = subject.procedure.legal_texts
    if not texts and not subject.procedure.decision:
        return f"{say('heading.legal_basis')} {say('legal_basis.none')}"
    lines = [_text_line(text.number, text.title, legal_issued(text.issued)) for text in texts[:MOST_TEXTS]]
    parts = [say("heading.legal_basis"), bullets(lines)] if lines else [say("heading.legal_basis")]
    decision = subject.procedure.decision
    if decision:
        parts.append(
            say("legal_basis.decision", number=decision.number, issued=legal_issued(decision.issued))
        )
    return "\n".join(parts)


def applicants(subject: Subject) -> str:
    """Say who may apply; never turn anyone away on the portal's word alone."""
    listed = join(subject.procedure.applicants)
    if not listed:
        return f"{say('heading.applicants')} {say('applicants.none')}"
    return f"{say('heading.applicants')} {listed}.\n{say('applicants.caution')}"


def _text_line(number: str, title: str, issued: str) -> str:
    if number and number.lower() in title.lower():
        return shorten(title, 220)
    return shorten(f"{number}{issued}: {title}" if title else f"{number}{issued}", 220)
