"""Notices in values: what a channel that takes only approved templates fills its template with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DOSSIER_CHANGED, CASE_CHANGED = "dossier_changed", "case_changed"
KINDS: Mapping[str, frozenset[str]] = {
    DOSSIER_CHANGED: frozenset({"dossier", "status", "procedure", "unit", "due"}),
    CASE_CHANGED: frozenset({"case", "stage", "unit"}),
}
"""Which values each kind of notice has. None names a person; dossiers go by the end of their code."""


def notice(kind: str, **values: str) -> dict[str, Any]:
    """Return what an event carries as its ``notice``.

    Raises:
        ValueError: these are not the values of that kind.
    """
    if KINDS[kind] != set(values):
        raise ValueError(f"a notice {kind} has {sorted(KINDS[kind])}")
    return {"kind": kind, "values": values}
