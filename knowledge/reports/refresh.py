"""Brings the reporting store up to date: before each report, and by a job in between."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.database.base import Base
from knowledge.department.profile import Profile
from knowledge.privacy.sealing import Sealer
from knowledge.reports.copying import SOURCES, TURNS, copy_changes
from knowledge.reports.dimensions import copy_releases
from knowledge.reports.facts import Copier
from knowledge.reports.models import DimProcedure, ReportWatermark, RollupDossier
from knowledge.reports.rollups import refresh_rollups


def refresh(engine: Engine, profile: Profile, sealer: Sealer, now: datetime) -> dict[str, int]:
    """Copy what changed and add up the days it touches; return how many facts of each source were written.

    Facts already copied and unchanged are left alone, so that this is quick when little happened, and may
    be run by several processes at once.
    """
    with Session(engine) as session, session.begin():
        fields = copy_releases(session, profile)
    written = copy_changes(engine, Copier(fields, sealer), now)
    refresh_rollups(engine)
    return written


def forget_copies(engine: Engine) -> None:
    """Take away what can be copied again, so that the next refresh starts anew.

    Messages are kept: they are deleted in their own room after a while, and could not be counted again.
    """
    copied: list[type[Base]] = [RollupDossier, DimProcedure, *(source.facts for source in SOURCES)]
    with engine.begin() as connection:
        connection.execute(sa.delete(ReportWatermark).where(ReportWatermark.source != TURNS.name))
        for model in copied:
            connection.execute(sa.delete(model))
