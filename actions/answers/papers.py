"""Documents and forms."""

from __future__ import annotations

from collections.abc import Sequence

from actions.answers.common import Subject, bullets, join, numbered, shorten
from actions.wording import say
from knowledge.catalogue.records import Document, DocumentCase

MOST_ITEMS = 20
MOST_CASES = 4


def documents(subject: Subject) -> str:
    """List the dossier: numbered papers with copies and forms; notes apart; one list for each case."""
    cases = [case for case in subject.procedure.document_cases if case.items]
    if not cases:
        return say("documents.none")
    if len(cases) == 1:
        return _one_case(
            subject, cases[0], say("heading.documents", sets=say("documents.one_set")), MOST_ITEMS
        )
    parts = [say("documents.several_cases")]
    for number, case in enumerate(cases[:MOST_CASES], start=1):
        label = shorten(case.label or f"trường hợp {number}", 200)
        parts.append(_one_case(subject, case, say("heading.documents_case", case=label), MOST_ITEMS // 2))
    if len(cases) > MOST_CASES:
        parts.append(_cut(subject, len(cases) - MOST_CASES))
    return "\n\n".join(parts)


def forms(subject: Subject) -> str:
    """List the papers that have a form to download."""
    with_forms = [
        item
        for case in subject.procedure.document_cases
        for item in case.items
        if item.forms and not item.is_note
    ]
    lines = [
        f"{shorten(item.name, 200)} ({say('forms.file', files=join(item.forms))})"
        for item in dict.fromkeys(with_forms)
    ]
    if not lines:
        return f"{say('heading.forms')}\n{say('forms.none')}"
    where = say("forms.where", portal=subject.portal, code=subject.procedure.code)
    return f"{say('heading.forms')}\n{numbered(lines[:MOST_ITEMS])}\n{where}"


def count(subject: Subject) -> int:
    """Return how many papers the first case asks for, notes left out."""
    cases = subject.procedure.document_cases
    return sum(not item.is_note for item in cases[0].items) if cases else 0


def _one_case(subject: Subject, case: DocumentCase, heading: str, most: int) -> str:
    papers = [item for item in case.items if not item.is_note]
    notes = [item for item in case.items if item.is_note]
    parts = [heading]
    if papers:
        parts.append(numbered(_line(item) for item in papers[:most]))
    if len(papers) > most:
        parts.append(_cut(subject, len(papers) - most))
    if notes:
        parts.append(_notes(notes, most))
    return "\n".join(parts)


def _notes(notes: Sequence[Document], most: int) -> str:
    return f"{say('heading.notes')}\n{bullets(shorten(item.name, 400) for item in notes[: most // 2])}"


def _line(item: Document) -> str:
    copies = [
        say(f"documents.{kind}", count=number)
        for kind, number in (("originals", item.originals), ("copies", item.copies))
        if number
    ]
    if item.forms:
        copies.append(say("documents.has_form"))
    name = shorten(item.name.rstrip(" .;"), 600)
    return f"{name} ({', '.join(copies)})" if copies else name


def _cut(subject: Subject, left: int) -> str:
    return say("documents.cut", count=left, portal=subject.portal, code=subject.procedure.code)
