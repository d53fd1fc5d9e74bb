"""The coverage robot's report: totals, and every miss by procedure, facet and register."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.coverage_questions import WITHDRAWN
from benchmarks.coverage_robot import RIGHT, Finding, Judgement, score
from knowledge.catalogue.records import Procedure

EXPLANATION = """\
Every question went through the chat API in a conversation of its own ({seconds:.0f} s in all). An answer is
right when it is about the procedure meant and answers the facet asked; a question that is asked back is right
when the procedure is among the buttons and the tap on it is answered so."""


def totals(findings: Sequence[Finding]) -> str:
    """Return the totals as a few lines of text."""
    found = score(findings)
    counts = Counter(finding.judgement for finding in findings)
    lines = [
        f"{found.asked} questions, {found.right} answered rightly ({found.right_share:.2%})",
        f"right procedure in {found.right_procedure_among_answers:.2%} of the answers that name one",
    ]
    lines += [f"  {counts[judgement]:6d} {judgement.value}" for judgement in Judgement if counts[judgement]]
    return "\n".join(lines)


def report(findings: Sequence[Finding], procedures: Mapping[str, Procedure], seconds: float) -> str:
    """Return the whole report in Markdown."""
    parts = [
        "# Coverage of the catalogue by the running service",
        EXPLANATION.format(seconds=seconds),
        "```\n" + totals(findings) + "\n```",
        "## By facet",
        _table("facet", findings, lambda finding: finding.question.facet),
        "## By register",
        _table("register", findings, lambda finding: finding.question.register.value),
        "## By field",
        _table("field", findings, lambda finding: procedures[finding.question.code].field),
        "## Every miss",
        _misses(findings, procedures),
    ]
    return "\n\n".join(parts) + "\n"


def _table(title: str, findings: Iterable[Finding], key: Callable[[Finding], str]) -> str:
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[key(finding)].append(finding)
    lines = [
        f"| {title} | asked | right | at once | after choice | other procedure | other facet | not found |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, members in groups.items():
        counts = Counter(finding.judgement for finding in members)
        missing = counts[Judgement.NOT_OFFERED] + counts[Judgement.NOT_FOUND] + counts[Judgement.FAILED]
        lines.append(
            f"| {name} | {len(members)} | {score(members).right_share:.1%} | {counts[Judgement.ANSWERED]} "
            f"| {counts[Judgement.OFFERED]} | {counts[Judgement.WRONG_PROCEDURE]} "
            f"| {counts[Judgement.WRONG_FACET]} | {missing} |"
        )
    return "\n".join(lines)


def _misses(findings: Sequence[Finding], procedures: Mapping[str, Procedure]) -> str:
    missed = [finding for finding in findings if finding.judgement not in RIGHT]
    if not missed:
        return "None."
    lines = [
        "| procedure | facet | register | what happened | answered about | question |",
        "|---|---|---|---|---|---|",
    ]
    for finding in missed:
        question = finding.question
        about = " ".join(part for part in (finding.outcome, finding.procedure, finding.facets) if part)
        name = "no longer listed" if question.facet == WITHDRAWN else question.facet
        lines.append(
            f"| {question.code} | {name} | {question.register.value} | {finding.judgement.value} | {about} "
            f"| {question.text.replace('|', '/')} |"
        )
    return "\n".join(lines)
