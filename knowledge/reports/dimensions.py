"""Procedures of every release that was published, so that a period is reported by the list it had."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.catalogue.models import Publication
from knowledge.catalogue.records import Catalogue, Channel, OnlineLevel, Procedure, Status, TimeUnit
from knowledge.catalogue.releases import read_release
from knowledge.department.profile import Profile
from knowledge.reports.facts import local_day
from knowledge.reports.models import NAME_CHARS, DimProcedure, DimRelease

HOURS_A_DAY = 8
_LEVELS = {OnlineLevel.FULL: "full", OnlineLevel.PARTIAL: "partial", OnlineLevel.NONE: "none", None: ""}


def copy_releases(session: Session, profile: Profile) -> dict[str, str]:
    """Copy releases published since the last time; return the field of each procedure ever listed."""
    known = set(session.scalars(sa.select(DimProcedure.release_id).distinct()))
    since: dict[date, int] = {}
    for publication in session.scalars(sa.select(Publication).order_by(Publication.id)):
        since[local_day(publication.at)] = publication.release_id
    session.execute(sa.delete(DimRelease))
    if since:
        session.execute(
            sa.insert(DimRelease), [{"since": day, "release_id": release} for day, release in since.items()]
        )
    for release_id in sorted(set(since.values()) - known):
        rows = procedure_rows(read_release(session, release_id), profile)
        if rows:
            session.execute(sa.insert(DimProcedure), [{**row, "release_id": release_id} for row in rows])
    fields = sa.select(DimProcedure.procedure_code, DimProcedure.field).order_by(DimProcedure.release_id)
    return {row.procedure_code: row.field for row in session.execute(fields)}


def procedure_rows(catalogue: Catalogue, profile: Profile) -> list[dict[str, object]]:
    """Return the listed procedures that the department's levels settle."""
    own = set(profile.levels)
    return [
        {
            "procedure_code": procedure.code,
            "name": procedure.name[:1000],
            "field": procedure.field[:NAME_CHARS],
            "online_level": _LEVELS[procedure.online_level],
            "statutory_days": statutory_days(procedure),
            "committed_days": _working_days(profile.committed_deadlines.get(procedure.code)),
            "is_complete": int(_is_complete(procedure)),
        }
        for procedure in catalogue.procedures.values()
        if procedure.status is Status.LISTED and own & set(procedure.levels)
    ]


def statutory_days(procedure: Procedure) -> int | None:
    """Return the longest limit in working days, None when any limit is stated in another unit."""
    stated = [limit for limit in procedure.deadlines if limit.channel is not Channel.POST] or list(
        procedure.deadlines
    )
    days = [_working_days(limit) for limit in stated]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _working_days(limit: object) -> int | None:
    value, unit = getattr(limit, "value", None), getattr(limit, "unit", None)
    if value is None or unit not in (TimeUnit.WORKING_DAY, TimeUnit.HOUR):
        return None
    return int(value) if unit is TimeUnit.WORKING_DAY else -(-int(value) // HOURS_A_DAY)


def _is_complete(procedure: Procedure) -> bool:
    return bool(
        procedure.name
        and procedure.document_cases
        and procedure.deadlines
        and procedure.applicants
        and procedure.agencies
        and procedure.results
    )
