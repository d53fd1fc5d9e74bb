"""Knowing corrections of what the national portal has wrong, each with its rule and reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.catalogue.cleaning.deadlines import clean_deadlines
from knowledge.catalogue.cleaning.documents import clean_document_cases
from knowledge.catalogue.cleaning.journal import CleaningChange, Journal, load_rules
from knowledge.catalogue.cleaning.legal import clean_decision, clean_legal_texts
from knowledge.catalogue.cleaning.names import (
    clean_agencies,
    clean_applicants,
    clean_fee_texts,
    clean_field,
    clean_name,
    clean_results,
)
from knowledge.catalogue.cleaning.text import tidy
from knowledge.catalogue.records import Procedure

__all__ = ["Cleaned", "CleaningChange", "clean", "load_rules"]

MAX_PASSES = 8
"""Far more than real records need (two or three); rules that undo each other would reach it."""


@dataclass(frozen=True)
class Cleaned:
    """A cleaned record and everything that was changed in it."""

    procedure: Procedure
    changes: tuple[CleaningChange, ...]


def clean(procedure: Procedure) -> Cleaned:
    """Apply all rules until nothing changes any more, so that cleaning twice is cleaning once."""
    changes: list[CleaningChange] = []
    for _ in range(MAX_PASSES):
        journal = Journal(procedure.code)
        cleaned = _clean_once(procedure, journal)
        if cleaned == procedure:
            break
        changes += journal.changes
        procedure = cleaned
    return Cleaned(procedure, tuple(changes))


def _clean_once(procedure: Procedure, journal: Journal) -> Procedure:
    field = clean_field(procedure.field, journal)
    return replace(
        procedure,
        field=field,
        name=clean_name(procedure.name, procedure.field, journal),
        agencies=clean_agencies(procedure.agencies, journal),
        applicants=clean_applicants(procedure.applicants, journal),
        deadlines=clean_deadlines(procedure.deadlines, journal),
        document_cases=clean_document_cases(procedure.document_cases, journal),
        results=clean_results(procedure.results, journal),
        legal_texts=clean_legal_texts(procedure.legal_texts, journal),
        decision=clean_decision(procedure.decision, journal),
        portal_fee_texts=clean_fee_texts(procedure.portal_fee_texts, journal),
        caution=tidy(procedure.caution, "lưu ý", journal) if procedure.caution else procedure.caution,
    )
