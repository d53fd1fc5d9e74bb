"""What the catalogue becomes when a list is imported over the published one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from knowledge.catalogue.records import Catalogue, LegalText, Procedure, Status


def updated(published: Catalogue | None, imported: Iterable[Procedure]) -> list[Procedure]:
    """Add or replace the imported procedures and leave all others as they are."""
    merged = dict(published.procedures) if published else {}
    merged.update({procedure.code: procedure for procedure in _with_what_is_known(published, imported)})
    return list(merged.values())


def replaced(published: Catalogue | None, imported: Iterable[Procedure]) -> list[Procedure]:
    """Take the import as the whole list: what it lacks is no longer listed, last seen before.

    Procedures that left the list earlier stay known, so that citizens who ask for them are told.
    """
    merged = {procedure.code: procedure for procedure in _with_what_is_known(published, imported)}
    for code, procedure in (published.procedures if published else {}).items():
        if published and code not in merged:
            merged[code] = (
                replace(procedure, status=Status.NO_LONGER_LISTED, last_seen=published.release.as_of)
                if procedure.status is Status.LISTED
                else procedure
            )
    return list(merged.values())


def _with_what_is_known(published: Catalogue | None, imported: Iterable[Procedure]) -> list[Procedure]:
    """Add what the published release knows and the import's source does not tell.

    That is title, date and issuer of legal texts named by number only, and the caution of a
    procedure whose decision is still the same ("" instead of None removes a caution).
    """
    procedures = published.procedures if published else {}
    texts = _known_texts(procedures.values())
    return [
        replace(
            item,
            legal_texts=tuple(_filled(text, texts.get(text.number)) for text in item.legal_texts),
            caution=_caution(item, procedures.get(item.code)),
        )
        for item in imported
    ]


def _known_texts(procedures: Iterable[Procedure]) -> dict[str, LegalText]:
    known: dict[str, LegalText] = {}
    for procedure in procedures:
        for text in procedure.legal_texts:
            if text.issued and (text.number not in known or text.issuer):
                known[text.number] = text
    return known


def _caution(imported: Procedure, known: Procedure | None) -> str | None:
    if imported.caution is not None or known is None or known.decision is None or imported.decision is None:
        return imported.caution or None
    return known.caution if known.decision.number == imported.decision.number else None


def _filled(text: LegalText, known: LegalText | None) -> LegalText:
    if known is None:
        return text
    return replace(
        text,
        title=text.title or known.title,
        issued=text.issued or known.issued,
        issuer=text.issuer or known.issuer,
    )
