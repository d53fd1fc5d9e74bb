"""The published catalogue: there, and not too old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from knowledge.catalogue.releases import published_release
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix, note

OLD_AFTER = timedelta(days=180)
"""The ministry announces changes several times a year: an older list has most likely missed some."""


def check(context: Context) -> Iterator[Finding]:
    """Read the date of the published release."""
    if context.sessions is None:
        return
    with context.sessions() as session:
        release = published_release(session)
    if release is None:
        yield must_fix("catalogue.none")
        return
    age = context.now().date() - release.as_of
    told = {"as_of": f"{release.as_of:%d/%m/%Y}", "days": age.days}
    yield note("catalogue.old", **told) if age > OLD_AFTER else good("catalogue.recent", **told)
