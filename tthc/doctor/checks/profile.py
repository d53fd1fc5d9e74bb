"""The department's profile: complete, and no sample."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.department.profile import Profile, ProfileError, load_profile
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix, note


def check(context: Context) -> Iterator[Finding]:
    """Read the profile and name what citizens would miss in it."""
    path = context.settings.department_file
    try:
        profile = load_profile(path)
    except ProfileError as error:
        yield must_fix("profile.malformed", reason=error, path=path)
        return
    missing = [field for field, value in _told_to_citizens(profile) if not value]
    if profile.sample:
        yield note("profile.sample", path=path)
    if missing:
        yield note("profile.incomplete", missing=", ".join(missing), path=path)
    if not profile.sample and not missing:
        yield good("profile.complete", name=profile.name)


def _told_to_citizens(profile: Profile) -> list[tuple[str, object]]:
    return [
        ("province", profile.province),
        ("agency_code", profile.agency_code),
        ("website", profile.website),
        ("phone", profile.phone),
        ("email", profile.email),
        ("address", profile.address),
        ("one_stop.address", profile.one_stop.address),
        ("one_stop.phone", profile.one_stop.phone),
        ("working_hours.sessions", profile.working_hours.sessions),
    ]
