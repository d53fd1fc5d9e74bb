"""XLSX files from outside are looked through before a library opens them: size unpacked, XML entities."""

from __future__ import annotations

import re
import zipfile
from enum import Enum
from pathlib import Path
from typing import BinaryIO

_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CHUNK_BYTES = 1024 * 1024
_OVERLAP_BYTES = 64
"""Kept of the chunk before, so that what is looked for is also found across two chunks."""


class Danger(str, Enum):
    """Why a workbook is not opened."""

    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    DOCTYPE = "doctype"


class UnsafeWorkbookError(ValueError):
    """A workbook that is not to be opened; ``danger`` says why."""

    def __init__(self, danger: Danger) -> None:
        """Take the reason."""
        super().__init__(danger.value)
        self.danger = danger


def check_workbook(source: Path | BinaryIO, most_bytes: int) -> None:
    """Read all parts of an XLSX file once, without keeping them.

    Raises:
        UnsafeWorkbookError: it is no readable archive, unpacks to more than ``most_bytes``, or its XML
            declares a document type or entities, wherever in a part.
    """
    left = most_bytes
    try:
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                left -= _unpacked(archive, info, left)
    # NotImplementedError is how zipfile refuses a method of compression that it does not know.
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise UnsafeWorkbookError(Danger.DAMAGED) from error


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> int:
    """Return how many bytes the part has; its XML is searched on the way."""
    is_xml = info.filename.lower().endswith((".xml", ".rels"))
    size, tail = 0, b""
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > left:
                raise UnsafeWorkbookError(Danger.TOO_LARGE)
            if is_xml and _DOCTYPE.search(tail + chunk):
                raise UnsafeWorkbookError(Danger.DOCTYPE)
            tail = chunk[-_OVERLAP_BYTES:]
    return size
