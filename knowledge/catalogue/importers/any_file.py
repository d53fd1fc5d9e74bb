"""Choose the importer by what the path is."""

from __future__ import annotations

from pathlib import Path

from knowledge.catalogue.importers.portal import import_portal
from knowledge.catalogue.importers.report import ImportReport
from knowledge.catalogue.importers.table import import_table

PORTAL_SUFFIXES = frozenset({".json", ".zip"})


def import_file(path: Path) -> ImportReport:
    """Import the portal's JSON (a file, a folder, a zip) or a department's table (XLSX, CSV)."""
    if path.is_dir() or path.suffix.lower() in PORTAL_SUFFIXES:
        return import_portal(path)
    return import_table(path)
