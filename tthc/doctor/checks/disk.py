"""Room on the disk of the data folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix, note

GIGABYTE = 10**9
LEAST, ENOUGH = 1 * GIGABYTE, 5 * GIGABYTE


def check(context: Context) -> Iterator[Finding]:
    """Measure what is free."""
    folder = context.settings.data_dir
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    tell = must_fix if free < LEAST else note if free < ENOUGH else good
    name = "low" if free < ENOUGH else "enough"
    yield tell(f"disk.{name}", free=f"{free / GIGABYTE:.1f}".replace(".", ","), folder=folder)
