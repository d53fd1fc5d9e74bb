"""Rules for dossiers: lines that are no papers, scrambled order, repeats, forms, names of cases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from knowledge.catalogue.cleaning.journal import Journal, load_tables
from knowledge.catalogue.cleaning.text import entry, same_key, tidy, without_repeats
from knowledge.catalogue.records import Document, DocumentCase

LETTERS = "abcdđeghiklmnopqrstuvxy"
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_MARK = re.compile(
    r"^(?:\((?P<roman>[ivx]+)\)|(?P<letter>[a-zđ])[).]|(?P<number>\d{1,2})[.)])(?!\d)\s*(?=[^\W_])"
)
_SECTION = re.compile(r"^\d+\.\d+")
_HEADING = re.compile(
    r"^(?:[\d.]+\s*|[a-zđ]\)\s*)?(?:thành phần hồ sơ|hồ sơ|bộ hồ sơ|đối với|trường hợp|bên trong)\b.*"
    r"(?:(?:sau|tài liệu)\s*:|gồm(?: có)?\s*:?)$",
    re.IGNORECASE,
)
_SETS = re.compile(r"^(?:số lượng(?: bộ)?(?: hồ sơ)?:?\s*)?0?(?P<count>\d+)\s*bộ(?: hồ sơ)?$", re.IGNORECASE)
_LABEL_NUMBER = re.compile(r"^(?:[a-zđ]\)|\d+(?:\.\d+)*\.)\s*", re.IGNORECASE)
_LABEL_END = re.compile(
    r"[\s,.;:]*(?:\b(?:thành phần )?hồ sơ\s*)?(?:\b\d+ bộ\s*)?\b(?:bao )?gồm(?: có)?\s*:?$", re.IGNORECASE
)
_UPLOAD_COUNT = re.compile(r"\s*\(\d+\)(?=\.\w+$)")
_DOUBLE_EXTENSION = re.compile(r"(\.(?:docx?|pdf|xlsx?|rtf))\d*(?:\1)+$", re.IGNORECASE)
_COUNT_FIRST = r"(?:\d{1,2}\s*(?:\(\w+\)\s*)?(?:bản chính|bản|bộ)?\s*)?"
MIN_MATCHES_OF_ORDER = 10


def clean_document_cases(cases: tuple[DocumentCase, ...], journal: Journal) -> tuple[DocumentCase, ...]:
    """Clean the dossiers of all cases."""
    return tuple(_clean_case(case, f"hồ sơ {number}", journal) for number, case in enumerate(cases, 1))


def _clean_case(case: DocumentCase, place: str, journal: Journal) -> DocumentCase:
    items = [_clean_item(item, f"{place}, dòng {n}", journal) for n, item in enumerate(case.items, 1)]
    label, extra = _clean_label(case.label, place, journal)
    if label and any(same_key(label).startswith(same_key(item.name)) for item in items):
        journal.note("case-label", place, label, "")
        label = None
    items = _without_repeats(items, place, journal)
    for reorder in (_known_order, _enumerated_order, _application_first):
        items = reorder(items, place, journal)
    return DocumentCase(label, (*items, *extra))


def _clean_label(label: str | None, place: str, journal: Journal) -> tuple[str | None, tuple[Document, ...]]:
    if label is None:
        return None, ()
    tidied = tidy(label.replace("\n", " "), place, journal)
    sets = _SETS.match(tidied.rstrip(" .;:"))
    if sets:
        count = int(sets["count"])
        note = Document(f"Số bộ hồ sơ phải nộp: {count:02d} bộ", is_note=True)
        journal.note("document-sets", place, tidied, note.name if count > 1 else "")
        return None, (note,) if count > 1 else ()
    cleaned = _LABEL_END.sub("", _LABEL_NUMBER.sub("", tidied)).strip(" .;:,")
    return journal.changed("case-label", place, tidied, cleaned[:1].upper() + cleaned[1:]) or None, ()


def _clean_item(item: Document, place: str, journal: Journal) -> Document:
    name = _clean_line(item.name, place, journal)
    forms = [_clean_form(form, place, journal) for form in item.forms]
    item = replace(item, name=name, forms=without_repeats(forms, f"{place}, mẫu", journal))
    if item.is_note:
        return item
    if _HEADING.match(name):
        journal.note("document-heading", place, f"{item.originals} bản chính, {item.copies} bản sao", name)
        return replace(item, originals=0, copies=0, is_note=True)
    explains = any(name.startswith(start) for start in load_tables()["note_starts"])
    no_copies = item.originals == item.copies == 0
    if explains or (no_copies and not _asks(item)):
        journal.note("document-note", place, f"{item.originals} bản chính, {item.copies} bản sao", name)
        return replace(item, originals=0, copies=0, is_note=True)
    return item


def _clean_line(name: str, place: str, journal: Journal) -> str:
    """Clean a line; a mark such as 'a)' at its start keeps its small letter."""
    mark = name[: _mark_end(name)]
    return f"{mark.rstrip()} {entry(name[len(mark) :], place, journal)}".strip()


def _mark_end(name: str) -> int:
    match = _MARK.match(name)
    return match.end() if match else 0


def _asks(item: Document) -> bool:
    """Tell a paper whose copies the source forgot from a note: it has a form or is an application."""
    return bool(item.forms) or _application_rank(item) == 0


def _clean_form(form: str, place: str, journal: Journal) -> str:
    tidied = tidy(form.replace("\n", " "), place, journal)
    cleaned = _DOUBLE_EXTENSION.sub(r"\1", _UPLOAD_COUNT.sub("", tidied))
    return journal.changed("form-name", place, tidied, cleaned)


def _without_repeats(items: Sequence[Document], place: str, journal: Journal) -> list[Document]:
    kept: dict[tuple[object, ...], Document] = {}
    for item in items:
        key = (same_key(item.name), item.originals, item.copies)
        if key in kept:
            journal.note("document-repeated", place, item.name, "")
            kept[key] = replace(kept[key], forms=tuple(dict.fromkeys(kept[key].forms + item.forms)))
        else:
            kept[key] = item
    return list(kept.values())


def _known_order(items: list[Document], place: str, journal: Journal) -> list[Document]:
    for order in load_tables()["dossier_orders"]:
        ranks = [_rank_in(order, item) for item in items]
        if sum(rank < len(order) for rank in ranks) >= MIN_MATCHES_OF_ORDER:
            ordered = [item for _, item in sorted(zip(ranks, items, strict=True), key=lambda pair: pair[0])]
            return _reordered("document-order-known", items, ordered, place, journal)
    return items


def _rank_in(order: Sequence[str], item: Document) -> int:
    return next((rank for rank, start in enumerate(order) if item.name.startswith(start)), len(order))


def _enumerated_order(items: list[Document], place: str, journal: Journal) -> list[Document]:
    """Put lines marked a), b), c) (or 1., 2. or (i), (ii)) in that order and drop the marks.

    Only when the marks are one complete series: in a dossier of several sections they are needed.
    """
    marked = [(number, item) for item in items if (number := _mark_number(item.name))]
    sections = any(_SECTION.match(item.name) or item.name.endswith(":") for item in items)
    one_scheme = len({scheme for (scheme, _), _ in marked}) == 1
    complete = sorted(number for (_, number), _ in marked) == [*range(1, len(marked) + 1)]
    if sections or len(marked) < 2 or not one_scheme or not complete:
        return items
    in_order = [_unmarked(item) for _, item in sorted(marked, key=lambda pair: pair[0])]
    others = [item for item in items if not _mark_number(item.name)]
    return _reordered("document-enumerated", items, in_order + others, place, journal)


def _unmarked(item: Document) -> Document:
    name = item.name[_mark_end(item.name) :]
    return replace(item, name=name[:1].upper() + name[1:])


def _mark_number(name: str) -> tuple[str, int] | None:
    match = _MARK.match(name)
    if match is None:
        return None
    if match["roman"] in ROMAN:
        return "roman", ROMAN.index(match["roman"]) + 1
    if match["letter"] and match["letter"] in LETTERS:
        return "letter", LETTERS.index(match["letter"]) + 1
    return ("number", int(match["number"])) if match["number"] else None


def _application_first(items: list[Document], place: str, journal: Journal) -> list[Document]:
    """Move the application to the front; behind the heading where there is one, not among several."""
    headings = [item for item in items if item.is_note and _HEADING.match(item.name)]
    rest = [item for item in items if item not in headings]
    papers = [item for item in rest if not item.is_note]
    sections = len(headings) > 1 or any(_mark_number(item.name) for item in headings)
    if sections or not papers or _application_rank(rest[0]) == 0:
        return items
    ranks = [_application_rank(item) for item in papers]
    candidates = [
        (rank, not item.forms, item) for rank, item in zip(ranks, papers, strict=True) if rank is not None
    ]
    if not candidates:
        return items
    rank, without_form, first = min(candidates, key=lambda candidate: candidate[:2])
    if rank > 0 and (without_form or ranks[0] is not None):
        return items
    ordered = [*headings, first, *(item for item in rest if item is not first)]
    return _reordered("document-application-first", items, ordered, place, journal)


def _application_rank(item: Document) -> int | None:
    """How surely a line is the application: 0 surely, 1 perhaps, None not."""
    name = item.name[_mark_end(item.name) :]
    if name.casefold().startswith(tuple(load_tables()["not_applications"])):
        return None
    return next((rank for rank, words in enumerate(_application_words()) if words.match(name)), None)


@cache
def _application_words() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"^{_COUNT_FIRST}(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
        for words in load_tables()["applications"]
    )


def _reordered(
    rule: str, before: list[Document], after: list[Document], place: str, journal: Journal
) -> list[Document]:
    if before != after:
        journal.note(rule, place, before[0].name, after[0].name)
    return after
