"""What is not to be opened as a workbook is told before a library reads it."""

from __future__ import annotations

import io
import zipfile

import pytest

from knowledge.workbooks import Danger, UnsafeWorkbookError, check_workbook

ENTITY = b'<?xml version="1.0"?><!-- %s --><!DOCTYPE x [<!ENTITY a "b">]><x/>'


def workbook(content: bytes) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet1.xml", content)
    packed.seek(0)
    return packed


def test_a_plain_part_passes() -> None:
    check_workbook(workbook(b"<x/>" * 10), 1000)


@pytest.mark.parametrize(
    ("source", "danger"),
    [
        (workbook(ENTITY % b""), Danger.DOCTYPE),
        (workbook(ENTITY % (b"-" * 9_000)), Danger.DOCTYPE),
        (workbook(ENTITY % (b"." * (1024 * 1024 - 32))), Danger.DOCTYPE),
        (workbook(b" " * 3_000_000), Danger.TOO_LARGE),
        (io.BytesIO(b"no archive"), Danger.DAMAGED),
    ],
)
def test_dangers_are_told(source: io.BytesIO, danger: Danger) -> None:
    with pytest.raises(UnsafeWorkbookError) as told:
        check_workbook(source, 2_000_000)
    assert told.value.danger is danger
