"""`tthc catalogue publish` and `rollback`."""

from __future__ import annotations

from knowledge.catalogue.releases import ReleaseError, publish, rollback
from knowledge.database.engine import SessionFactory
from tthc.catalogue.words import release_values, say
from tthc.errors import ExitCode, ExpectedError


def publish_release(sessions: SessionFactory, release_id: int, by: str | None) -> int:
    """Publish a release."""
    try:
        with sessions.begin() as session:
            release = publish(session, release_id, by=by)
    except ReleaseError as error:
        raise ExpectedError(str(error)) from error
    print(say("published", **release_values(release)))
    return ExitCode.OK


def roll_back(sessions: SessionFactory, by: str | None) -> int:
    """Publish again what was published before."""
    try:
        with sessions.begin() as session:
            release = rollback(session, by=by)
    except ReleaseError as error:
        raise ExpectedError(str(error)) from error
    print(say("rolled_back", **release_values(release)))
    return ExitCode.OK
