"""`tthc catalogue list`, `diff` and `show`."""

from __future__ import annotations

import yaml

from knowledge.catalogue.diff import compare
from knowledge.catalogue.plain import to_plain
from knowledge.catalogue.releases import (
    ListedRelease,
    ReleaseError,
    list_releases,
    published_release_id,
    read_release,
)
from knowledge.database.engine import SessionFactory
from tthc.catalogue.words import release_values, say
from tthc.errors import ExitCode, ExpectedError


def print_releases(sessions: SessionFactory) -> int:
    """Print all releases, the newest first."""
    with sessions() as session:
        releases = list_releases(session)
    for release in releases:
        print(_line(release))
    if not releases:
        print(say("no_releases"))
    return ExitCode.OK


def _line(release: ListedRelease) -> str:
    info = release.info
    line = say(
        "release",
        **release_values(info),
        mark="*" if release.is_published else " ",
        created=release.created_at.astimezone().strftime("%d/%m/%Y %H:%M"),
        by=say("by", name=release.imported_by) if release.imported_by else "",
        note=f" – {info.note}" if info.note else "",
    )
    return line.rstrip()


def print_diff(sessions: SessionFactory, old: int | None, new: int | None) -> int:
    """Print the differences of two releases; by default the published and the newest one."""
    with sessions() as session:
        newest = [release.info.id for release in list_releases(session)]
        old = published_release_id(session) if old is None else old
        new = newest[0] if new is None and newest else new
        if old is None or new is None or old == new:
            raise ExpectedError(say("nothing_to_compare"))
        try:
            difference = compare(read_release(session, old), read_release(session, new))
        except ReleaseError as error:
            raise ExpectedError(str(error)) from error
    for line in difference.lines():
        print(line)
    return ExitCode.OK


def print_procedure(sessions: SessionFactory, code: str) -> int:
    """Print the facts of a procedure as YAML."""
    with sessions() as session:
        release_id = published_release_id(session)
        procedure = read_release(session, release_id).procedures.get(code) if release_id is not None else None
    if procedure is None:
        raise ExpectedError(say("unknown_code", code=code))
    print(yaml.safe_dump(to_plain(procedure), allow_unicode=True, sort_keys=False, width=110), end="")
    return ExitCode.OK
