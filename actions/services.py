"""What the actions work with: settings, department, catalogue, search index; opened once, on first use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from actions.snapshot import Snapshot, SnapshotKeeper
from knowledge.cases.evidence import evidence_folder
from knowledge.cases.hours import OfficeHours, read_hours
from knowledge.catalogue.records import Catalogue, Level, Procedure
from knowledge.catalogue.search import SEARCH_FOLDER, ProcedureIndex, build_index
from knowledge.catalogue.store import CatalogueStore
from knowledge.catalogue.topics import EverydayLanguage, load_everyday_language
from knowledge.database.engine import SessionFactory, open_engine, session_factory
from knowledge.department.profile import Profile, load_profile
from knowledge.dossiers.desk import DossierDesk
from knowledge.dossiers.opening import open_desk
from knowledge.feedback.survey import Survey, survey
from knowledge.learning.learned import Learned, extend
from knowledge.learning.store import LearnedStore
from knowledge.privacy.erasure import Erasure, open_erasure
from knowledge.privacy.sealing import Sealer, open_sealer
from knowledge.settings import read_settings

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class CatalogueMissingError(RuntimeError):
    """No release of the catalogue is published yet."""


class CatalogueSource(Protocol):
    """Where the catalogue comes from: the store of releases, or a fixed one in tools."""

    def current(self) -> Catalogue | None:
        """Return the catalogue to answer from, None when there is none."""


@dataclass
class Services:
    """Access to the knowledge rooms. The index follows the published release without a restart."""

    profile: Profile
    store: CatalogueSource
    language: EverydayLanguage
    search_cache: Path | None = None
    sessions: SessionFactory | None = None
    """The database, for what is recorded; None in tools that only answer questions."""
    sealer: Sealer | None = None
    dossiers: DossierDesk | None = None
    """Where dossiers are looked up; None in tools."""
    learned: LearnedStore | None = None
    """What was learned from missed questions; None in tools that answer with what ships."""
    survey: Survey = field(default_factory=survey)
    """What citizens are asked in a survey."""
    erasure: Erasure | None = None
    """What erases a person's data; None in tools."""
    evidence_megabytes: int = 8
    """Largest picture that is taken."""
    _keeper: SnapshotKeeper = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._keeper = SnapshotKeeper(
            lambda catalogue: build_index(
                catalogue, extend(self.language, self._learned()), cache=self.search_cache
            )
        )

    def catalogue(self) -> Catalogue:
        """Return the catalogue to answer from: the published one, once its index is ready.

        Raises:
            CatalogueMissingError: nothing is published.
        """
        return self._snapshot().catalogue

    def index(self) -> ProcedureIndex:
        """Return the search index over ``catalogue()``.

        Raises:
            CatalogueMissingError: nothing is published.
        """
        return self._snapshot().index

    def wait_for_publication(self, seconds: float) -> None:
        """Wait until a release published meanwhile is answered from."""
        self._snapshot()
        self._keeper.wait(seconds)

    def _snapshot(self) -> Snapshot:
        published = self.store.current()
        if published is None:
            raise CatalogueMissingError
        return self._keeper.snapshot(published, self._learned().id)

    def _learned(self) -> Learned:
        return self.learned.current() if self.learned else Learned()

    def field_of(self, code: str | None) -> str | None:
        """Return the field of a procedure of the catalogue."""
        procedure = self.catalogue().procedures.get(code) if code else None
        return procedure.field if procedure else None

    def title(self, procedure: Procedure) -> str:
        """Return the short plain title of a procedure, or its official name."""
        known = self.language.by_code.get(procedure.code)
        return known[1].title if known else procedure.name

    def is_local(self, procedure: Procedure) -> bool:
        """Tell whether the procedure is settled at a level that the department serves."""
        return any(level in self.profile.levels for level in procedure.levels)

    def is_commune_only(self, procedure: Procedure) -> bool:
        """Tell whether only the commune settles it."""
        return procedure.levels == (Level.COMMUNE,)

    def today(self) -> date:
        """Return today's date in Vietnam."""
        return datetime.now(TIME_ZONE).date()

    def now(self) -> datetime:
        """Return this moment, in UTC."""
        return datetime.now(timezone.utc)

    def office_hours(self) -> OfficeHours:
        """Return when officers work, from the profile."""
        return read_hours(self.profile.working_hours)


@lru_cache(maxsize=1)
def services() -> Services:
    """Open the services of this process from its settings."""
    settings = read_settings()
    engine = open_engine(settings.database_url)
    sessions = session_factory(engine)
    sealer = open_sealer(settings)
    return Services(
        load_profile(settings.department_file),
        CatalogueStore(sessions),
        load_everyday_language(),
        settings.data_dir / SEARCH_FOLDER,
        sessions,
        sealer,
        open_desk(settings, engine, sealer),
        LearnedStore(sessions),
        survey(settings.feedback.survey_file, settings.feedback.survey_scale),
        open_erasure(settings, sessions, evidence_folder(settings, sealer)),
        settings.feedback.evidence_max_mb,
    )
