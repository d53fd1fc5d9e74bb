"""Opens what answering needs, without a service: catalogue, department, search index, model."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from actions.services import Services
from knowledge.catalogue.records import Catalogue
from knowledge.catalogue.search import SEARCH_FOLDER
from knowledge.catalogue.shipped import shipped_catalogue
from knowledge.catalogue.store import CatalogueStore
from knowledge.catalogue.topics import load_everyday_language
from knowledge.database.engine import open_engine, session_factory
from knowledge.department.profile import load_profile
from knowledge.settings import ROOT, Settings
from tthc.assistant.understanding import LexiconUnderstanding, RasaUnderstanding, Understanding
from tthc.serve.model import ModelCache


@dataclass(frozen=True)
class FixedCatalogue:
    """A catalogue that stays what it is, in the place of the store of releases."""

    catalogue: Catalogue

    def current(self) -> Catalogue:
        """Return the catalogue."""
        return self.catalogue


def open_services(settings: Settings, catalogue: Catalogue | None = None) -> Services:
    """Return services over ``catalogue``; by default over the one that ships, whatever is published."""
    return Services(
        load_profile(settings.department_file),
        FixedCatalogue(catalogue or shipped_catalogue()),
        load_everyday_language(),
        settings.data_dir / SEARCH_FOLDER,
    )


def published_catalogue(settings: Settings) -> Catalogue | None:
    """Return the published catalogue, None when there is none yet; never leaves an empty database behind."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None
    engine = open_engine(settings.database_url)
    try:
        return CatalogueStore(session_factory(engine)).current()
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()


def open_understanding(settings: Settings, *, fast: bool = False, train: bool = True) -> Understanding:
    """Return the understanding of messages.

    Args:
        settings: where the models are.
        fast: lexicons only, without a model.
        train: train the model of the present sources when there is none; otherwise fall back to lexicons.

    Raises:
        ExpectedError: training or loading failed.
    """
    if fast:
        return LexiconUnderstanding()
    cache = ModelCache(ROOT, settings.data_dir)
    if not cache.is_current():
        if not train:
            print("no model of the present sources (tthc train): lexicons only", file=sys.stderr)
            return LexiconUnderstanding()
        print("training, two or three minutes", file=sys.stderr, flush=True)
    return RasaUnderstanding(cache.ensure(), settings.data_dir / "cache")
